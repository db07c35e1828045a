"""All cases that match a filter, row by row, from a copy that no later report changes."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any

from dashboard.domain.casefilter import CaseFilter, matching
from dashboard.domain.cases import COLUMNS
from dashboard.domain.city import CityState
from dashboard.domain.lifecycle import LAST_OPEN, LEVEL_NAMES, STATE_NAMES
from dashboard.domain.views import Reading

_COLUMNS = (
    "grid", "category", "severity", "state", "level", "reported_at", "due_at", "closed_at", "paused_since", "score",
    "lat", "lon",
)  # fmt: skip


class FrozenCases:
    """The cases of one moment; made on the event loop in a few milliseconds, read in any thread."""

    def __init__(self, state: CityState, now_s: float) -> None:
        frozen = copy.copy(state)
        frozen.cases = copy.copy(state.cases)
        frozen.cases.ids, frozen.cases.traces = list(state.cases.ids), list(state.cases.traces)
        self._reading = Reading(frozen, now_s)
        for name in COLUMNS:
            self._reading.cases.columns[name]  # taken now, as a copy

    def rows(self, wanted: CaseFilter) -> Iterator[dict[str, Any]]:
        """Yields matching cases, newest report first, with the keys of a list; instants in epoch seconds or None.

        Raises:
            InvalidReport: the filter names something that does not exist.
        """
        cases, state = self._reading.cases, self._reading.state
        found = matching(self._reading, wanted)
        table = {name: cases.columns[name][found] for name in _COLUMNS}
        table |= {"overdue": cases.overdue[found], "row": cases.rows[found], "suspended": table["paused_since"] > 0}
        ids = state.cases.ids
        grids, categories = state.tree.grids, [category.id for category in state.rules.categories]
        names, columns = list(table), [column.tolist() for column in table.values()]
        for values in zip(*columns, strict=True):
            case = dict(zip(names, values, strict=True))
            yield {
                "id": ids[case["row"]],
                "category": categories[case["category"]],
                "severity": case["severity"],
                "area": grids[case["grid"]],
                "state": STATE_NAMES[case["state"]],
                "level": LEVEL_NAMES[case["level"]],
                "reported_at": case["reported_at"],
                "due_at": case["due_at"],
                "closed_at": case["closed_at"] if case["state"] > LAST_OPEN else None,
                "overdue": case["overdue"],
                "suspended": case["suspended"],
                "score": case["score"] or None,
                "lat": None if math.isnan(case["lat"]) else case["lat"],
                "lon": None if math.isnan(case["lon"]) else case["lon"],
            }
