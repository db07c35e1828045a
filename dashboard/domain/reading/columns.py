"""The cases as columns at a moment: which are open, overdue and closed, and how old the open ones are."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.ahead import Past, past
from dashboard.domain.rules.indicators import DUE_SOON_S
from dashboard.domain.rules.levels import Numbers
from dashboard.domain.rules.lifecycle import LAST_OPEN, State
from dashboard.domain.state.city import CityState

PerGrid = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

AGE_BUCKETS = ("<4h", "4-24h", "1-3d", "3-7d", "7-15d", ">15d")
_BUCKET_EDGES_S = np.array([4, 24, 72, 168, 360], dtype=np.float64) * 3600.0
BUCKETS = len(AGE_BUCKETS)


class CaseColumns(msgspec.Struct, frozen=True):
    """The rows of the case table that hold a case, with what depends on the moment of reading.

    Attributes:
        rows: row in the case table of each case [cases].
        open, overdue, closed: masks [cases] at the moment `now_s`.
        columns: the other columns [cases] by name.
        ahead: how many steps of cases lie ahead of the clock, and are left out.
    """

    now_s: float
    rows: npt.NDArray[np.int64]
    columns: dict[str, npt.NDArray[Any]]
    open: Mask
    overdue: Mask
    closed: Mask
    ahead: int = 0

    @property
    def due_soon(self) -> Mask:
        """Which cases are running, not overdue, and due within the hour."""
        running = self.open & ~self.overdue & (self.columns["paused_since"] == 0)
        soon: Mask = running & (self.columns["due_at"] - self.now_s < DUE_SOON_S)
        return soon

    def per_grid(self, mask: Mask, grid_count: int) -> PerGrid:
        """Returns how many of the cases in `mask` each grid has, int64 [grids]."""
        counted: PerGrid = np.bincount(self.columns["grid"][mask], minlength=grid_count)
        return counted


class _Taken(dict[str, npt.NDArray[Any]]):
    """Columns of the rows in use, each taken when it is first asked for; levels are those that the tree has."""

    def __init__(self, state: CityState, seen: Past, now_s: float) -> None:
        super().__init__()
        self._table, self._seen, self._now_s = state.cases.columns, seen, now_s
        self._standing: Numbers = state.tree.standing
        self._succession = state.succession

    def __missing__(self, name: str) -> npt.NDArray[Any]:
        column = self[name] = self._table[name][self._seen.rows]
        if name in self._seen.values:
            column[self._seen.places] = self._seen.values[name]
        if name == "grid" and self._succession:
            ended_at = self["closed_at"]  # who has ended stays where that was
            at_s = np.where(ended_at > 0, np.minimum(ended_at, self._now_s), self._now_s)
            column = self[name] = self._succession.lying(column, self["way"], at_s)
        if name == "level":
            column = self[name] = self._standing[self["grid"], column]
        return column


def read_cases(state: CityState, now_s: float) -> CaseColumns:
    """Returns the cases as they stand at `now_s`.

    What lies ahead of the clock has not happened yet (ahead.py). A case is overdue when it is open
    and its clock, which stands still while it is suspended, has passed its due time.
    """
    seen = past(state.cases, now_s)
    columns = _Taken(state, seen, now_s)
    is_open = columns["state"] <= LAST_OPEN
    clock = np.where(columns["paused_since"] > 0, columns["paused_since"], now_s)
    overdue = is_open & (clock > columns["due_at"])
    return CaseColumns(now_s, seen.rows, columns, is_open, overdue, columns["state"] == State.CLOSED, seen.ahead)


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
