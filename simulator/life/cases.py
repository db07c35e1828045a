"""The cases of a day: how many of each kind, where, and the reports that their lives make."""

from __future__ import annotations

import datetime as dt
import math
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.domain.acting.keeper import SOURCE as KEEPER
from simulator.life import notes
from simulator.life.arrivals import Day, draw_grids
from simulator.life.kinds import KINDS
from simulator.life.lives import Life
from simulator.life.office import DAY, HOUR
from simulator.life.post import Post
from simulator.life.run import Run
from simulator.life.workers import Shifts, Silences
from simulator.place.land import Floats
from simulator.place.places import Places

_TWIN_WITHIN_S = 20 * HOUR  # how long ago a report of the same may lie
_TWIN_CHANCE = 0.08
_BUSY = 5.0  # so many times the usual cases has a grid whose worker is busy


class Casework:
    """Plans cases day by day; remembers recent ones, since neighbours report the same thing twice."""

    def __init__(
        self,
        places: Places,
        post: Post,
        run: Run,
        shifts: Shifts,
        silences: Silences,
        busy: Sequence[int] = (),
    ) -> None:
        self._places, self._post, self._shifts, self._silences = places, post, shifts, silences
        self._scenario, self._from, self._keeper_until = run.scenario, run.unusual_from, run.keeper_until
        self._ends: Floats = np.cumsum(places.weights)
        self._first_number, self._busy = run.first_number, list(busy)
        self._recent: dict[tuple[str, str], deque[Life]] = {}
        self._open: dict[str, tuple[Life, int, Day]] = {}  # cases that a person may act on, with grid and first day

    def plan(self, rng: np.random.Generator, day: Day) -> None:
        """Sends all reports of the cases that begin on a day, also those of later days."""
        self._open = {case: known for case, known in self._open.items() if known[0].open_until > day.start}
        found: list[tuple[float, int, str]] = []
        scale = self._places.people / 1e6 * day.busy
        for category, kind in KINDS.items():
            found += self._drawn(rng, day, category, kind.per_day * scale, self._ends)
        if day.start + DAY > self._from:
            found += self._unusual(np.random.default_rng([day.number, int(self._from)]), day, scale)
        for number, (at, grid, category) in enumerate(sorted(found), self._first_number):
            self._live(rng, f"C-{day.date:%Y%m%d}-{number:06d}", category, at, grid, day)

    def _drawn(
        self, rng: np.random.Generator, day: Day, category: str, expected: float, ends: Floats
    ) -> list[tuple[float, int, str]]:
        """Returns (instant, grid, category) of a Poisson number of cases."""
        at = day.instants(rng, expected, KINDS[category].profile)
        return list(zip(at, draw_grids(rng, ends, len(at)), [category] * len(at), strict=True))

    def _unusual(self, rng: np.random.Generator, day: Day, scale: float) -> list[tuple[float, int, str]]:
        """Returns the cases that a scenario adds: all over the city, and in the streets that are hit."""
        found: list[tuple[float, int, str]] = []
        streets = sorted(set(self._places.street))
        chosen = rng.permutation(len(streets))[: math.ceil(len(streets) * self._scenario.streets_hit)]
        hit = {streets[index] for index in chosen.tolist()}
        inside = np.array([street in hit for street in self._places.street]) * self._places.weights
        crowded = np.zeros(len(self._places))
        crowded[self._busy] = self._places.weights[self._busy]
        for category, kind in KINDS.items():
            more = kind.per_day * scale * (self._scenario.case_factor(category) - 1)
            local = kind.per_day * scale * (self._scenario.local_cases.get(category, 1.0) - 1) * float(inside.sum())
            here = kind.per_day * scale * (_BUSY - 1) * float(crowded.sum())
            for expected, ends in ((more, self._ends), (local, np.cumsum(inside)), (here, np.cumsum(crowded))):
                if expected > 0:
                    found += self._drawn(rng, day, category, expected, ends)
        return [case for case in found if case[0] >= self._from]

    def _live(self, rng: np.random.Generator, case: str, category: str, at: float, grid: int, day: Day) -> None:
        """Sends the report of one case, lets it live, and sends its steps."""
        places, code = self._places, self._places.codes[grid]
        life = Life(rng, case, category, at, places.desk[grid], code, day.offset_s)
        life.run(self._reported(rng, life, at, grid, day), self._twin(rng, places.desk[grid], category, at))
        self._send(rng, life, grid, day)
        self._recent.setdefault((places.desk[grid], category), deque(maxlen=4)).append(life)
        if life.steps[-1][0] > self._keeper_until:
            self._open[case] = life, grid, day

    def _send(self, rng: np.random.Generator, life: Life, grid: int, day: Day) -> None:
        """Sends the steps of a case; those of the keeper only as long as nobody else keeps."""
        code, case = self._places.codes[grid], life.case
        own, desk = "/handsets/" + code, "/desks/" + self._places.desk[grid]
        for when, name, source, said in life.steps:
            if source == KEEPER:
                if when < self._keeper_until:
                    self._post.keep(name, code, f"escalate/{case}/{said['to_level']}", when, said, case)
                continue
            step_day = int((when + day.offset_s) // DAY) + _EPOCH
            if name == "case.urged":
                said = {**said, "reply_due": self._post.writer.time(said["reply_due"])}
            elif source == own and name == "case.handled" and (note := notes.handled(case, code)):
                said = {**said, "note": note}
            dead = source == own and self._silences.until(grid, when, step_day)
            # With a dead handset the worker calls, and the desk takes it down.
            self._post.send(rng, name, code, desk if dead else source, when, said, case)

    def acted(self, step: str, at: float, data: dict[str, Any]) -> None:
        """Takes notice of what a person did to a case: whoever works on it answers, or goes on from there."""
        life, grid, day = self._open.get(data["case"], (None, 0, None))
        if life is None or day is None or at >= life.open_until:
            return
        rng = np.random.default_rng([int(at), grid])
        if step == "case.urged":
            reply_at = float(math.ceil(at + HOUR * float(rng.lognormal(-0.7, 0.6))))
            said = {"case": life.case, "by": life.kind.department, "note": "being worked on"}
            if reply_at < life.open_until:
                source = "/departments/" + life.kind.department
                self._post.send(rng, "case.replied", self._places.codes[grid], source, reply_at, said, life.case)
            return
        self._post.drop(life.case)
        life.goes_on(step, at, data)
        self._send(rng, life, grid, day)

    def _reported(self, rng: np.random.Generator, life: Life, at: float, grid: int, day: Day) -> float:
        """Sends the report, by the worker or through the hotline; returns when it arrives."""
        code = self._places.codes[grid]
        by_worker = self._shifts.on_shift(grid, at, day.number) and float(rng.random()) < 0.9
        on_the_spot = life.solved_on_the_spot(by_worker)
        lat, lon = self._places.spot(grid, float(rng.random()), float(rng.random()))
        data: dict[str, Any] = {"case": life.case, "category": life.category, "severity": life.severity}
        data |= {"lat": lat, "lon": lon}
        if on_the_spot:
            data["self_handled"] = True
        if by_worker:
            if note := notes.reported(life.case, life.category, code):
                data["note"] = note
            return self._post.send_by_handset(rng, "case.reported", code, grid, at, data, day.number)
        return self._post.send(rng, "case.reported", code, "/hotline", at, data)

    def _twin(self, rng: np.random.Generator, desk: str, category: str, at: float) -> str | None:
        """Returns an open case that a new one of the same kind next door may be the same as."""
        if float(rng.random()) >= _TWIN_CHANCE:
            return None
        for life in self._recent.get((desk, category), ()):
            if at - life.reported_at < _TWIN_WITHIN_S and life.closed_at > at + 6 * HOUR:
                return life.case
        return None


_EPOCH = dt.date(1970, 1, 1).toordinal()
