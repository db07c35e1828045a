"""When a case is due, and why.

Due times are computed from facts: the reporting instant, the row of the limits table, the
pauses and the calendar, so another table or calendar gives other due times at the next
start. `hour` runs round the clock and `day` is a calendar day of 24 hours; `work_hour` and
`work_day` (the office hours of one working day) pass in office hours only. A due time that the
source promised beats the table. While a case is suspended its clock stands still; the
pause is added when it resumes, for work units only the work time in it.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.rules.calendar import WorkCalendar
from dashboard.domain.rules.lifecycle import CLOSED, DISPATCHED, FILED, HANDLED, Step
from dashboard.domain.rules.limits import CALENDAR_UNIT_S, Limit
from dashboard.domain.rules.rules import STEPS, Category, Rules
from dashboard.domain.rules.rules import Step as LimitedStep

_REACHED_BY = {"file": FILED, "dispatch": DISPATCHED, "handle": HANDLED, "close": CLOSED}

Pauses = tuple[tuple[float, float | None], ...]
Floats = npt.NDArray[np.float64]


class StepUse(msgspec.Struct, frozen=True):
    """How much of its limit one step has used; instants in epoch seconds, `used_s` without pauses."""

    step: LimitedStep
    limit: Limit
    limit_s: float
    due_at: float
    done_at: float | None
    used_s: float


class Deadlines:
    """The limits table of a city with the calendar of its offices."""

    def __init__(self, rules: Rules, calendar: WorkCalendar) -> None:
        self.rules, self.calendar = rules, calendar
        self._close = [[c.limits["close"][severity] for severity in range(3)] for c in rules.categories]
        # Seconds of calendar time by category and severity; None for work units, which need the calendar.
        self._fixed = [
            [limit.amount * CALENDAR_UNIT_S[limit.unit] if limit.unit in CALENDAR_UNIT_S else None for limit in row]
            for row in self._close
        ]

    def base(self, category: int, severity: int, reported_at: float) -> float:
        """Returns the due instant (epoch seconds) of the limits table, before any pause."""
        fixed = self._fixed[category][severity - 1]
        if fixed is not None:
            return reported_at + fixed
        return self.calendar.after(reported_at, self.work_s(self._close[category][severity - 1]))

    def due(self, category: int, severity: int, reported_at: float, promised_at: float | None, pauses: Pauses) -> float:
        """Returns the due instant with all pauses that have ended."""
        if promised_at is not None:
            return promised_at + _paused_s(pauses)
        return self.moved(self._close[category][severity - 1], reported_at, pauses)

    def moved(self, limit: Limit, reported_at: float, pauses: Pauses) -> float:
        """Returns when a limit that began with the report ends, with all pauses that have ended."""
        if limit.unit in CALENDAR_UNIT_S:
            return reported_at + limit.amount * CALENDAR_UNIT_S[limit.unit] + _paused_s(pauses)
        stood_s = sum(self.calendar.worked_s(start, end) for start, end in pauses if end is not None)
        return self.calendar.after(reported_at, self.work_s(limit) + stood_s)

    def all_moved(self, limit: Limit, starts: Floats) -> Floats:
        """Returns when a limit ends that began at each instant (epoch seconds), without pauses; float64 [n]."""
        if limit.unit in CALENDAR_UNIT_S:
            return starts + limit.amount * CALENDAR_UNIT_S[limit.unit]
        return self.calendar.all_after(starts, np.full(len(starts), self.work_s(limit)))

    def work_s(self, limit: Limit) -> float:
        """Returns the length of a limit in work units, in seconds of work time."""
        return self.calendar.work_s(limit)

    def limit_s(self, limit: Limit) -> float:
        """Returns the length of a limit in seconds: of calendar time, or of work time for work units."""
        return limit.amount * CALENDAR_UNIT_S.get(limit.unit, 0.0) or self.work_s(limit)

    def used_s(self, limit: Limit, start_s: float, stop_s: float, pauses: Pauses) -> float:
        """Returns the time of a limit's kind between two instants, pauses (also an open one) left out."""
        stood = [(a, min(stop_s if b is None else b, stop_s)) for a, b in pauses if a < stop_s]
        if limit.unit in CALENDAR_UNIT_S:
            return stop_s - start_s - sum(b - a for a, b in stood)
        return self.calendar.worked_s(start_s, stop_s) - sum(self.calendar.worked_s(a, b) for a, b in stood)

    def moved_s(self, limit: Limit | None, start_s: float, end_s: float) -> float:
        """Returns by how much a pause moves a limit: its length, for work units only the work time in it."""
        if limit is None or limit.unit in CALENDAR_UNIT_S:
            return end_s - start_s
        return self.calendar.worked_s(start_s, end_s)

    def all_bases(self, category: npt.NDArray[Any], severity: npt.NDArray[Any], reported_at: Floats) -> Floats:
        """Returns `base` for whole columns, float64 [cases]."""
        kinds, kind_of = np.unique(category.astype(np.int64) * 3 + severity - 1, return_inverse=True)
        limits = [self._close[kind // 3][kind % 3] for kind in kinds.tolist()]
        works = np.array([limit.unit not in CALENDAR_UNIT_S for limit in limits], np.bool_)[kind_of]
        spans = np.array([self.limit_s(limit) for limit in limits])[kind_of]
        bases: Floats = reported_at + spans
        if works.any():
            bases[works] = self.calendar.all_after(reported_at[works], spans[works])
        return bases

    def steps(
        self, category: Category, severity: int, steps: list[Step], pauses: Pauses, now_s: float
    ) -> list[StepUse]:
        """Returns for each step that has a limit how much of it is used; the clock of all began with the report."""
        reported_at = steps[0].at
        return [
            self._step(name, category.limits[name][severity - 1], reported_at, _reached(steps, name), pauses, now_s)
            for name in STEPS
            if name in category.limits
        ]

    def _step(
        self, name: LimitedStep, limit: Limit, reported_at: float, done_at: float | None, pauses: Pauses, now_s: float
    ) -> StepUse:
        stop_s = max(reported_at, now_s if done_at is None else done_at)
        earlier = tuple(pause for pause in pauses if pause[0] < stop_s)
        used = max(0.0, self.used_s(limit, reported_at, stop_s, earlier))
        return StepUse(name, limit, self.limit_s(limit), self.moved(limit, reported_at, earlier), done_at, used)


def _reached(steps: list[Step], name: LimitedStep) -> float | None:
    """Returns when a step was first done; a step that was skipped is done with the first later one."""
    least = _REACHED_BY[name]
    ranks = {FILED: 0, DISPATCHED: 1, HANDLED: 2, CLOSED: 3}
    done = [step.at for step in steps if ranks.get(step.code, -1) >= ranks[least]]
    return min(done) if done else None


def _paused_s(pauses: Pauses) -> float:
    return sum(end - start for start, end in pauses if end is not None)
