"""What residents ask for at the community, and what the centre asks of its workers."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.life.arrivals import Day, draw_grids
from simulator.life.kinds import BY_DAY
from simulator.life.office import DAY, HOUR
from simulator.life.post import Post
from simulator.life.workers import Shifts
from simulator.place.land import Floats
from simulator.place.places import Places

SERVICES_PER_DAY, ORDERS_PER_DAY = 500.0, 60.0
# Services go on through midday and an hour into the evening.
_SERVED: Floats = BY_DAY * 0 + np.array([0] * 8 + [40, 60, 60, 46, 26, 26, 46, 54, 50, 40, 18] + [3, 1, 0, 0, 0])
_ORDERED: Floats = BY_DAY + 2.0
_SERVICES = (
    "residence-permit", "birth-permit", "senior-card", "business-licence", "medical-insurance", "pension-check",
    "housing-subsidy", "proof-of-residence", "disability-allowance", "job-registration",
)  # fmt: skip
_ORDERS = (
    ("visit", "请到现场核实 Please check on site"),
    ("inspection", "请检查安全隐患 Please inspect for hazards"),
    ("notice", "请通知居民 Please inform the residents"),
    ("care", "请看望独居老人 Please look in on residents who live alone"),
    ("verification", "请核对登记信息 Please verify the register"),
)


class Errands:
    """Plans services and orders day by day."""

    def __init__(self, places: Places, post: Post, shifts: Shifts, first_number: int) -> None:
        self._places, self._post, self._shifts = places, post, shifts
        self._first = first_number
        self._ends: Floats = np.cumsum(places.weights)

    def plan(self, rng: np.random.Generator, day: Day) -> None:
        """Sends all reports that begin on a day."""
        scale = self._places.people / 1e6 * day.busy
        at = day.instants(rng, SERVICES_PER_DAY * scale, _SERVED)
        for number, (when, grid) in enumerate(zip(at, draw_grids(rng, self._ends, len(at)), strict=True), self._first):
            self._service(rng, f"S-{day.date:%Y%m%d}-{number:06d}", when, grid, day)
        at = day.instants(rng, ORDERS_PER_DAY * scale, _ORDERED)
        for number, (when, grid) in enumerate(zip(at, draw_grids(rng, self._ends, len(at)), strict=True), self._first):
            self._order(rng, f"O-{day.date:%Y%m%d}-{number:06d}", when, grid, day.number)

    def _service(self, rng: np.random.Generator, request: str, at: float, grid: int, day: Day) -> None:
        """Sends a request and, after a while, that it was met; residents may rate how long it took."""
        hour, code = (at - day.start) / HOUR, self._places.codes[grid]
        off_hours = day.date.weekday() >= 5 or not (8 <= hour < 12 or 14 <= hour < 17.5)
        data: dict[str, Any] = {"service": _SERVICES[int(rng.integers(len(_SERVICES)))], "request": request}
        data["off_hours"] = off_hours
        asked = self._post.send_by_handset(rng, "service.requested", code, grid, at, data, day.number)
        took_h = float(rng.lognormal(-1.0, 0.8))
        if float(rng.random()) < 0.22:
            took_h += 24 * float(rng.gamma(1.6, 0.8))  # papers have to go elsewhere first
        done = dict(data)
        if float(rng.random()) < 0.4:
            mood = 4.9 - 0.35 * float(np.log2(1 + took_h / 6)) + float(rng.normal(0, 0.4))
            done["score"] = min(5, max(1, round(mood)))
        desk = "/desks/" + self._places.desk[grid]
        self._post.send(rng, "service.completed", code, desk, float(int(max(asked, at + took_h * HOUR) + 60)), done)

    def _order(self, rng: np.random.Generator, order: str, at: float, grid: int, day: int) -> None:
        """Sends an order to a worker or several of a community, and their receipts."""
        grid = self._somebody(rng, grid, at, day)
        chosen = self._together(rng, grid, at, day)
        kind, text = _ORDERS[int(rng.integers(len(_ORDERS)))]
        codes = [self._places.codes[index] for index in chosen]
        data: dict[str, Any] = {"order": order, "to": codes, "kind": kind, "text": text}
        data["due"] = self._post.writer.time(at + DAY / 2)
        subject = codes[0] if len(codes) == 1 else self._places.desk[grid]
        self._post.send(rng, "order.issued", subject, "/centre", at, data)
        for index in chosen:
            self._answer(rng, order, index, at, day)

    def _somebody(self, rng: np.random.Generator, grid: int, at: float, day: int) -> int:
        """Returns the grid of a worker on shift, this one if possible; the centre does not look for ever."""
        for _ in range(60):
            if self._shifts.on_shift(grid, at, day):
                break
            grid = int(rng.integers(len(self._places)))
        return grid

    def _together(self, rng: np.random.Generator, grid: int, at: float, day: int) -> list[int]:
        """Returns whose grids an order goes to: mostly one, now and then some of a community or all of it."""
        near = [g for g in self._places.of_desk[self._places.desk[grid]] if self._shifts.on_shift(g, at, day)] or [grid]
        draw = float(rng.random())
        if draw < 0.72:
            return [grid]
        return near if draw > 0.96 else sorted({grid, *near[: int(rng.integers(2, 6))]})

    def _answer(self, rng: np.random.Generator, order: str, grid: int, at: float, day: int) -> None:
        """Sends one worker's receipts: who is off shift reads it later."""
        code, data = self._places.codes[grid], {"order": order, "grid": self._places.codes[grid]}
        at = float(int(at + 1 + 8 * float(rng.random())))
        self._receipt(rng, "order.delivered", code, grid, at, data, day)
        away = not self._shifts.on_shift(grid, at, day)
        at = float(int(at + 3 + float(rng.lognormal(8.2 if away else 4.2, 0.95))))
        if float(rng.random()) < 0.01:
            return  # never looked at
        self._receipt(rng, "order.read", code, grid, at, data, day)
        at = float(int(at + 5 + float(rng.lognormal(3.5, 0.8))))
        if float(rng.random()) < 0.025:
            self._receipt(rng, "order.refused", code, grid, at, {**data, "note": "not possible today"}, day)
            return
        self._receipt(rng, "order.accepted", code, grid, at, data, day)
        at = float(int(at + 60 + float(rng.lognormal(8.3, 0.8))))
        if float(rng.random()) < 0.95:
            self._receipt(rng, "order.completed", code, grid, at, data, day)

    def _receipt(
        self, rng: np.random.Generator, kind: str, code: str, grid: int, at: float, data: dict[str, Any], day: int
    ) -> None:
        self._post.send_by_handset(rng, kind, code, grid, at, data, day)
