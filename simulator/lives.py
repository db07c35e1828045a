"""How a case goes: who takes it up, how far it climbs, how long each step takes, how the resident finds it.

No rate is written here. A case has a difficulty; a level solves what lies within its
means and hands the rest upwards after having tried; hard cases take longer everywhere;
most offices work by day. What share of cases the community solves, how many are late
and how satisfied residents are, follows from that.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

HOUR = 3600.0
DAY = 86400.0


@dataclass(frozen=True)
class Kind:
    """A category of case.

    Attributes:
        per_day: reports a day in a city of 1,000,000.
        hours: working hours that a case of difficulty 1 and severity 2 takes.
        difficulty: median difficulty; 1 is what a community can just solve.
        round_the_clock: whether people work on it at night, too.
        department: who gets it.
        severities: odds of severity 1, 2 and 3.
        expected_hours: how long residents think that it should take.
    """

    per_day: float
    hours: float
    difficulty: float
    round_the_clock: bool
    department: str
    severities: tuple[float, float, float]
    expected_hours: float


KINDS = {
    "dispute": Kind(42, 10.5, 0.50, False, "governance", (0.08, 0.42, 0.50), 96),
    "public-security": Kind(52, 4.6, 0.47, True, "public-security", (0.12, 0.48, 0.40), 48),
    "emergency": Kind(20, 1.3, 0.42, True, "fire", (0.35, 0.40, 0.25), 8),
    "urban-management": Kind(118, 6.0, 0.45, False, "urban-management", (0.06, 0.44, 0.50), 72),
    "food-safety": Kind(30, 6.6, 0.47, False, "market-supervision", (0.08, 0.42, 0.50), 72),
    "labour": Kind(38, 12.0, 0.55, False, "labour", (0.06, 0.44, 0.50), 120),
    "civil-affairs": Kind(46, 7.5, 0.45, False, "civil-affairs", (0.05, 0.45, 0.50), 84),
    "family-planning": Kind(24, 7.0, 0.43, False, "health", (0.05, 0.45, 0.50), 84),
}
MEANS = (0.17, 1.0, 1.75, 3.2, math.inf)  # what grid, community, street, district and city can solve
LEVELS = ("grid", "community", "street", "district", "city")
_SPREAD = 0.66
_PACE = {1: 0.42, 2: 1.0, 3: 1.55}
_OPENS, _CLOSES = 8.0, 18.0
_SELDOM_STUCK = 4.5  # difficulty beyond which work keeps stalling (an absent owner, a court)

Step = tuple[float, str, dict[str, Any]]


class CaseLives:
    """Draws lives of cases; office hours are local, `offset_s` east of UTC."""

    def __init__(self, rng: np.random.Generator, offset_s: float) -> None:
        self._rng, self._offset_s = rng, offset_s

    def life(self, case: str, category: str, at: float, lat: float, lon: float) -> Iterator[Step]:
        """Yields (epoch seconds, type, data) of every step of one case, in order of time."""
        kind, rng = KINDS[category], self._rng
        severity = int(rng.choice(3, p=kind.severities)) + 1
        difficulty = kind.difficulty * float(rng.lognormal(0.0, _SPREAD))
        on_the_spot = difficulty < MEANS[0]
        data = {"case": case, "category": category, "severity": severity, "lat": lat, "lon": lon}
        yield at, "case.reported", {**data, "self_handled": True} if on_the_spot else data
        returned = False
        if on_the_spot:
            now = at + self._delay(0.5)
        else:
            now = yield from self._handled(case, kind, severity, difficulty, at)
            if rng.random() < 0.035 + 0.03 * min(difficulty, 3.0):
                returned = True
                now = yield from self._again(case, kind, severity, difficulty, now)
        closed = self._office(now, self._delay(0.7) / HOUR, kind)
        yield closed, "case.closed", {"case": case, "by": "community" if difficulty < 1 else kind.department}
        if rng.random() < 0.46:
            score = self._score(kind, severity, (closed - at) / HOUR, returned)
            yield closed + self._delay(9.0), "case.rated", {"case": case, "score": score}

    def _handled(
        self, case: str, kind: Kind, severity: int, difficulty: float, at: float
    ) -> Generator[Step, None, float]:
        """Yields the steps from filing to handling; returns when it was handled."""
        rng = self._rng
        now = self._office(at, self._delay(0.15 if severity == 1 else 0.5) / HOUR, kind)
        yield now, "case.filed", {"case": case, "by": "community"}
        now = self._office(now, self._delay(0.15 if severity == 1 else 0.6) / HOUR, kind)
        yield now, "case.dispatched", {"case": case, "to": kind.department, "by": "centre"}
        now = self._office(now, self._delay(0.3 if severity == 1 else 1.2) / HOUR, kind)
        yield now, "case.started", {"case": case, "by": kind.department}
        level = 1
        while True:
            effort = kind.hours * _PACE[severity] * min(difficulty, 2.0 + level) ** 0.6
            solves = difficulty <= MEANS[level]
            spent = effort * float(rng.lognormal(-0.1, 0.45)) * (1.0 if solves else 0.3)
            if difficulty > _SELDOM_STUCK and level == 4:
                spent *= 3.0
            if spent > 12 and rng.random() < 0.12:
                now = yield from self._paused(case, now + 0.3 * spent * HOUR)
            done = self._office(now, spent, kind)
            if solves:
                yield done, "case.handled", {"case": case, "by": kind.department}
                return done
            now, level = done, level + 1
            reason = "beyond the means of the level below"
            yield now, "case.escalated", {"case": case, "to_level": LEVELS[level], "reason": reason}

    def _paused(self, case: str, at: float) -> Generator[Step, None, float]:
        """Yields a suspension while somebody outside is waited for; returns when work goes on."""
        until = at + self._rng.uniform(0.4, 2.2) * DAY
        yield at, "case.suspended", {"case": case, "reason": "waiting for documents"}
        yield until, "case.resumed", {"case": case, "reason": "documents have come"}
        return until

    def _again(self, case: str, kind: Kind, severity: int, difficulty: float, at: float) -> Generator[Step, None, float]:
        """Yields a failed check and the work done anew; returns when it was handled."""
        now = self._office(at, self._delay(1.0) / HOUR, kind)
        yield now, "case.returned", {"case": case, "by": "community", "note": "not solved on the spot"}
        spent = 0.5 * kind.hours * _PACE[severity] * min(difficulty, 3.0) ** 0.5
        done = self._office(now, spent * float(self._rng.lognormal(-0.1, 0.4)), kind)
        yield done, "case.handled", {"case": case, "by": kind.department}
        return done

    def _delay(self, hours: float) -> float:
        """Returns a waiting time in seconds, usually about `hours`."""
        return float(self._rng.lognormal(math.log(hours), 0.6)) * HOUR

    def _office(self, at: float, hours: float, kind: Kind) -> float:
        """Returns the instant after `hours` of work that begins at `at`; most people work by day only."""
        if kind.round_the_clock:
            return at + hours * HOUR
        day, now = divmod(at + self._offset_s, DAY)
        now = max(now / HOUR, _OPENS)
        left = hours
        while left > max(0.0, _CLOSES - now):
            left -= max(0.0, _CLOSES - now)
            day, now = day + 1, _OPENS
        return max(at + 60.0, day * DAY + (now + left) * HOUR - self._offset_s)

    def _score(self, kind: Kind, severity: int, hours: float, returned: bool) -> int:
        """Returns what a resident gives (1–5): how long it took against what was expected, and moods."""
        waited = hours / (kind.expected_hours * _PACE[severity])
        mood = float(self._rng.normal(0.0, 0.62))
        return int(np.clip(round(5.15 - 0.62 * waited - (1.0 if returned else 0.0) + mood), 1, 5))


