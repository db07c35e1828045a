"""Workers who invent reports, as a scenario has them, and honest ones who are only busy.

An inventor adds to an ordinary life what nobody saw: a few reports a week, and many a day before the month ends,
written one after the other at a desk with the same text, marked on the map here and there, and "handled" at once.
No two do all of it: each takes care to avoid one of these habits.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from simulator.life import notes
from simulator.life.arrivals import Day
from simulator.life.kinds import KINDS
from simulator.life.office import HOUR
from simulator.life.post import Post
from simulator.life.scenarios import Scenario
from simulator.place.places import Places

_LAST_DAYS = 3
_PER_DAY, _PER_LAST_DAY, _PER_DAY_EVENLY = 0.5, 7.0, 1.1
_WORDS = ("已巡查，一切正常", "patrol done, all in order", "发现问题已整改")
_AWAY_DEG = 0.02  # about 2 km: what is marked lies all over the quarter
_HABITS = ("burst", "same-text", "in-seconds", "travel")
_FIRST_NUMBER = 4_000  # of 5,000 that a run has for a day; real cases stay below


def chosen(count: int, seed: int, scenario: Scenario) -> tuple[list[int], list[int]]:
    """Returns the grids whose workers invent reports, and those whose honest workers are busy; none is both."""
    order = np.random.default_rng([seed, 13]).permutation(count).tolist()
    inventing = min(scenario.inventing, count)
    return sorted(order[:inventing]), sorted(order[inventing : inventing + scenario.busy])


class Inventions:
    """Plans invented reports day by day."""

    def __init__(self, places: Places, post: Post, inventors: list[int], first_number: int) -> None:
        self._places, self._post, self._inventors = places, post, inventors
        self._first = first_number + _FIRST_NUMBER

    def plan(self, rng: np.random.Generator, day: Day) -> None:
        """Sends what is invented on a day, with its steps."""
        number = self._first
        month_ends = (day.date + dt.timedelta(days=_LAST_DAYS)).month != day.date.month
        for place, grid in enumerate(self._inventors):
            avoided = _HABITS[place % len(_HABITS)]
            expected = _PER_DAY_EVENLY if avoided == "burst" else _PER_LAST_DAY if month_ends else _PER_DAY
            at = day.start + (9.0 + 7.0 * float(rng.random())) * HOUR
            for _ in range(int(rng.poisson(expected))):
                at = float(int(at + rng.uniform(20, 80)))
                if at >= day.since:
                    self._invent(rng, f"C-{day.date:%Y%m%d}-{number:06d}", grid, at, day.number, avoided)
                number += 1

    def _invent(self, rng: np.random.Generator, case: str, grid: int, at: float, day: int, avoided: str) -> None:
        """Sends one report, that it was handled a moment later, and the desk's closing in the evening."""
        code, category = self._places.codes[grid], list(KINDS)[int(rng.integers(len(KINDS)))]
        lat, lon = self._places.spot(grid, float(rng.random()), float(rng.random()))
        away = 0.0 if avoided == "travel" else _AWAY_DEG
        data: dict[str, Any] = {"case": case, "category": category, "severity": 3}
        data["lat"] = round(lat + float(rng.uniform(-away, away)), 6)
        data["lon"] = round(lon + float(rng.uniform(-away, away)), 6)
        note = notes.reported(case, category, code) if avoided == "same-text" else _WORDS[grid % len(_WORDS)]
        written = {} if note is None else {"note": note}
        self._post.send_by_handset(rng, "case.reported", code, grid, at, data | written, day)
        handled = float(int(at + rng.uniform(6, 40) + (3 * HOUR if avoided == "in-seconds" else 0)))
        done = {"case": case, "by": "worker", **written}
        self._post.send_by_handset(rng, "case.handled", code, grid, handled, done, day)
        closed = float(int(handled + rng.uniform(0.5, 6.0) * HOUR))
        desk = "/desks/" + self._places.desk[grid]
        self._post.send(rng, "case.closed", code, desk, closed, {"case": case, "by": "desk"})
