"""Steps of cases out of their traces: what a daily counter counted on days that its journal does not keep any more.

The journal goes back 35 days; a trace lives as long as its case is in memory (`CASE_DAYS` after its end), and what
counts in a trace is exactly what was counted. Orders have no traces.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.lifecycle import HANDLED, RATED, REPORTED, RETURNED
from dashboard.domain.state.cases import FREE
from dashboard.domain.state.city import CityState
from dashboard.domain.state.ended import unpacked
from dashboard.domain.state.journal import Counted

SATISFIED_FROM = 4  # of 5
FROM_TRACES = ("cases_reported", "cases_handled", "cases_returned", "scored", "satisfied")


def counted_steps(state: CityState, counter: str, first: int, last: int, area: Area) -> list[Counted]:
    """Returns what a counter of FROM_TRACES counted from day `first` to `last` in an area, newest first."""
    table, start_s, end_s = state.cases.columns, state.days.start(first), state.days.start(last + 1)
    chosen = (table["state"] != FREE) & (table["grid"] >= area.start) & (table["grid"] < area.stop)
    chosen &= (table["last_at"] >= start_s) & (table["reported_at"] < end_s)
    if counter in ("scored", "satisfied"):
        chosen &= table["score"] > 0
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return []
    traces = state.cases.traces
    of_case, steps = unpacked([traces[row] for row in rows.tolist()])
    wanted = _wanted(counter, steps, table["self_handled"][rows][of_case] == 1)
    wanted &= (steps["at"] >= start_s) & (steps["at"] < end_s)
    found, grids = steps[wanted], table["grid"][rows][of_case[wanted]]
    starts = np.array([state.days.start(day) for day in range(first, last + 1)])
    day = first + np.searchsorted(starts, found["at"], side="right") - 1
    order = np.lexsort((found["seq"], found["ms"], day))[::-1]
    fields = (found[name][order].tolist() for name in ("shard", "ms", "seq"))
    return list(map(Counted, day[order].tolist(), grids[order].tolist(), *fields))


def _wanted(counter: str, steps: npt.NDArray[Any], at_once: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Returns which steps a counter counts; a case that is reported as solved counts as handled, too."""
    code = steps["code"]
    masks: dict[str, npt.NDArray[np.bool_]] = {
        "cases_reported": code == REPORTED,
        "cases_handled": (code == HANDLED) | ((code == REPORTED) & at_once),
        "cases_returned": code == RETURNED,
        "scored": code == RATED,
        "satisfied": (code == RATED) & (steps["arg"] >= SATISFIED_FROM),
    }
    return masks[counter]
