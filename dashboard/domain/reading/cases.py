"""Lists of cases and single cases, as `GET /api/v1/cases` gives them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.ahead import happened
from dashboard.domain.reading.casefilter import CaseFilter, mask_of
from dashboard.domain.reading.caserows import NEEDED, CaseRow, as_listed, row_of
from dashboard.domain.reading.cursors import checked, not_ours
from dashboard.domain.reading.deadline import explained
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.rules import lifecycle
from dashboard.errors import InvalidReport

Indexes = npt.NDArray[np.int64]
_AT_ONCE = 1000  # rows turned into Python's numbers in one go, so that no other thread waits for many
SORTS = ("reported_at", "due_at", "closed_at", "severity", "level", "state", "category", "area", "id")


def matching(reading: Reading, wanted: CaseFilter, sort: str = "reported_at", descending: bool = True) -> Indexes:
    """Returns indexes into the columns of the reading, in order, equal ones by table row; int64 [matches].

    Raises:
        InvalidReport: a filter lacks another that it needs, or there is no such order.
    """
    if sort not in SORTS:
        raise InvalidReport("sort", f"{sort!r} is not one of {', '.join(SORTS)}")
    found = np.flatnonzero(mask_of(reading, wanted))
    columns, rows = reading.cases.columns, reading.cases.rows
    if sort == "id":
        keys = np.array([reading.case_id(index) for index in found.tolist()], dtype=np.str_)
        order = np.argsort(keys, kind="stable")
        return found[order[::-1] if descending else order]
    key = columns["grid" if sort == "area" else sort][found].astype(np.float64)
    return found[np.lexsort((rows[found], -key if descending else key))]


def page(reading: Reading, wanted: CaseFilter, limit: int, cursor: str | None) -> dict[str, Any]:
    """Returns one page; the cursor is the last row's report time and table row, so pages stay in step."""
    found = matching(reading, wanted)
    start = _after(reading, found, cursor)
    shown = found[start : start + limit].tolist()
    more = start + limit < len(found)
    return {
        "cases": [summary(reading, index) for index in shown],
        "total": len(found),
        "next": _cursor(reading, shown[-1]) if shown and more else None,
    }


def rows(
    reading: Reading, wanted: CaseFilter, sort: str, descending: bool, start: int, stop: int
) -> tuple[list[dict[str, Any]], int]:
    """Returns the matching cases from `start` to `stop` in an order, and how many match in all."""
    found = matching(reading, wanted, sort, descending)
    return [summary(reading, index) for index in found[start:stop].tolist()], len(found)


def live(reading: Reading, case: str) -> dict[str, Any]:
    """Returns what the topic `case/<id>` shows: the case as it stands, and a version that each step changes."""
    index = reading.index_of(case)
    return {} if index is None else {"case": summary(reading, index), "version": step_count(reading, case)}


def step_count(reading: Reading, case: str) -> str:
    """Returns how many steps a case has had and the newest one's stream id; KeyError if unknown."""
    trace = happened(lifecycle.unpack(reading.state.cases.traces[reading.state.cases.rows[case]]), reading.now_s)
    return f"{len(trace)}.{trace[-1].stream_id}"


def summary(reading: Reading, index: int) -> dict[str, Any]:
    """Returns one case as lists have it; `index` is into the columns of the reading."""
    columns, state = reading.cases.columns, reading.state
    cell = {name: columns[name][index].item() for name in NEEDED} | {"overdue": bool(reading.cases.overdue[index])}
    return as_listed(row_of(state.tree.grids, state.rules.categories, reading.case_id(index), cell))


def one(reading: Reading, case: str) -> dict[str, Any] | None:
    """Returns one case with its steps and its deadline explained, or None when it is not in memory."""
    index = reading.index_of(case)
    if index is None:
        return None
    steps = happened(reading.state.cases.steps(case), reading.now_s)
    return {
        **summary(reading, index),
        "trace": [step_row(step) for step in steps],
        "deadline": _deadline(reading, index, steps),
    }


def step_row(step: lifecycle.Step) -> dict[str, Any]:
    """Returns a step as lists tell it; who did it and why is in the log."""
    kind = lifecycle.STEP_TYPES[step.code]
    return {
        "type": kind,
        "time": instant(step.at),
        "by": None,
        "note": None,
        "stream_id": step.stream_id,
        "shard": step.shard,
    }


def _deadline(reading: Reading, index: int, steps: list[lifecycle.Step]) -> dict[str, Any]:
    columns = reading.cases.columns
    promised = float(columns["base_due_at"][index]) if columns["promised"][index] else None
    category, severity = int(columns["category"][index]), int(columns["severity"][index])
    return explained(reading.state.deadlines, category, severity, promised, steps, reading.now_s)


def _cursor(reading: Reading, index: int) -> str:
    return f"{float(reading.cases.columns['reported_at'][index])!r}_{int(reading.cases.rows[index])}"


def _after(reading: Reading, found: Indexes, cursor: str | None) -> int:
    """Returns the position in `found` behind the row that a cursor names."""
    if cursor is None:
        return 0
    try:
        reported, _, row = checked(cursor).partition("_")
        at, number = float(reported), int(row)
    except ValueError:
        raise not_ours() from None
    times, rows = reading.cases.columns["reported_at"][found], reading.cases.rows[found]
    return int(np.count_nonzero((times > at) | ((times == at) & (rows <= number))))


class FrozenCases:
    """The cases that match a filter at one moment; found on the event loop, read in any thread."""

    def __init__(self, reading: Reading, wanted: CaseFilter) -> None:
        """Finds and copies them.

        Raises:
            InvalidReport: a filter lacks another that it needs.
        """
        cases, state = reading.cases, reading.state
        found = matching(reading, wanted)
        self._grids, self._categories = state.tree.grids, state.rules.categories
        self._ids = [state.cases.ids[row] for row in cases.rows[found].tolist()]
        self._table = {name: cases.columns[name][found] for name in NEEDED} | {"overdue": cases.overdue[found]}

    def rows(self) -> Iterator[CaseRow]:
        """Yields them, newest report first."""
        names = list(self._table)
        for start in range(0, len(self._ids), _AT_ONCE):
            stop = start + _AT_ONCE
            columns = [column[start:stop].tolist() for column in self._table.values()]
            for case_id, *values in zip(self._ids[start:stop], *columns, strict=True):
                yield row_of(self._grids, self._categories, case_id, dict(zip(names, values, strict=True)))
