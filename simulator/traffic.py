"""Who reports what when: an inhomogeneous Poisson process over hours, weekdays and grids.

Each local day is drawn from its own random stream, and what it begins (cases, shifts)
goes on by itself: the history and the live traffic after it are one continuous life.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
import shapely.geometry

from simulator.events import Writer
from simulator.lives import KINDS, CaseLives
from simulator.scenarios import SCENARIOS, Scenario

DAY = 86400.0
HOUR = 3600.0
POSITION_EVERY_S = 900.0
POSITIONS_KEPT_S = DAY
PER_YEAR = {"population.birth": 8.0, "population.death": 7.0}  # per 1,000 residents
PER_DAY = {  # in a city of 1,000,000
    "population.move-in": 480.0,
    "population.move-out": 440.0,
    "dwelling.registered": 190.0,
    "dwelling.removed": 60.0,
    "component.counted": 90.0,
    "service.requested": 500.0,
    "order": 55.0,
}
_HOURS = np.array(
    [2, 1, 1, 1, 1, 2, 6, 16, 42, 58, 60, 48, 26, 34, 54, 56, 50, 36, 24, 20, 16, 12, 8, 4], dtype=np.float64
)  # fmt: skip
_WEEKDAYS = (1.08, 1.05, 1.03, 1.03, 1.02, 0.92, 0.87)
_SERVICES = ("residence-permit", "birth-permit", "senior-card", "business-licence", "medical-insurance")
_STREET_SERVICES = 0.05

Arrival = tuple[float, str, bytes]


class Simulation:
    """One life of a city; the same city, seed and start give the same reports, byte for byte."""

    def __init__(
        self,
        city: dict[str, Any],
        seed: int,
        start_at: float,
        timezone: str = "Asia/Shanghai",
        scenario: Scenario | None = None,
        positions_from: float | None = None,
    ) -> None:
        """Prepares the city.

        Args:
            city: an areas file with populations.
            seed: of all randomness.
            start_at: epoch seconds; the first day begins at the local midnight before.
            timezone: of the city.
            scenario: changes of the ordinary rates.
            positions_from: epoch seconds before which no positions are sent. They count nowhere and
                handsets keep one day of them, so a history does not need older ones.
        """
        grids = [f for f in city["features"] if f["properties"]["level"] == "grid"]
        grids.sort(key=lambda feature: str(feature["properties"]["code"]))
        self.codes = [str(feature["properties"]["code"]) for feature in grids]
        self._ages = np.array([_ages(feature) for feature in grids], dtype=np.float64)
        weights = self._ages.sum(axis=(1, 2))
        self._people = float(weights.sum())
        self._weights = weights / self._people
        self._places = [_points(feature["geometry"]) for feature in grids]
        self.scenario = scenario or SCENARIOS["ordinary"]
        self._seed, self._zone = seed, ZoneInfo(timezone)
        self._write = Writer(timezone, seed)
        self._positions_from = positions_from if positions_from is not None else start_at
        self._day = dt.datetime.fromtimestamp(start_at, self._zone).date()
        self._heap: list[tuple[float, int, str, bytes]] = []
        self._pushed = 0
        self._dead_until: dict[int, float] = {}

    def events(self, until: float) -> Iterator[Arrival]:
        """Yields (arrival in epoch seconds, grid code, report) in order of arrival, up to `until`."""
        while self._midnight(self._day) <= until:
            yield from self._up_to(self._midnight(self._day))
            self._plan(self._day)
            self._day += dt.timedelta(days=1)
        yield from self._up_to(until)

    def _up_to(self, until: float) -> Iterator[Arrival]:
        while self._heap and self._heap[0][0] <= until:
            at, _, code, raw = heapq.heappop(self._heap)
            yield at, code, raw

    def _midnight(self, day: dt.date) -> float:
        return dt.datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp()

    # ------------------------------------------------------------------ planning a day

    def _plan(self, day: dt.date) -> None:
        """Draws everything that begins on a day."""
        rng = np.random.default_rng([self._seed, day.toordinal()])
        start = self._midnight(day)
        busy = _WEEKDAYS[day.weekday()]
        self._plan_shifts(rng, start, day)
        scale = self._people / 1e6
        for kind, per_thousand in PER_YEAR.items():
            rate = per_thousand * self._people / 1000 / 365 * self.scenario.people
            for at, grid in self._arrivals(rng, start, rate):
                self._vital(rng, kind, at, grid)
        for kind, per_day in PER_DAY.items():
            factor = self.scenario.people if kind.startswith("population") else 1.0
            for at, grid in self._arrivals(rng, start, per_day * scale * busy * factor):
                self._everyday(rng, kind, at, grid)
        self._plan_cases(rng, start, day, scale * busy)

    def _arrivals(self, rng: np.random.Generator, start: float, expected: float) -> list[tuple[float, int]]:
        """Returns (instant, grid index) of a Poisson number of arrivals over the hours of a day."""
        count = int(rng.poisson(expected))
        hours = rng.choice(24, count, p=_HOURS / _HOURS.sum())
        at = start + (hours + rng.random(count)) * HOUR
        grids = rng.choice(len(self.codes), count, p=self._weights)
        return sorted(zip(at.tolist(), grids.tolist(), strict=True))

    def _plan_cases(self, rng: np.random.Generator, start: float, day: dt.date, scale: float) -> None:
        lives = CaseLives(rng, _offset_s(self._zone, start))
        number = 0
        for category, kind in KINDS.items():
            expected = kind.per_day * scale * self.scenario.case_factor(category)
            for at, grid in self._arrivals(rng, start, expected):
                number += 1
                lat, lon = self._place(rng, grid)
                for step_at, name, data in lives.life(f"C-{day:%Y%m%d}-{number:06d}", category, at, lat, lon):
                    source = None if name == "case.reported" else "/centre/cases"
                    self._send(rng, name, grid, step_at, data, source)

    def _vital(self, rng: np.random.Generator, kind: str, at: float, grid: int) -> None:
        """Sends a birth or a death: most are known on the day, some the day after."""
        occurred = at - (DAY if rng.random() < 0.3 else 0.0)
        data: dict[str, Any] = {"sex": "m" if rng.random() < 0.515 else "f"}
        if kind == "population.death":
            data["age"] = int(np.clip(rng.normal(76, 13), 0, 105))
        self._send(rng, kind, grid, at, {**data, "occurred_on": self._write.date(occurred)})

    def _everyday(self, rng: np.random.Generator, kind: str, at: float, grid: int) -> None:
        if kind.startswith("population"):
            self._send(rng, kind, grid, at, _mover(rng))
        elif kind.startswith("dwelling"):
            owned = ("owned", "rented", "public", "other")[int(rng.choice(4, p=(0.55, 0.35, 0.06, 0.04)))]
            self._send(rng, kind, grid, at, {"kind": owned})
        elif kind == "component.counted":
            name = ("utility", "road", "sanitation", "green", "other")[int(rng.integers(5))]
            self._send(rng, kind, grid, at, {"class": name, "count": int(rng.integers(1, 60))})
        elif kind == "service.requested":
            self._service(rng, at, grid)
        else:
            self._order(rng, at, grid)

    def _service(self, rng: np.random.Generator, at: float, grid: int) -> None:
        service = _SERVICES[int(rng.integers(len(_SERVICES)))]
        request = f"S-{self._write.date(at).replace('-', '')}-{self._write.count:08d}"
        off_hours = bool(rng.random() < 0.18)
        data = {"service": service, "request": request, "off_hours": off_hours}
        self._send(rng, "service.requested", grid, at, data)
        done = at + float(rng.lognormal(np.log(9), 0.9)) * HOUR
        self._send(rng, "service.completed", grid, done, {**data, "score": int(rng.choice(3, p=(0.06, 0.3, 0.64))) + 3})

    def _order(self, rng: np.random.Generator, at: float, grid: int) -> None:
        """Sends an order to a few workers; most read it at once, some late, a few never."""
        near = [(grid + step) % len(self.codes) for step in range(int(rng.integers(1, 6)))]
        order = f"O-{self._write.date(at).replace('-', '')}-{self._write.count:08d}"
        data = {"order": order, "to": [self.codes[index] for index in near], "kind": "visit", "text": "check on site"}
        self._send(rng, "order.issued", grid, at, data, "/centre/orders")
        for index in near:
            receipt = at + float(rng.lognormal(np.log(75), 0.9))
            if rng.random() < 0.03:
                continue
            for name, delay in (("order.delivered", 3.0), ("order.read", receipt - at), ("order.completed", 5 * HOUR)):
                self._send(rng, name, index, at + delay, {"order": order, "grid": self.codes[index]})

    # ------------------------------------------------------------------ workers

    def _plan_shifts(self, rng: np.random.Generator, start: float, day: dt.date) -> None:
        """Draws the day's shifts: most by day, some with extended midday or evening, a few at night."""
        count = len(self.codes)
        turn = (np.arange(count) + day.toordinal()) % 28
        weekend = day.weekday() >= 5
        for grid in range(count):
            if weekend and (grid + day.toordinal()) % 3 == 0:
                continue
            if turn[grid] == 0:
                begin, end = 20.0, 32.0
            elif turn[grid] % 4 == 1:
                begin, end = 10.0, 21.0
            else:
                begin, end = 8.0, 17.5
            begin, end = begin + rng.normal(0, 0.12), end + rng.normal(0, 0.2)
            self._shift(rng, grid, start + begin * HOUR, start + end * HOUR)

    def _shift(self, rng: np.random.Generator, grid: int, begin: float, end: float) -> None:
        battery = float(rng.uniform(0.82, 1.0))
        dead_from, dead_to = np.inf, np.inf
        if rng.random() < self.scenario.silent_share:
            dead_from = rng.uniform(begin, end)
            dead_to = dead_from + rng.uniform(2.0, 5.0) * HOUR
        self._send(rng, "worker.shift-started", grid, begin, {"battery": round(battery, 2)})
        at = begin + rng.uniform(0.0, POSITION_EVERY_S)
        step = POSITION_EVERY_S / self.scenario.positions
        while at < end:
            if at >= self._positions_from and not dead_from <= at < dead_to:
                charge = round(max(0.08, battery - 0.055 * (at - begin) / HOUR), 2)
                lat, lon = self._place(rng, grid)
                data = {"lat": lat, "lon": lon, "accuracy_m": 8.0, "battery": charge}
                self._send(rng, "worker.position", grid, at, data)
            at += step * rng.uniform(0.85, 1.15)
        self._send(rng, "worker.shift-ended", grid, end, {})

    # ------------------------------------------------------------------ sending

    def _place(self, rng: np.random.Generator, grid: int) -> tuple[float, float]:
        """Returns (lat, lon) of some place in a grid."""
        places = self._places[grid]
        lon, lat = places[int(rng.integers(len(places)))]
        return lat, lon

    def _send(
        self,
        rng: np.random.Generator,
        kind: str,
        grid: int,
        at: float,
        data: dict[str, Any],
        source: str | None = None,
    ) -> None:
        """Queues one report, with the mess of the real world: late, twice, or broken."""
        code, chance = self.codes[grid], float(rng.random())
        raw = self._write.report(kind, code, at, data, source)
        arrival, world = at, self.scenario
        if chance < world.malformed:
            raw = raw[: len(raw) // 2]
        elif chance < world.malformed + world.duplicates:
            self._push(at + 30.0, code, raw)
        elif chance < world.malformed + world.duplicates + world.late and not kind.startswith(("case", "worker")):
            arrival = at + float(rng.uniform(0.5, 5.0)) * HOUR
        self._push(arrival, code, raw)

    def _push(self, at: float, code: str, raw: bytes) -> None:
        self._pushed += 1
        heapq.heappush(self._heap, (at, self._pushed, code, raw))


def _ages(feature: dict[str, Any]) -> list[list[int]]:
    ages = (feature["properties"].get("population") or {}).get("ages")
    return [ages["m"], ages["f"]] if ages else [[50] * 18, [50] * 18]


def _points(geometry: dict[str, Any]) -> list[tuple[float, float]]:
    """Returns a few places (lon, lat) inside a grid."""
    shape = shapely.geometry.shape(geometry)
    middle = shape.representative_point()
    corners = shapely.get_coordinates(shape)
    pulled = middle.x + (corners[:, 0] - middle.x) * 0.55, middle.y + (corners[:, 1] - middle.y) * 0.55
    inside = shapely.contains_xy(shape, *pulled)
    places = [(round(float(x), 6), round(float(y), 6)) for x, y, within in zip(*pulled, inside, strict=True) if within]
    return [(round(middle.x, 6), round(middle.y, 6)), *places]


def _mover(rng: np.random.Generator) -> dict[str, Any]:
    """Returns somebody who moves: mostly young adults, two thirds of them floating population."""
    return {
        "sex": "m" if rng.random() < 0.52 else "f",
        "age": int(np.clip(rng.gamma(4.2, 7.2), 0, 99)),
        "floating": bool(rng.random() < 0.66),
        "other": "outside",
    }


def _offset_s(zone: ZoneInfo, at: float) -> float:
    offset = dt.datetime.fromtimestamp(at, zone).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0
