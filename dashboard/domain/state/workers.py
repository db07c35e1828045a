"""Grid workers and the rhythm of their grids: who is on shift, who has fallen silent.

Silence is never shown as "normal": a grid whose worker is on shift and that has sent
nothing for longer than its own usual rhythm is unknown. The rhythm is a moving average
of the gaps between the grid's reports while on shift.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.cells import cells

MINUTE_S = 60
RING_MINUTES = 16  # minutes of recent reports that are kept; 10 are shown
_RHYTHM_WEIGHT = 0.1
_FIRST_RHYTHM_S = 900.0
SILENT_AFTER_RHYTHMS = 4.0
SILENT_AFTER_AT_LEAST_S = 2700.0

Floats = npt.NDArray[np.float64]

_COLUMNS = {"last_at": "<f8", "rhythm_s": "<f8", "shift_at": "<f8", "battery": "<f8", "on_shift": "<u1"}


class Workers:
    """State of each grid's worker.

    Attributes:
        columns: arrays [grids]: last report, rhythm, last change of shift (epoch seconds, 0 = never),
            battery (0–1, NaN = unknown), on_shift (0/1).
        recent: int32 [16, grids], reports per minute of event time.
        minutes: int64 [16], the minute (epoch minutes) that each row of `recent` counts.
    """

    def __init__(self, grid_count: int) -> None:
        self.grid_count = grid_count
        self.columns: dict[str, npt.NDArray[Any]] = {n: np.zeros(grid_count, t) for n, t in _COLUMNS.items()}
        self.columns["rhythm_s"][:] = _FIRST_RHYTHM_S
        self.columns["battery"][:] = np.nan
        self.recent = np.zeros((RING_MINUTES, grid_count), np.int32)
        self.minutes = np.zeros(RING_MINUTES, np.int64)
        self._bind()

    def _bind(self) -> None:
        view: dict[str, Any] = {name: cells(column) for name, column in self.columns.items()}
        self._last, self._rhythm, self._shift_at = view["last_at"], view["rhythm_s"], view["shift_at"]
        self._battery, self._on_shift = view["battery"], view["on_shift"]
        self._recent = cells(self.recent.reshape(-1))
        self._minutes = cells(self.minutes)
        self._minute_at, self._first = -math.inf, 0  # when the newest minute began and where its row begins

    def heard(self, grid: int, at_s: float) -> None:
        """Notes that a grid sent a report that happened at `at_s`."""
        if 0.0 <= at_s - self._minute_at < MINUTE_S:
            self._recent[self._first + grid] += 1
        elif self._turn(minute := int(at_s // MINUTE_S)):
            self._recent[minute % RING_MINUTES * self.grid_count + grid] += 1
        last = self._last[grid]
        if at_s > last:
            if self._on_shift[grid] and last >= self._shift_at[grid]:
                self._rhythm[grid] += _RHYTHM_WEIGHT * (at_s - last - self._rhythm[grid])
            self._last[grid] = at_s

    def _turn(self, minute: int) -> bool:
        """Makes room for a minute; a late report of a minute already gone is not recent any more."""
        slot = minute % RING_MINUTES
        if minute > self._minutes[slot]:
            self.recent[slot] = 0
            self._minutes[slot] = minute
            self._minute_at, self._first = float(minute * MINUTE_S), slot * self.grid_count
        return bool(self._minutes[slot] == minute)

    def shift(self, grid: int, at_s: float, started: bool) -> None:
        """Notes the start or the end of a shift; an older one that arrives late changes nothing."""
        if at_s >= self._shift_at[grid]:
            self._shift_at[grid] = at_s
            self._on_shift[grid] = started

    def last_at(self, grid: int) -> float:
        """Returns when a grid was last heard (epoch seconds), 0 = never."""
        return float(self._last[grid])

    def last_shift(self, grid: int) -> tuple[float, int]:
        """Returns when a shift last began or ended (epoch seconds, 0 = never), and 1 when it began."""
        return float(self._shift_at[grid]), int(self._on_shift[grid])

    def battery(self, grid: int, level: float) -> None:
        """Notes the charge of the handset, 0–1."""
        self._battery[grid] = level

    def recent_counts(self, now_s: float, minutes: int = 10) -> npt.NDArray[np.int64]:
        """Returns reports per grid in the last `minutes` whole minutes and the current one, int64 [grids]."""
        current = int(now_s) // MINUTE_S
        live = (self.minutes > current - minutes) & (self.minutes <= current)
        total: npt.NDArray[np.int64] = self.recent[live].sum(axis=0, dtype=np.int64)
        return total

    def silent(self, now_s: float) -> npt.NDArray[np.bool_]:
        """Says for each grid whether its worker is on shift and silent beyond the grid's usual rhythm."""
        patience = np.maximum(self.columns["rhythm_s"] * SILENT_AFTER_RHYTHMS, SILENT_AFTER_AT_LEAST_S)
        since = np.maximum(self.columns["last_at"], self.columns["shift_at"])
        silent: npt.NDArray[np.bool_] = (self.columns["on_shift"] == 1) & (now_s - since > patience)
        return silent

    def dump(self) -> dict[str, Any]:
        """Returns a frozen copy."""
        columns = {name: column.tobytes() for name, column in self.columns.items()}
        return {"columns": columns, "recent": self.recent.tobytes(), "minutes": self.minutes.tobytes()}

    @classmethod
    def load(cls, dumped: dict[str, Any], grid_count: int) -> Workers:
        """Returns what `dump` described."""
        workers = cls(grid_count)
        workers.columns = {n: np.frombuffer(dumped["columns"][n], t).copy() for n, t in _COLUMNS.items()}
        workers.recent = np.frombuffer(dumped["recent"], np.int32).reshape(RING_MINUTES, grid_count).copy()
        workers.minutes = np.frombuffer(dumped["minutes"], np.int64).copy()
        workers._bind()
        return workers
