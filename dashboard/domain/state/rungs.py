"""Rungs: when each case leaves the level that it stands on, by the rule of the ladder (rules/ladder.py)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.levels import TOP, Numbers
from dashboard.domain.rules.lifecycle import LAST_OPEN
from dashboard.domain.rules.limits import Limit
from dashboard.domain.state.cases import CaseTable
from dashboard.domain.state.deadlines import Deadlines

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Rungs:
    """When each case leaves the level it stands on.

    Args:
        deadlines: of the city.
        standing: of its tree: a level that is not there stands for the next one above it.
    """

    def __init__(self, deadlines: Deadlines, standing: Numbers) -> None:
        self._deadlines, self._standing = deadlines, standing
        categories = deadlines.rules.categories
        self._ladders = [category.ladder for category in categories]
        self._limits = [category.limits["close"] for category in categories]
        # By category, severity and level: seconds after the arrival at the level; work units apart.
        spans = [
            [[deadlines.limit_s(limit) * ladder.share(level) for level in range(1, TOP)] for limit in limits]
            for ladder, limits in zip(self._ladders, self._limits, strict=True)
        ]
        self._span_s = np.array(spans, np.float64)
        self._works = np.array([[limit.unit.startswith("work_") for limit in limits] for limits in self._limits])
        self._known: dict[int, tuple[float, float]] = {}

    def broken(self, cases: CaseTable, now_s: float) -> Rows:
        """Returns the rows of cases whose level has used up its time; one that is suspended has not."""
        columns = cases.columns
        rows = np.flatnonzero(
            (columns["due_at"] < now_s)
            & (columns["state"] <= LAST_OPEN)
            & (self._levels(cases) < TOP)
            & (columns["paused_since"] == 0.0)
        )
        rows = rows[self._without_pauses(cases, rows) < now_s]
        paused = np.flatnonzero(columns["paused_s"][rows] > 0.0)
        late = np.ones(len(rows), np.bool_)
        for place in paused.tolist():
            late[place] = self.ends(cases, int(rows[place])) < now_s
        return rows[late]

    def ends(self, cases: CaseTable, row: int) -> float:
        """Returns when the level of a row's case has used up its time (epoch seconds), infinity at the top."""
        columns = cases.columns
        level, due_at = int(self._levels(cases, row)), float(columns["due_at"][row])
        if level == 0:
            return due_at
        if level >= TOP:
            return float("inf")
        last_at = float(columns["last_at"][row])
        known = self._known.get(row)
        if known is None or known[0] != last_at:
            known = self._known[row] = (last_at, self._computed(cases, row, level))
        return max(due_at, known[1])

    def all_ends(self, cases: CaseTable, rows: Rows) -> Floats:
        """Returns `ends` for rows of cases, float64 [rows]."""
        ends = self._without_pauses(cases, rows)
        for place in np.flatnonzero(cases.columns["paused_s"][rows] > 0.0).tolist():
            ends[place] = self.ends(cases, int(rows[place]))
        return ends

    def _levels(self, cases: CaseTable, rows: Rows | slice | int = slice(None)) -> Rows:
        """Returns the level that has each case, int64 [rows]."""
        columns = cases.columns
        levels: Rows = self._standing[columns["grid"][rows], columns["level"][rows]].astype(np.int64)
        return levels

    def _computed(self, cases: CaseTable, row: int, level: int) -> float:
        """Returns the end of a level's time with the pauses since the case came to it."""
        columns = cases.columns
        category, severity = int(columns["category"][row]), int(columns["severity"][row])
        limit, start = self._limits[category][severity - 1], float(columns["level_at"][row])
        share = Limit(limit.amount * self._ladders[category].share(level), limit.unit)
        stood = lifecycle.pauses(lifecycle.in_order(lifecycle.unpack(cases.traces[row])))
        since = tuple((max(a, start), b) for a, b in stood if b is None or b > start)
        return self._deadlines.moved(share, start, since)

    def _without_pauses(self, cases: CaseTable, rows: Rows) -> Floats:
        """Returns `ends` of rows as if their clocks had never stood still, which is never later."""
        columns = cases.columns
        level, due_at = self._levels(cases, rows), columns["due_at"][rows]
        category, severity = columns["category"][rows].astype(np.int64), columns["severity"][rows].astype(np.int64) - 1
        start, span_s = columns["level_at"][rows], self._span_s[category, severity, np.clip(level, 1, TOP - 1) - 1]
        ends: Floats = np.maximum(due_at, start + span_s)
        works = self._works[category, severity]
        if works.any():
            after = self._deadlines.calendar.all_after(start[works], span_s[works])
            ends[works] = np.maximum(due_at[works], after)
        ends[level >= TOP] = np.inf
        return np.where(level == 0, due_at, ends)
