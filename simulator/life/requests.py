"""The life of a city of service requests: residents ask, departments do, nobody walks a beat.

Each local day is drawn from its own random stream, as in the other city. A request is known to
a department within hours, is done around the median of its type, and some are not at all the
city's matter, are given up by who asked, or are the same as one next door.
"""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from collections import deque
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import numpy as np

from dashboard.domain.acting.keeper import OVERDUE
from dashboard.domain.acting.keeper import SOURCE as KEEPER
from dashboard.domain.rules.calendar import weekdays
from dashboard.domain.rules.rules import Category, parse_rules
from simulator.life import office
from simulator.life.arrivals import Day, draw_grids
from simulator.life.events import Writer
from simulator.life.kinds import BY_DAY, WEEKDAYS
from simulator.life.office import DAY, HOUR
from simulator.life.post import Arrival, Post
from simulator.life.requesttypes import REQUEST_TYPES
from simulator.life.run import Run
from simulator.life.workers import Silences
from simulator.place.places import Places

RULES = "lake.toml"
_PER_REQUEST = 4.8  # reports that one request makes, on average
_WAYS = (("/open311/app", 0.46), ("/hotline", 0.83), ("/open311/web", 1.0))  # how residents ask, cumulated shares
_URGENT_DAYS = 1.0  # what usually takes less is worked on round the clock
_SPREAD = 0.85
_REJECTED, _WITHDRAWN, _SAME, _REOPENED, _RATED = 0.02, 0.035, 0.04, 0.015, 0.07
_CLOSED_BY_THEMSELVES, _RETURNED = 0.4, 0.04
_SAME_WITHIN_S = 3 * DAY


class RequestCity:
    """One life of a city of requests; the same city and run give the same reports, byte for byte.

    Attributes:
        places: its wards.
    """

    def __init__(self, city: dict[str, Any], run: Run) -> None:
        """Prepares the city.

        Args:
            city: an areas file.
            run: seed, times and scenario.
        """
        self.places, self._run = Places(city), run
        self._post = Post(Writer(run.timezone, run.number), Silences(self.places, run), run)
        rules = parse_rules(tomllib.loads((files("dashboard") / "rules" / RULES).read_text("utf-8")))
        self._rules = {category.id: category for category in rules.categories}
        self._calendar = weekdays(run.timezone)
        asking = np.random.default_rng([run.seed, 0]).lognormal(0.0, 0.5, len(self.places))
        self._ends = np.cumsum(asking / asking.sum())
        self._recent: dict[tuple[int, str], deque[tuple[float, str, float]]] = {}
        self._open: dict[str, tuple[int, str, float]] = {}  # grid, category, when it will be closed
        self._day = run.day_of(run.start_at)

    def events(self, until: float) -> Iterator[Arrival]:
        """Yields (arrival in epoch seconds, area code, report) in order of arrival, up to `until`.

        Call it again with a later instant to go on; all that was asked for must have been taken.
        """
        while (midnight := self._run.midnight(self._day)) <= until:
            yield from self._up_to(math.nextafter(midnight, 0.0))
            self._plan(self._day)
            self._day += 1
        yield from self._up_to(until)

    def expected(self, until: float) -> int:
        """Returns about how many reports arrive up to `until`, for showing progress."""
        per_day = sum(kind.per_day for kind in REQUEST_TYPES.values()) * len(self.places) / 50
        return round(max(0.0, until - self._run.start_at) / DAY * per_day * _PER_REQUEST)

    def hear(self, report: dict[str, Any]) -> None:
        """Takes notice of what a person did to a request: the department answers, or goes on from there."""
        kind, data = report["type"], report["data"]
        known = self._open.get(data.get("case", ""))
        if known is None or report["source"] == KEEPER:
            return
        at, case = _instant(report["time"]), data["case"]
        rng = np.random.default_rng([int(at), known[0]])
        if kind == "case.urged":
            said = {"case": case, "by": self._rules[known[1]].department, "note": "scheduled"}
            self._say(rng, "case.replied", known[0], self._hands(known[1]), at + HOUR * rng.lognormal(0, 0.5), said)
            return
        self._post.drop(case)
        if kind in ("case.dispatched", "case.started", "case.returned", "case.reopened", "case.resumed"):
            self._done(rng, case, *known[:2], at + self._takes_s(rng, known[1]) * 0.4)

    def _up_to(self, until: float) -> Iterator[Arrival]:
        while (arrival := self._post.take(until)) is not None:
            yield arrival

    def _plan(self, number: int) -> None:
        """Draws the requests of a day (proleptic ordinal)."""
        run, start = self._run, self._run.midnight(number)
        self._open = {case: known for case, known in self._open.items() if known[2] > start}
        busy = WEEKDAYS[(number - 1) % 7] * len(self.places) / 50
        day = Day(number, start, run.offset_s(start + 12 * HOUR), busy, max(start, run.start_at))
        rng = np.random.default_rng([run.seed, number, 1])
        found: list[tuple[float, int, str]] = []
        for category, kind in REQUEST_TYPES.items():
            factor = run.scenario.case_factor(category) if run.is_unusual(start + DAY) else 1.0
            at = day.instants(rng, kind.per_day * busy * factor, BY_DAY + 2.0)
            found += zip(at, draw_grids(rng, self._ends, len(at)), [category] * len(at), strict=True)
        for count, (at_s, ward, category) in enumerate(sorted(found), run.first_number):
            self._ask(rng, f"SR-{day.date:%y%m%d}-{count:05d}", category, at_s, ward)

    def _ask(self, rng: np.random.Generator, case: str, category: str, at: float, ward: int) -> None:
        """Sends a request, and what becomes of it."""
        source = next(way for way, share in _WAYS if rng.random() <= share or share == 1.0)
        lat, lon = self.places.spot(ward, float(rng.random()), float(rng.random()))
        data = {"case": case, "category": category, "severity": 2, "lat": lat, "lon": lon}
        at = self._say(rng, "case.reported", ward, source, at, data)
        at += 30.0 + 600.0 * float(rng.random())
        desk, chance = "/desks/requests", float(rng.random())
        if chance < _REJECTED + _WITHDRAWN:
            reason = "no matter of the city's" if chance < _REJECTED else "cancelled by the resident"
            at += float(rng.uniform(0.2, 20.0)) * HOUR
            self._say(rng, "case.rejected", ward, desk, at, {"case": case, "by": "desk", "reason": reason})
            return
        at = self._say(rng, "case.filed", ward, desk, at, {"case": case, "by": "desk"})
        if self._is_same(rng, case, category, at, ward):
            return
        department = self._rules[category].department
        at += HOUR * float(rng.lognormal(0.0, 0.9))
        self._say(rng, "case.dispatched", ward, desk, at, {"case": case, "by": "desk", "to": department})
        self._done(rng, case, ward, category, at + self._takes_s(rng, category), asked_at=at)

    def _is_same(self, rng: np.random.Generator, case: str, category: str, at: float, ward: int) -> bool:
        """Merges a request into one of the same kind next door, where there is one, now and then."""
        known = self._recent.setdefault((ward, category), deque(maxlen=4))
        twin = next((one for one in known if at - one[0] < _SAME_WITHIN_S and one[2] > at + 6 * HOUR), None)
        if twin is not None and float(rng.random()) < _SAME * 6:
            said = {"case": case, "by": "desk", "into": twin[1]}
            self._say(rng, "case.merged", ward, "/desks/requests", at + 900.0, said)
            return True
        known.append((at, case, at + REQUEST_TYPES[category].median_days * DAY))
        return False

    def _done(
        self, rng: np.random.Generator, case: str, ward: int, category: str, at: float, asked_at: float | None = None
    ) -> None:
        """Sends the work on a request, what the keeper of the past did while it was late, and what came after."""
        at, hands = self._in_office(rng, at, category), self._hands(category)
        said = {"case": case, "by": self._rules[category].department}
        if asked_at is not None:
            self._lifted(case, ward, self._rules[category], asked_at, at)
            begins = asked_at + (at - asked_at) * float(rng.uniform(0.55, 0.95))
            if rng.random() < 0.6:
                self._say(rng, "case.started", ward, hands, begins, said)
        closed_at = self._checked(rng, case, ward, category, at)
        self._open[case] = ward, category, closed_at
        if rng.random() < _REOPENED:
            again = closed_at + float(rng.uniform(0.4, 4.0)) * DAY
            self._say(rng, "case.reopened", ward, "/hotline", again, {"case": case, "by": "resident", "note": "again"})
            closed_at = again + self._takes_s(rng, category) * 0.5
            closed_at = self._say(rng, "case.closed", ward, hands, self._in_office(rng, closed_at, category), said)
            self._open[case] = ward, category, closed_at
        if rng.random() < _RATED:
            score = _score(rng, (at - (asked_at or at)) / DAY / REQUEST_TYPES[category].median_days)
            self._say(rng, "case.rated", ward, "/open311/app", closed_at + 7 * HOUR, {"case": case, "score": score})

    def _lifted(self, case: str, ward: int, category: Category, asked_at: float, closed_at: float) -> None:
        """Keeps what the keeper of the past did: what is late goes up, and above a ward there is only the city."""
        due = self._calendar.end_of(category.limits["close"][1], asked_at)
        at = float(math.ceil(due)) + 1.0
        if at < min(closed_at, self._run.keeper_until):
            said = {"case": case, "to_level": "city", "by": "keeper", "reason": OVERDUE}
            self._post.keep("case.escalated", self.places.codes[ward], f"escalate/{case}/city", at, said, case)

    def _takes_s(self, rng: np.random.Generator, category: str) -> float:
        return float(REQUEST_TYPES[category].median_days * DAY * rng.lognormal(0.0, _SPREAD))

    def _checked(self, rng: np.random.Generator, case: str, ward: int, category: str, at: float) -> float:
        """Sends that it is done, and closed once the desk has looked at it or the department itself says so."""
        hands, said = self._hands(category), {"case": case, "by": self._rules[category].department}
        if rng.random() < _CLOSED_BY_THEMSELVES:
            return self._say(rng, "case.closed", ward, hands, at, said)
        self._say(rng, "case.handled", ward, hands, at, said)
        at += float(rng.uniform(0.2, 5.0)) * HOUR
        if rng.random() < _RETURNED:
            said_back = {"case": case, "by": "desk", "note": "not done"}
            self._say(rng, "case.returned", ward, "/desks/requests", at, said_back)
            at = self._in_office(rng, at + self._takes_s(rng, category) * 0.3, category)
            at = self._say(rng, "case.handled", ward, hands, at, said) + HOUR
        return self._say(rng, "case.closed", ward, "/desks/requests", at, {"case": case, "by": "desk"})

    def _in_office(self, rng: np.random.Generator, at: float, category: str) -> float:
        """Returns when somebody finishes it: soon where it is urgent, else in the course of the department's day."""
        urgent = REQUEST_TYPES[category].median_days < _URGENT_DAYS
        hours = office.ROUND_THE_CLOCK if urgent else office.DISTRICT
        return office.after(at, 0.3 if urgent else float(rng.uniform(0.2, 8.0)), hours, self._run.offset_s(at))

    def _hands(self, category: str) -> str:
        return f"/departments/{self._rules[category].department}"

    def _say(
        self, rng: np.random.Generator, kind: str, ward: int, source: str, at: float, data: dict[str, Any]
    ) -> float:
        """Sends a report about a request; returns the instant that it names, a whole second."""
        at = float(math.ceil(at))
        self._post.send(rng, kind, self.places.codes[ward], source, at, data, data["case"])
        return at


def _score(rng: np.random.Generator, times: float) -> int:
    """Returns what a resident gives, 1-5, for something that took so many times the usual."""
    mood = 4.7 - 0.7 * math.log2(1.0 + max(times, 0.0)) + float(rng.normal(0.0, 0.7))
    return min(5, max(1, round(mood)))


def _instant(text: str) -> float:
    return dt.datetime.fromisoformat(text).timestamp()
