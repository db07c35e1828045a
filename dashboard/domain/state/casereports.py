"""How reports about cases change the state: steps are taken in, wait, or are taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.domain.reports import REPORT_CLASSES
from dashboard.domain.rules.channel import HANDSETS, channel_of
from dashboard.domain.rules.lifecycle import (
    ESCALATED,
    HANDLED,
    LEVEL_CODES,
    RATED,
    REPORTED,
    RETURNED,
    STEP_CODES,
    STEP_TYPES,
    Step,
)
from dashboard.domain.state.early import Early
from dashboard.domain.state.people import COUNTER_CODES
from dashboard.errors import InvalidReport

if TYPE_CHECKING:
    from dashboard.domain.state.city import CityState

HELD = "\0held"  # instead of a case: the step waits
_NO_COORDINATE = float("nan")
SATISFIED_FROM = 4  # of 5
_REPORTED = COUNTER_CODES["cases_reported"]
_HANDLED, _RETURNED = COUNTER_CODES["cases_handled"], COUNTER_CODES["cases_returned"]
_SCORED, _SATISFIED = COUNTER_CODES["scored"], COUNTER_CODES["satisfied"]
_COUNTERS = {HANDLED: (_HANDLED,), RETURNED: (_RETURNED,), RATED: (_SCORED, _SATISFIED)}  # which count which steps
_STEP_CODE = {REPORT_CLASSES[name]: code for name, code in STEP_CODES.items()}


class CaseReports:
    """Applies `case.*` reports; the door calls it, and nobody else."""

    def __init__(self, state: CityState) -> None:
        self._state = state
        self.categories = state.rules.category_index()

    def reported(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> str | None:
        data = report.data
        category = self.categories.get(data.category)
        if category is None:
            raise InvalidReport("data.category", f"unknown category {data.category[:40]!r}")
        if data.case in self._state.cases.rows:
            raise InvalidReport("data.case", f"case {data.case} was reported before")
        promised = data.due.timestamp() if data.due is not None else None
        due = promised if promised is not None else self._state.deadlines.base(category, data.severity, at)
        lat = data.lat if data.lat is not None else _NO_COORDINATE
        lon = data.lon if data.lon is not None else _NO_COORDINATE
        step = _step(REPORTED, 0, shard, at, position)
        by_handset = report.source.startswith(HANDSETS)
        if by_handset and data.note:
            self._state.texts.note(grid, data.note, data.case)
        self._state.cases.open_case(
            data.case,
            step,
            grid,
            category,
            data.severity,
            due,
            promised is not None,
            data.self_handled,
            by_handset,
            lat,
            lon,
            channel_of(report.source),
        )
        day = self._state.days.day(at)
        self._count(_REPORTED, day, grid, step, 1)
        if data.self_handled:
            self._count(_HANDLED, day, grid, step, 1)
        if data.case in self._state.early.by_case:
            self._settle(data.case, self._state.cases.rows[data.case], None)
        return str(data.case)

    def step(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> str | None:
        data = report.data
        code = _STEP_CODE[type(report)]
        arg = data.score if code == RATED else LEVEL_CODES[data.to_level] if code == ESCALATED else 0
        step = _step(code, arg, shard, at, position)
        case = data.case
        if code == HANDLED and data.note and grid >= 0 and report.source.startswith(HANDSETS):
            self._state.texts.note(grid, data.note, data.case)
        row = self._state.cases.rows.get(case)
        if row is None:
            self._hold(case, step, f"case {case} was never reported")
            return HELD
        if case not in self._state.early.by_case and self._state.cases.take_next(row, step):
            self._count_step(step, self._state.cases.grid_of(row), 1)
            return str(case)
        return str(case) if self._settle(case, row, step) else HELD

    def _hold(self, case: str, step: Step, reason: str) -> None:
        """Lets a step wait until its case allows it or until it is given up."""
        position = step.stream_id.encode()
        self._state.early.hold(Early(case, step, position, step.ms + int(self._state.hold_s * 1000), reason))
        self._state.plan_turn(step.ms)

    def _settle(self, case: str, row: int, new: Step | None) -> bool:
        """Replays a case with all its steps, those that wait and a new one; says whether the new one was let in.

        A step that was in and does not fit any more waits again: what counts depends on the
        steps that came, not on the order in which they came.
        """
        waiting = {early.step: early for early in self._state.early.by_case.get(case, ())}
        grid = self._state.cases.grid_of(row)
        more = list(waiting) if new is None else [*waiting, new]
        taken, left = self._state.cases.settle(row, more)
        for step in taken:
            self._count_step(step, grid, 1)
            if step in waiting:
                self._state.early.release(waiting[step])
        for step in left:
            if step not in waiting:
                self._hold(case, step, f"{STEP_TYPES[step.code]} may not follow in the life of case {case}")
                if step is not new:
                    self._count_step(step, grid, -1)
        return new is None or new in taken

    def _count_step(self, step: Step, grid: int, amount: int) -> None:
        """Counts (or takes back) handled, returned and rated steps on the day on which they happened."""
        for counter in _COUNTERS.get(step.code, ()):
            if counter != _SATISFIED or step.arg >= SATISFIED_FROM:
                self._count(counter, self._state.days.day(step.at), grid, step, amount)

    def _count(self, code: int, day: int, grid: int, step: Step, amount: int) -> None:
        self._state.counters.add(code, day, grid, amount)
        self._state.journal.note(code, day, grid, amount, step.shard, step.ms, step.seq)


def _step(code: int, arg: int, shard: int, at: float, position: bytes) -> Step:
    ms, _, seq = position.partition(b"-")
    return Step(code, arg, shard, at, int(ms), int(seq or 0))
