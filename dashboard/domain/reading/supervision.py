"""Electronic supervision: what is late now and what will be late soon, by level and department; the slowest steps.

A case belongs to the department that its category's row of the rules names, for its area or at all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading import traces
from dashboard.domain.reading.days import days_of
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.levels import LADDER
from dashboard.domain.rules.lifecycle import State
from dashboard.domain.rules.rules import STEPS
from dashboard.domain.state.deadlines import Deadlines

SAMPLE = 3000  # newest closed cases that the shares of steps are computed from
Table = list[list[int]]
ClosedCase = tuple[int, int, bytes]


def overview(reading: Reading) -> dict[str, Any]:
    """Returns open, overdue and soon overdue cases by level (rows) and department (columns), and today's signs."""
    departments = list(reading.state.rules.departments)
    cases, city = reading.cases, reading.state.tree.root
    scored, satisfied = reading.counted("scored", city), reading.counted("satisfied", city)
    return {
        "levels": list(reversed(reading.state.tree.levels)),
        "departments": departments,
        "open": _table(reading, cases.open, departments),
        "overdue": _table(reading, cases.overdue, departments),
        "due_soon": _table(reading, cases.due_soon, departments),
        "returned_today": reading.counted("cases_returned", city),
        "badly_rated_today": scored - satisfied,
    }


def frozen(reading: Reading) -> Reading:
    """Returns the reading with the columns taken that `over_days` reads, so that any thread may call it."""
    for name in ("grid", "level", "category", "score", "last_at", "reported_at"):
        reading.cases.columns[name]
    return reading


def over_days(reading: Reading, day: str) -> dict[str, Any]:
    """Returns cases that were returned or badly rated on the days that `day` names, by level and department.

    Slow for long windows (it goes through the traces): call it in a thread, with a `frozen` reading.

    Raises:
        InvalidReport: it names none.
    """
    departments = list(reading.state.rules.departments)
    first, last = days_of(reading, day, "day")
    return {
        "levels": list(reversed(reading.state.tree.levels)),
        "departments": departments,
        "from": reading.state.days.date(first).isoformat(),
        "to": reading.state.days.date(last).isoformat(),
        "returned": _table(reading, traces.returned(reading, first, last), departments),
        "badly_rated": _table(reading, traces.badly_rated(reading, first, last), departments),
    }


def _table(reading: Reading, mask: npt.NDArray[np.bool_], departments: list[str]) -> Table:
    """Returns counts by level that the city has and department, int [levels][departments]."""
    columns = reading.cases.columns
    theirs = reading.state.owners.of(columns["grid"][mask], columns["category"][mask])
    cell = columns["level"][mask].astype(np.int64) * len(departments) + theirs
    counts = np.bincount(cell, minlength=len(LADDER) * len(departments)).reshape(len(LADDER), len(departments))
    table: Table = counts[[LADDER.index(level) for level in reversed(reading.state.tree.levels)]].tolist()
    return table


def newest_closed(reading: Reading) -> list[ClosedCase]:
    """Returns (category, severity, packed trace) of the newest closed cases, a copy that any thread may read."""
    columns, cases = reading.cases.columns, reading.cases
    closed = np.flatnonzero(columns["state"] == State.CLOSED)
    newest = closed[np.argsort(columns["closed_at"][closed])[-SAMPLE:]]
    rows, traces = cases.rows[newest].tolist(), reading.state.cases.traces
    kinds = zip(columns["category"][newest].tolist(), columns["severity"][newest].tolist(), rows, strict=True)
    return [(category, severity, traces[row]) for category, severity, row in kinds]


def step_shares(deadlines: Deadlines, closed: list[ClosedCase]) -> list[dict[str, Any]]:
    """Returns for each category and step that has a limit the share of it that was used: p50, p90 and how many.

    Slow for many cases: call it in a thread.
    """
    categories = deadlines.rules.categories
    shares: dict[tuple[int, str], list[float]] = {}
    for category, severity, trace in closed:
        steps = lifecycle.in_order(lifecycle.unpack(trace))
        for use in deadlines.steps(categories[category], severity, steps, lifecycle.pauses(steps), steps[-1].at):
            if use.done_at is not None:
                shares.setdefault((category, use.step), []).append(use.used_s / use.limit_s)
    return [
        {
            "category": kind.id,
            "steps": {step: _spread(shares[(number, step)]) for step in STEPS if (number, step) in shares},
        }
        for number, kind in enumerate(categories)
    ]


def _spread(values: list[float]) -> dict[str, float]:
    p50, p90 = np.percentile(values, [50, 90]).tolist()
    return {"p50": round(p50, 4), "p90": round(p90, 4), "count": len(values)}
