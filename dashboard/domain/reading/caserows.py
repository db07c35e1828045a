"""All cases that match a filter, row by row, from a copy that no later report changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from dashboard.domain.reading.casefilter import CaseFilter
from dashboard.domain.reading.cases import matching
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.lifecycle import LAST_OPEN, LEVEL_NAMES, STATE_NAMES

_COLUMNS = (
    "grid", "category", "severity", "state", "level", "reported_at", "due_at", "closed_at", "paused_since", "score",
    "lat", "lon",
)  # fmt: skip
_AT_ONCE = 1000  # rows turned into Python's numbers in one go, so that no other thread waits for many


class FrozenCases:
    """The cases that match a filter at one moment; found on the event loop, read in any thread."""

    def __init__(self, reading: Reading, wanted: CaseFilter) -> None:
        """Finds and copies them.

        Raises:
            InvalidReport: the filter names something that does not exist.
        """
        cases, state = reading.cases, reading.state
        found = matching(reading, wanted)
        self._grids, self._categories = state.tree.grids, [category.id for category in state.rules.categories]
        self._ids = [state.cases.ids[row] for row in cases.rows[found].tolist()]
        self._table = {name: cases.columns[name][found] for name in _COLUMNS} | {"overdue": cases.overdue[found]}

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yields them, newest report first, with the keys of a list; instants in epoch seconds or None."""
        names = list(self._table)
        for start in range(0, len(self._ids), _AT_ONCE):
            stop = start + _AT_ONCE
            columns = [column[start:stop].tolist() for column in self._table.values()]
            for case_id, *values in zip(self._ids[start:stop], *columns, strict=True):
                yield self._row(case_id, dict(zip(names, values, strict=True)))

    def _row(self, case_id: str, case: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": case_id,
            "category": self._categories[case["category"]],
            "severity": case["severity"],
            "area": self._grids[case["grid"]],
            "state": STATE_NAMES[case["state"]],
            "level": LEVEL_NAMES[case["level"]],
            "reported_at": case["reported_at"],
            "due_at": case["due_at"],
            "closed_at": case["closed_at"] if case["state"] > LAST_OPEN else None,
            "overdue": case["overdue"],
            "suspended": case["paused_since"] > 0,
            "score": case["score"] or None,
            "lat": None if math.isnan(case["lat"]) else case["lat"],
            "lon": None if math.isnan(case["lon"]) else case["lon"],
        }
