"""How reports about cases change the state: steps are taken in, wait, or are taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.domain.reports import LAST_MS, REPORT_CLASSES, ms_seq
from dashboard.domain.rules.channel import HANDSETS, channel_of
from dashboard.domain.rules.indicators import SATISFIED_FROM
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
from dashboard.domain.state.city import CityState
from dashboard.domain.state.early import Early
from dashboard.domain.state.people import COUNTER_CODES
from dashboard.domain.state.refusals import addressable, category
from dashboard.domain.state.seen import key_of
from dashboard.domain.state.turns import plan_turn
from dashboard.errors import InvalidReport

HELD = "\0held"  # instead of a case: the step waits
_NO_COORDINATE = float("nan")
_REPORTED = COUNTER_CODES["cases_reported"]
_HANDLED, _RETURNED = COUNTER_CODES["cases_handled"], COUNTER_CODES["cases_returned"]
_SCORED, _SATISFIED = COUNTER_CODES["scored"], COUNTER_CODES["satisfied"]
_COUNTERS = {HANDLED: (_HANDLED,), RETURNED: (_RETURNED,), RATED: (_SCORED, _SATISFIED)}  # which count which steps
_STEP_CODE = {REPORT_CLASSES[name]: code for name, code in STEP_CODES.items()}
# What a step says beyond itself, as it is kept in the trace.
_ARGUMENTS: dict[int, Callable[[Any], int]] = {
    RATED: lambda data: int(data.score),
    ESCALATED: lambda data: LEVEL_CODES[data.to_level],
}


class CaseReports:
    """Applies `case.*` reports; the door calls it, and nobody else."""

    def __init__(self, city: CityState) -> None:
        self._city = city
        # Type: the method that applies it.
        self.handlers: dict[str, Callable[..., str | None]] = {
            "case.reported": self._reported,
            **{name: self._stepped for name in STEP_TYPES if name != "case.reported"},
        }

    def _reported(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> str | None:
        city, data, case = self._city, report.data, report.data.case
        known = category(city, data.category)
        addressable("data.case", case)
        if case in city.cases.rows:
            raise InvalidReport("data.case", f"case {case} was reported before")
        promised = data.due.timestamp() if data.due is not None else None
        due = promised if promised is not None else city.deadlines.base(known, data.severity, at)
        lat = data.lat if data.lat is not None else _NO_COORDINATE
        lon = data.lon if data.lon is not None else _NO_COORDINATE
        step = Step(REPORTED, 0, shard, at, *ms_seq(position))
        by_handset = report.source.startswith(HANDSETS)
        if by_handset and data.note:
            city.texts.note(grid, data.note, case)
        row = city.cases.open_case(
            case,
            step,
            grid,
            known,
            data.severity,
            due,
            promised is not None,
            data.self_handled,
            by_handset,
            lat,
            lon,
            channel_of(report.source),
            city.succession.way(grid, lat, lon),
        )
        day = city.days.day(at)
        city.count(_REPORTED, day, grid, 1, shard, step.ms, step.seq, at)
        if data.self_handled:
            city.count(_HANDLED, day, grid, 1, shard, step.ms, step.seq, at)
        if case in city.early.by_case:
            self._settle(case, row, None)
        return str(case)

    def _stepped(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> str | None:
        city, data, case = self._city, report.data, report.data.case
        code = _STEP_CODE[type(report)]
        arg = _ARGUMENTS[code](data) if code in _ARGUMENTS else 0
        step = Step(code, arg, shard, at, *ms_seq(position))
        if code == HANDLED and data.note and grid >= 0 and report.source.startswith(HANDSETS):
            city.texts.note(grid, data.note, case)
        row = city.cases.rows.get(case)
        if row is None:
            self._hold(case, step, f"case {case} was never reported", key_of(report))
            return HELD
        if case not in city.early.by_case and city.cases.take_next(row, step):
            self._count_step(step, row, 1)
            return str(case)
        return str(case) if self._settle(case, row, step, key_of(report)) else HELD

    def _hold(self, case: str, step: Step, reason: str, key: int) -> None:
        """Lets a step wait until its case allows it or until it is given up."""
        city, position = self._city, step.stream_id.encode()
        until_ms = min(step.ms + int(city.hold_s * 1000), LAST_MS)
        city.early.hold(Early(case, step, position, until_ms, reason, key))
        plan_turn(city, step.ms, step.shard)

    def _settle(self, case: str, row: int, new: Step | None, key: int = 0) -> bool:
        """Replays a case with all its steps, those that wait and a new one; says whether the new one was let in.

        A step that was in and does not fit any more waits again: what counts depends on the
        steps that came, not on the order in which they came.
        """
        cases, early = self._city.cases, self._city.early
        waiting = {held.step: held for held in early.by_case.get(case, ())}
        taken, left = cases.settle(row, list(waiting) if new is None else [*waiting, new])
        for step in taken:
            self._count_step(step, row, 1)
            if step in waiting:
                early.release(waiting[step])
        for step in left:
            if step not in waiting:
                reason = f"{STEP_TYPES[step.code]} may not follow in the life of case {case}"
                self._hold(case, step, reason, key if step is new else 0)
                if step is not new:
                    self._count_step(step, row, -1)
        return new is None or new in taken

    def _count_step(self, step: Step, row: int, amount: int) -> None:
        """Counts (or takes back) handled, returned and rated steps on the day on which they happened."""
        cases = self._city.cases
        for counter in _COUNTERS.get(step.code, ()):
            if counter != _SATISFIED or step.arg >= SATISFIED_FROM:
                day = self._city.days.day(step.at)
                at = max(step.at, cases.reported_at(row))  # before its report is told, no step is
                self._city.count(
                    counter, day, self._city.lies_in(row, step.at), amount, step.shard, step.ms, step.seq, at
                )
