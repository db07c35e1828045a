"""The cases of a day: how many of each kind, where, and the reports that their lives make."""

from __future__ import annotations

import datetime as dt
from collections import deque

import numpy as np

from simulator.arrivals import grids, instants
from simulator.kinds import KINDS
from simulator.land import Floats
from simulator.lives import Life
from simulator.office import DAY, HOUR
from simulator.places import Places
from simulator.post import Post
from simulator.scenarios import Scenario
from simulator.workers import Shifts, Silences

_TWIN_WITHIN_S = 20 * HOUR  # how long ago a report of the same may lie
_TWIN_CHANCE = 0.08


class Casework:
    """Plans cases day by day; remembers recent ones, since neighbours report the same thing twice."""

    def __init__(
        self,
        places: Places,
        post: Post,
        scenario: Scenario,
        scenario_from: float,
        shifts: Shifts,
        silences: Silences,
    ) -> None:
        self._places, self._post, self._shifts, self._silences = places, post, shifts, silences
        self._scenario, self._from = scenario, scenario_from
        self._ends: Floats = np.cumsum(places.weights)
        self._recent: dict[tuple[str, str], deque[Life]] = {}

    def plan(self, rng: np.random.Generator, day: int, start: float, busy: float, offset_s: float) -> None:
        """Sends all reports of the cases that begin on a day, also those of later days.

        Args:
            rng: of the day.
            day: proleptic ordinal of the local date.
            start: epoch second at which it begins.
            busy: factor of the weekday.
            offset_s: of the local time, east of UTC.
        """
        found: list[tuple[float, int, str]] = []
        scale = self._places.people / 1e6 * busy
        for category, kind in KINDS.items():
            at = instants(rng, start, kind.per_day * scale, kind.profile)
            found += zip(at, grids(rng, self._ends, len(at)), [category] * len(at), strict=True)
        if start + DAY > self._from:
            found += self._unusual(np.random.default_rng([day, int(self._from)]), start, scale)
        date = dt.date.fromordinal(day)
        for number, (at_s, grid, category) in enumerate(sorted(found), 1):
            self._live(rng, f"C-{date:%Y%m%d}-{number:06d}", category, at_s, grid, day, offset_s)

    def _unusual(self, rng: np.random.Generator, start: float, scale: float) -> list[tuple[float, int, str]]:
        """Returns the cases that a scenario adds: all over the city, and in the streets that are hit."""
        found: list[tuple[float, int, str]] = []
        streets = sorted(set(self._places.street))
        hit = set(rng.permutation(streets)[: round(len(streets) * self._scenario.streets_hit + 0.49)].tolist())
        inside = np.array([street in hit for street in self._places.street]) * self._places.weights
        for category, kind in KINDS.items():
            more = kind.per_day * scale * (self._scenario.case_factor(category) - 1)
            local = kind.per_day * scale * (self._scenario.local_cases.get(category, 1.0) - 1) * inside.sum()
            for expected, ends in ((more, self._ends), (local, np.cumsum(inside))):
                if expected > 0:
                    at = instants(rng, start, float(expected), kind.profile)
                    found += zip(at, grids(rng, ends, len(at)), [category] * len(at), strict=True)
        return [case for case in found if case[0] >= self._from]

    def _live(
        self, rng: np.random.Generator, case: str, category: str, at: float, grid: int, day: int, offset_s: float
    ) -> None:
        """Sends the report of one case, lets it live, and sends its steps."""
        places, code = self._places, self._places.codes[grid]
        life = Life(rng, case, category, at, places.desk[grid], code, offset_s)
        by_worker = self._shifts.on_shift(grid, at, day) and float(rng.random()) < 0.9
        on_the_spot = life.solved_on_the_spot(by_worker)
        lat, lon = places.spot(grid, float(rng.random()), float(rng.random()))
        data = {"case": case, "category": category, "severity": life.severity, "lat": lat, "lon": lon}
        if on_the_spot:
            data["self_handled"] = True
        if by_worker:
            arrived = self._post.send_by_handset(rng, "case.reported", code, grid, at, data, day)
        else:
            arrived = self._post.send(rng, "case.reported", code, "/hotline", at, data)
        life.run(arrived, self._twin(rng, places.desk[grid], category, at))
        own = "/handsets/" + code
        for when, name, source, said in life.steps:
            if source == own and self._silences.until(grid, when, int((when + offset_s) // DAY) + _EPOCH):
                source = "/desks/" + places.desk[grid]  # the worker calls, the desk takes it down
            self._post.send(rng, name, code, source, when, said)
        self._recent.setdefault((places.desk[grid], category), deque(maxlen=4)).append(life)

    def _twin(self, rng: np.random.Generator, desk: str, category: str, at: float) -> str | None:
        """Returns an open case that a new one of the same kind next door may be the same as."""
        if float(rng.random()) >= _TWIN_CHANCE:
            return None
        for life in self._recent.get((desk, category), ()):
            if at - life.reported_at < _TWIN_WITHIN_S and life.closed_at > at + 6 * HOUR:
                return life.case
        return None


_EPOCH = dt.date(1970, 1, 1).toordinal()
