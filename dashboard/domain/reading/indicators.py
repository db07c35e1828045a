"""Indicators per grid: numerators and denominators as arrays, so that any area is the sum of its slice.

Definitions: DOMAIN of the project (README, "Indicators"). A window is the city days
`today - window_days + 1` to today, up to the present moment. "Due in the window" means that
the due time lies in it and is not in the future; rejected and merged cases have no due time.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.rules.lifecycle import LAST_OPEN, State
from dashboard.domain.state.cases import FREE
from dashboard.domain.state.city import CityState

PerGrid = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

RATES = (
    "community_resolution_rate",
    "dispute_resolution_rate",
    "closing_rate",
    "on_time_closing_rate",
    "rework_rate",
    "satisfaction_rate",
    "order_receipt_rate",
)
# Rates that are counted from cases, and those that are counted per day: (numerator, denominator).
CASE_RATES = RATES[:4]
COUNTER_RATES = {
    "rework_rate": ("cases_returned", "cases_handled"),
    "satisfaction_rate": ("satisfied", "scored"),
    "order_receipt_rate": ("orders_received", "orders_sent"),
}
COMMUNITY_LEVEL = 1
AGE_BUCKETS = ("<4h", "4-24h", "1-3d", "3-7d", "7-15d", ">15d")
_BUCKET_EDGES_S = np.array([4, 24, 72, 168, 360], dtype=np.float64) * 3600.0
BUCKETS = len(AGE_BUCKETS)


class CaseColumns(msgspec.Struct, frozen=True):
    """The rows of the case table that hold a case, with what depends on the moment of reading.

    Attributes:
        rows: row in the case table of each case [cases].
        open, overdue, closed: masks [cases] at the moment `now_s`.
        columns: the other columns [cases] by name.
    """

    now_s: float
    rows: npt.NDArray[np.int64]
    columns: dict[str, npt.NDArray[Any]]
    open: Mask
    overdue: Mask
    closed: Mask

    def per_grid(self, mask: Mask, grid_count: int) -> PerGrid:
        """Returns how many of the cases in `mask` each grid has, int64 [grids]."""
        counted: PerGrid = np.bincount(self.columns["grid"][mask], minlength=grid_count)
        return counted


class _Taken(dict[str, npt.NDArray[Any]]):
    """Columns of the rows in use, each taken when it is first asked for."""

    def __init__(self, table: dict[str, npt.NDArray[Any]], rows: npt.NDArray[np.int64]) -> None:
        super().__init__()
        self._table, self._rows = table, rows

    def __missing__(self, name: str) -> npt.NDArray[Any]:
        self[name] = self._table[name][self._rows]
        return self[name]


def read_cases(state: CityState, now_s: float) -> CaseColumns:
    """Returns the cases as they stand at `now_s`.

    A case is overdue when it is open and its clock, which stands still while it is
    suspended, has passed its due time.
    """
    table = state.cases.columns
    used = np.flatnonzero(table["state"] != FREE)
    columns = _Taken(table, used)
    is_open = columns["state"] <= LAST_OPEN
    clock = np.where(columns["paused_since"] > 0, columns["paused_since"], now_s)
    overdue = is_open & (clock > columns["due_at"])
    return CaseColumns(now_s, used, columns, is_open, overdue, columns["state"] == State.CLOSED)


def rate_masks(
    state: CityState, cases: CaseColumns, name: str, until_s: float | None = None, window_days: int | None = None
) -> tuple[Mask, Mask]:
    """Returns which cases the numerator and the denominator of a rate count, masks [cases].

    Args:
        state: whose rules say what a dispute is and how long the window lasts.
        cases: the cases at a moment.
        name: one of `CASE_RATES`.
        until_s: an earlier moment at which the window ends; levels are those of now.
        window_days: another length of the window than the one of the rules.
    """
    now_s = cases.now_s if until_s is None else until_s
    columns = cases.columns
    days = state.rules.window_days if window_days is None else window_days
    start_s = state.days.start(state.days.day(now_s) - days + 1)
    closed = cases.closed & (columns["closed_at"] <= now_s)
    if name == "community_resolution_rate":
        in_window = closed & (columns["closed_at"] >= start_s)
        return in_window & (columns["level"] <= COMMUNITY_LEVEL), in_window
    due = (cases.open | cases.closed) & (columns["due_at"] >= start_s) & (columns["due_at"] <= now_s)
    if name == "dispute_resolution_rate":
        due = due & _dispute_mask(state)[columns["category"]]
    done = due & closed
    return (done & (columns["closed_at"] <= columns["due_at"]) if name == "on_time_closing_rate" else done), due


def rates(state: CityState, cases: CaseColumns, until_s: float | None = None) -> dict[str, tuple[PerGrid, PerGrid]]:
    """Returns (numerator, denominator) of every rate, each int64 [grids]; `until_s` as in `rate_masks`."""
    grids = len(state.tree.grids)
    today = state.days.day(cases.now_s if until_s is None else until_s)
    found = {}
    for name in CASE_RATES:
        part, whole = rate_masks(state, cases, name, until_s)
        found[name] = (cases.per_grid(part, grids), cases.per_grid(whole, grids))
    for name, counters in COUNTER_RATES.items():
        one, all_ = (state.counters.window(c, today - state.rules.window_days + 1, today) for c in counters)
        found[name] = (one, all_)
    return {name: found[name] for name in RATES}


def _dispute_mask(state: CityState) -> Mask:
    return np.array([category.dispute for category in state.rules.categories], dtype=np.bool_)


def age_heat(
    cases: CaseColumns, rows: npt.NDArray[Any], row_count: int, within: Mask | None = None
) -> tuple[PerGrid, PerGrid]:
    """Returns counts and overdue counts of open cases by row and age bucket, both int64 [rows, 6].

    Args:
        cases: the cases at a moment.
        rows: the row of each case, int [cases], such as its category.
        row_count: number of rows.
        within: only these cases (mask [cases]); all when None.
    """
    chosen = cases.open if within is None else cases.open & within
    age_s = cases.now_s - cases.columns["reported_at"][chosen]
    cell = rows[chosen].astype(np.int64) * BUCKETS + age_bucket(age_s)
    counts = np.bincount(cell, minlength=row_count * BUCKETS)
    overdue = np.bincount(cell[cases.overdue[chosen]], minlength=row_count * BUCKETS)
    return counts.reshape(row_count, BUCKETS), overdue.reshape(row_count, BUCKETS)


def age_bucket(age_s: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Returns the age bucket (0–5, see `AGE_BUCKETS`) of each age in seconds."""
    return np.searchsorted(_BUCKET_EDGES_S, age_s, side="right")


def rate(numerator: int, denominator: int) -> float | None:
    """Returns the share, or None when there is nothing to take a share of."""
    return numerator / denominator if denominator else None
