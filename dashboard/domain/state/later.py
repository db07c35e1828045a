"""What was reported of times that may lie ahead of the city's clock, kept so that a reading can leave it out.

The fold takes every entry whatever the clock says, and knows no clock. But no clock is behind what lies at the arrival
of an entry that was folded, or with a shifted clock before the instant at which it starts. So what happened until then
is never ahead, and only what happened later is noted here, beside the state that has it already. Cases need no notes:
their traces have each step.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.state.horizon import Horizon

MOST_NOTES = 400_000  # of one kind; beyond, the older half is taken for past
MOST_TASKS = 50_000
SETTLE_MS = 3_600_000  # arrivals between two looks at what is past by now
SUMS = ("told", "residents", "dwellings")  # of a cell, all values together; `told`: one report that is no case's
LASTS = ("components", "shifts", "heard")  # of a cell, the value of the latest instant
_NOTE, _COUNT = struct.Struct("<diq"), struct.Struct("<diiBbBQQ")
NOTE = np.dtype([("at", "<f8"), ("cell", "<i4"), ("value", "<i8")])
_FIELDS = ("at", "day", "grid", "counter", "amount", "shard", "ms", "seq")
COUNT = np.dtype(list(zip(_FIELDS, ("<f8", "<i4", "<i4", "u1", "i1", "u1", "<u8", "<u8"), strict=True)))

Notes = npt.NDArray[Any]
TaskStep = tuple[float, str, str | None, str | None]  # when, into which state, by whom, why


class Later:
    """Notes of what happened after the arrival of its entry, or after a shifted clock's start.

    Attributes:
        quick: until this instant (epoch seconds) nothing that is folded now is ahead; the door moves it on.
        latest: the latest instant that may lie ahead.
        counted: packed COUNT records: what daily counters counted.
        notes: packed NOTE records by kind.
        based: for each kind of LASTS the cells that have notes; the first of each is what the cell held before.
        tasks: by id of a task, its steps; what it was before stands first.
        version: grows with each change.
    """

    def __init__(self, horizon: Horizon) -> None:
        self._horizon = horizon
        self.quick = self.latest = -np.inf
        self.counted = bytearray()
        self.notes = {name: bytearray() for name in (*SUMS, *LASTS)}
        self.based: dict[str, set[int]] = {name: set() for name in LASTS}
        self.tasks: dict[str, list[TaskStep]] = {}
        self.settles_ms = 0
        self.version = 0

    def count(self, counter: int, at: float, day: int, grid: int, amount: int, shard: int, ms: int, seq: int) -> None:
        """Notes what a daily counter counts (−1: takes back), when that may lie ahead."""
        if self._horizon.may_lie_ahead(at, ms):
            self.counted += _COUNT.pack(at, day, grid, counter, amount, shard, ms, seq)
            self._noted(at)
            if len(self.counted) > MOST_NOTES * _COUNT.size:
                self.counted = _newer_half(self.counted, COUNT)

    def told(self, at: float, of_case: bool) -> None:
        """Notes that a report tells of an instant that may lie ahead."""
        self._noted(at)
        if not of_case:
            self._note("told", at, 0, 1)

    def add(self, kind: str, at: float, cell: int, amount: int, ms: int) -> None:
        """Notes what is added to a cell of a kind of SUMS, when that may lie ahead."""
        if self._horizon.may_lie_ahead(at, ms):
            self._note(kind, at, cell, amount)

    def put(self, kind: str, at: float, cell: int, value: int, known: tuple[float, int], ms: int) -> None:
        """Notes what a cell of a kind of LASTS is said to hold from an instant on; `known` is what it held before."""
        based = self.based[kind]
        if cell not in based:
            if not self._horizon.may_lie_ahead(at, ms):
                return
            based.add(cell)
            self._note(kind, known[0], cell, known[1])
        self._note(kind, at, cell, value)

    def step(self, task: str, step: TaskStep, known: TaskStep | None, ms: int) -> None:
        """Notes a step of a task; `known` is the state that it was in before, None = nobody has told of it."""
        steps = self.tasks.get(task)
        if steps is None:
            if not self._horizon.may_lie_ahead(step[0], ms):
                return
            steps = self.tasks[task] = [] if known is None else [known]
            if len(self.tasks) > MOST_TASKS:
                del self.tasks[next(iter(self.tasks))]
        steps.append(step)
        self._noted(step[0])

    def settle(self, arrival_ms: int) -> float:
        """Forgets, once an hour of arrivals, what is past by every clock; returns the last of it when that is all."""
        if self.latest == -np.inf or arrival_ms < self.settles_ms:
            return 0.0
        self.settles_ms = arrival_ms + SETTLE_MS
        past_s = self._horizon.behind_every_clock(arrival_ms)
        self.counted = _after(self.counted, COUNT, past_s)
        for name in SUMS:
            self.notes[name] = _after(self.notes[name], NOTE, past_s)
        for name in LASTS:
            self._settle_lasts(name, past_s)
        self.tasks = {task: steps for task, steps in self.tasks.items() if max(step[0] for step in steps) > past_s}
        self.version += 1
        last_s = self.latest
        if last_s > past_s:
            return 0.0
        self.latest = -np.inf
        return last_s

    def read(self, kind: str) -> Notes:
        """Returns a copy of the notes of a kind, in the order of folding; `counted` for those of counters."""
        raw = self.counted if kind == "counted" else self.notes[kind]
        return np.frombuffer(bytes(raw), COUNT if kind == "counted" else NOTE)

    def _note(self, kind: str, at: float, cell: int, value: int) -> None:
        raw = self.notes[kind]
        raw += _NOTE.pack(at, cell, value)
        self._noted(at)
        if len(raw) > MOST_NOTES * _NOTE.size:
            if kind in LASTS:
                self._settle_lasts(kind, float(np.median(self.read(kind)["at"])))
            else:
                self.notes[kind] = _newer_half(raw, NOTE)

    def _noted(self, at: float) -> None:
        self.version += 1
        self.latest = max(self.latest, at)

    def _settle_lasts(self, kind: str, past_s: float) -> None:
        """Forgets cells of which nothing is later than an instant; of others what was before their last value then."""
        found = self.read(kind)
        open_cells = np.unique(found["cell"][found["at"] > past_s])
        found = found[np.isin(found["cell"], open_cells)]
        early = np.flatnonzero(found["at"] <= past_s)
        keep = found["at"] > past_s
        keep[early[lasts(found[early])]] = True
        self.notes[kind] = bytearray(found[keep].tobytes())
        self.based[kind] = set(open_cells.tolist())

    def dump(self) -> dict[str, Any]:
        """Returns a frozen copy."""
        return {
            "latest": self.latest if self.latest > -np.inf else None,
            "counted": bytes(self.counted),
            "notes": {name: bytes(raw) for name, raw in self.notes.items()},
            "tasks": [(task, list(steps)) for task, steps in self.tasks.items()],
            "settles_ms": self.settles_ms,
        }

    def load(self, dumped: dict[str, Any]) -> None:
        """Takes over what `dump` described; earlier versions noted nothing."""
        self.latest = -np.inf if dumped.get("latest") is None else dumped["latest"]
        self.counted = bytearray(dumped.get("counted", b""))
        self.notes |= {name: bytearray(raw) for name, raw in dumped.get("notes", {}).items()}
        self.based = {name: set(self.read(name)["cell"].tolist()) for name in LASTS}
        self.tasks = {task: [(*step,) for step in steps] for task, steps in dumped.get("tasks", [])}
        self.settles_ms = dumped.get("settles_ms", 0)
        self.version += 1


def lasts(notes: Notes) -> npt.NDArray[np.int64]:
    """Returns for each cell the index of its latest note; of two of one instant, the one that was folded later."""
    order = np.argsort(notes["at"], kind="stable")[::-1]
    return order[np.unique(notes["cell"][order], return_index=True)[1]]


def _after(raw: bytearray, dtype: np.dtype[Any], past_s: float) -> bytearray:
    found = np.frombuffer(bytes(raw), dtype)
    return bytearray(found[found["at"] > past_s].tobytes())


def _newer_half(raw: bytearray, dtype: np.dtype[Any]) -> bytearray:
    found = np.frombuffer(bytes(raw), dtype)
    return bytearray(found[found["at"] > np.median(found["at"])].tobytes())
