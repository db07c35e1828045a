"""The table of cases: one row per case, columns as arrays, rows reused through a free list.

Open cases, those ended within the last `CASE_DAYS`, and those closed before a due time
that lies in these days or ahead (rates count them) are in the table; ages, overdue
counts and heatmaps are vector operations over it at any moment. What a step said
(by whom, why) stays in the log and is read from there by the stream id in the trace.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.cells import cells
from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.channel import UNKNOWN
from dashboard.domain.rules.lifecycle import Facts, Step
from dashboard.domain.state.deadlines import Deadlines
from dashboard.domain.state.ended import EndedCases

# Column: dtype. Instants are epoch seconds UTC, 0 = never.
COLUMNS: dict[str, str] = {
    "grid": "<i4",
    "category": "<u2",
    "severity": "<u1",
    "state": "<u1",
    "level": "<u1",
    "score": "<u1",
    "self_handled": "<u1",
    "promised": "<u1",
    "by_handset": "<u1",
    "channel": "<u1",
    "reported_at": "<f8",
    "base_due_at": "<f8",
    "due_at": "<f8",
    "paused_since": "<f8",
    "paused_s": "<f8",
    "closed_at": "<f8",
    "last_at": "<f8",
    "level_at": "<f8",
    "lat": "<f8",
    "lon": "<f8",
    "way": "<i4",  # of one reported in a grid that has an end, who takes over (rules/succession.py); 0: it stays
}
NEVER_DUMPED = "way"  # follows from the areas file, which may have changed
LATER = ("channel", NEVER_DUMPED)  # columns that snapshots of earlier versions do not have: 0 there
_NARROWER = {"category": "<u1"}  # columns that earlier versions kept in fewer bytes
FREE = 255  # `state` of a row that holds no case
_FIRST_ROWS = 1024


class CaseTable:
    """All cases in memory.

    Attributes:
        rows: row of each case by its id.
        ids: id of the case in each row ("" = free), list [capacity].
        traces: packed steps of each row's case in order of arrival.
        columns: arrays [capacity] by name, see COLUMNS.
    """

    def __init__(self, deadlines: Deadlines) -> None:
        self.deadlines = deadlines
        self.rows: dict[str, int] = {}
        self.ids: list[str] = []
        self.traces: list[bytes] = []
        self.columns: dict[str, npt.NDArray[Any]] = {}
        self.free: list[int] = []
        self._allocate(_FIRST_ROWS)

    def _allocate(self, capacity: int) -> None:
        """Grows every column to `capacity` rows; the new rows are free."""
        old = len(self.ids)
        for name, dtype in COLUMNS.items():
            column = np.zeros(capacity, dtype=dtype)
            if old:
                column[:old] = self.columns[name]
            self.columns[name] = column
        self.columns["state"][old:] = FREE
        self.ids.extend([""] * (capacity - old))
        self.traces.extend([b""] * (capacity - old))
        self.free.extend(range(capacity - 1, old - 1, -1))
        self._bind()

    def _bind(self) -> None:
        """Takes views for single cells: several times faster than indexing the arrays."""
        view: dict[str, Any] = {name: cells(column) for name, column in self.columns.items()}
        self._grid, self._state, self._level = view["grid"], view["state"], view["level"]
        self._category, self._severity = view["category"], view["severity"]
        self._score, self._self, self._promised = view["score"], view["self_handled"], view["promised"]
        self._reported, self._base_due, self._due = view["reported_at"], view["base_due_at"], view["due_at"]
        self._since, self._paused = view["paused_since"], view["paused_s"]
        self._closed, self._last, self._level_at = view["closed_at"], view["last_at"], view["level_at"]
        self._by_handset, self._channel = view["by_handset"], view["channel"]
        self._lat, self._lon, self._way = view["lat"], view["lon"], view["way"]

    def like(self, columns: dict[str, npt.NDArray[Any]], traces: list[bytes]) -> CaseTable:
        """Returns the same cases with other columns and traces, to be read only."""
        table = copy.copy(self)
        table.columns, table.traces = columns, traces
        table._bind()
        return table

    def __len__(self) -> int:
        return len(self.rows)

    def grid_of(self, row: int) -> int:
        """Returns the grid index of a row's case."""
        return int(self._grid[row])

    def way_of(self, row: int) -> int:
        """Returns the way of a row's case, see COLUMNS."""
        return int(self._way[row])

    def reported_at(self, row: int) -> float:
        """Returns when a row's case was reported (epoch seconds)."""
        return float(self._reported[row])

    def open_case(
        self,
        case: str,
        step: Step,
        grid: int,
        category: int,
        severity: int,
        due_at: float,
        promised: bool,
        self_handled: bool,
        by_handset: bool,
        lat: float,
        lon: float,
        channel: int = UNKNOWN,
        way: int = 0,
    ) -> int:
        """Adds a case that was just reported and returns its row."""
        if not self.free:
            self._allocate(len(self.ids) * 2)
        row = self.free.pop()
        self.rows[case] = row
        self.ids[row] = case
        self.traces[row] = lifecycle.pack(step)
        self._grid[row], self._category[row], self._severity[row] = grid, category, severity
        self._state[row] = lifecycle.State.HANDLED if self_handled else lifecycle.State.REPORTED
        self._level[row] = self._score[row] = 0
        self._self[row], self._promised[row], self._by_handset[row] = self_handled, promised, by_handset
        self._channel[row] = channel
        self._reported[row] = self._last[row] = step.at
        self._base_due[row] = self._due[row] = due_at
        self._since[row] = self._paused[row] = self._closed[row] = self._level_at[row] = 0.0
        self._lat[row], self._lon[row], self._way[row] = lat, lon, way
        return row

    def facts(self, row: int) -> Facts:
        """Returns what the steps of a row's case add up to so far."""
        return Facts(
            self._state[row],
            self._level[row],
            self._last[row],
            self._since[row],
            self._paused[row],
            self._closed[row],
            self._score[row],
            self._level_at[row],
        )

    def take_next(self, row: int, step: Step) -> bool:
        """Records a step that happened after all others; returns False, changing nothing, when it may not."""
        if step.at <= self._last[row]:
            return False
        if step.code in lifecycle.PLAIN:
            after = lifecycle.NEXT[step.code][self._state[row]]
            if after == lifecycle.ILLEGAL:
                return False
            self._state[row], self._last[row] = after, step.at
            self.traces[row] += lifecycle.pack(step)
            return True
        facts = self.facts(row)
        if not lifecycle.may_follow(facts, step.code, step.arg):
            return False
        lifecycle.advance(facts, step)
        self.traces[row] += lifecycle.pack(step)
        self._store(row, facts)
        return True

    def settle(self, row: int, more: list[Step]) -> tuple[list[Step], list[Step]]:
        """Replays a row's case with more steps than it has; returns those now taken in and those now left out."""
        before = lifecycle.unpack(self.traces[row])
        steps = lifecycle.in_order([*before, *more])
        facts, taken, left = lifecycle.replay(steps, bool(self._self[row]))
        self.traces[row] = b"".join(map(lifecycle.pack, taken))
        self._store(row, facts)
        if facts.paused_s:
            self._move(row)  # other pauses can be as long as those before
        return [step for step in taken if step not in before], left

    def _store(self, row: int, facts: Facts) -> None:
        self._state[row], self._level[row], self._score[row] = facts.state, facts.level, facts.score
        self._last[row], self._closed[row], self._level_at[row] = facts.last_at, facts.closed_at, facts.level_at
        if facts.paused_s != self._paused[row]:
            self._paused[row] = facts.paused_s
            self._move(row)
        self._since[row] = facts.paused_since

    def _move(self, row: int) -> None:
        """Computes when a row's case is due from all pauses in its trace."""
        promised_at = self._base_due[row] if self._promised[row] else None
        pauses = lifecycle.pauses(lifecycle.in_order(lifecycle.unpack(self.traces[row])))
        self._due[row] = self.deadlines.due(
            self._category[row], self._severity[row], self._reported[row], promised_at, pauses
        )

    def move_all(self) -> None:
        """Computes all due instants anew: limits or calendar may be others than those at the last stop."""
        used = np.flatnonzero((self.columns["state"] != FREE) & (self.columns["promised"] == 0))
        category, severity = self.columns["category"][used], self.columns["severity"][used]
        bases = self.deadlines.all_bases(category, severity, self.columns["reported_at"][used])
        self.columns["base_due_at"][used] = bases
        self.columns["due_at"][used] = bases
        for row in used[self.columns["paused_s"][used] > 0].tolist():
            self._move(row)

    def steps(self, case: str) -> list[Step]:
        """Returns the steps of a case in the order in which they happened; KeyError if unknown."""
        return lifecycle.in_order(lifecycle.unpack(self.traces[self.rows[case]]))

    def forget_before(self, at_s: float) -> EndedCases:
        """Takes out the cases that no window behind `at_s` counts and frees their rows; returns them for the archive.

        A case that was closed is counted when it was closed and once more when it was due, which a promise or a
        long limit puts weeks later: it leaves when both lie before `at_s`. Others have no due time once they ended.
        """
        state, closed, due = self.columns["state"], self.columns["closed_at"], self.columns["due_at"]
        over = (state != lifecycle.State.CLOSED) | (due < at_s)
        found = np.flatnonzero((state > lifecycle.LAST_OPEN) & (state != FREE) & (closed < at_s) & over)
        rows = found.tolist()
        columns = {name: column[found] for name, column in self.columns.items()}
        ended = EndedCases(at_s, [self.ids[row] for row in rows], [self.traces[row] for row in rows], columns)
        for row in rows:
            del self.rows[self.ids[row]]
            self.ids[row], self.traces[row] = "", b""
            self._state[row] = FREE
        self.free.extend(rows)
        return ended

    def dump(self) -> dict[str, Any]:
        """Returns a frozen copy of everything, cheap enough for the event loop (no per-case work)."""
        return {
            "ids": list(self.ids),
            "traces": list(self.traces),
            "columns": {name: column.tobytes() for name, column in self.columns.items() if name != NEVER_DUMPED},
        }

    @classmethod
    def load(cls, dumped: dict[str, Any], deadlines: Deadlines) -> CaseTable:
        """Returns the table that `dump` described, its due instants by the rules of now."""
        table = cls(deadlines)
        table.ids, table.traces = list(dumped["ids"]), list(dumped["traces"])
        given: dict[str, bytes] = dumped["columns"]
        table.columns = {name: _column(name, given, len(table.ids)) for name in COLUMNS}
        table.rows = {case: row for row, case in enumerate(table.ids) if case}
        table.free = [row for row in range(len(table.ids) - 1, -1, -1) if not table.ids[row]]
        table._bind()
        table.move_all()
        return table


def _column(name: str, given: Mapping[str, bytes], count: int) -> npt.NDArray[Any]:
    """Returns a column of `count` rows out of a dump of this version or of an earlier one."""
    if name in LATER and name not in given:
        return np.zeros(count, COLUMNS[name])
    raw, dtype = given[name], np.dtype(COLUMNS[name])
    if name in _NARROWER and len(raw) < count * dtype.itemsize:
        return np.frombuffer(raw, _NARROWER[name]).astype(dtype)
    return np.frombuffer(raw, dtype).copy()
