"""People and daily counts: who lives in each grid now, and what was counted on each day.

For every grid and day the ledger balances: population at the end = at the start
+ births − deaths + move-ins − move-outs. The population of a past day is therefore
today's minus what has happened since.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dashboard.domain.cells import cells
from dashboard.domain.rules.areas import AGE_BANDS, AreaTree

# What is counted per day and grid; the position is the counter's code.
COUNTERS: Final = (
    "births",
    "deaths",
    "move_ins",
    "move_outs",
    "dwellings_registered",
    "dwellings_removed",
    "cases_reported",
    "cases_handled",
    "cases_returned",
    "scored",
    "satisfied",
    "orders_sent",
    "orders_received",
    "services_requested",
    "services_completed",
)
COUNTER_CODES = {name: code for code, name in enumerate(COUNTERS)}
Counts = npt.NDArray[np.int32]


class DayCounters:
    """Counts per day, kind and grid for the last `keep_days` days that anything was reported for.

    Attributes:
        rows: row of each day (number of the local day) in `counts`.
        counts: int32 [rows, kinds, grids].
        forgotten: int64 [kinds, grids], the sum of all days that are kept no longer.
    """

    def __init__(self, grid_count: int, keep_days: int) -> None:
        self.grid_count = grid_count
        self.keep_days = keep_days
        self.rows: dict[int, int] = {}
        self.counts: Counts = np.zeros((8, len(COUNTERS), grid_count), np.int32)
        self.forgotten = np.zeros((len(COUNTERS), grid_count), np.int64)
        self._bind()

    def _bind(self) -> None:
        self._cells = cells(self.counts.reshape(-1))
        self._row_size = len(COUNTERS) * self.grid_count

    def add(self, code: int, day: int, grid: int, amount: int = 1) -> None:
        """Adds to one counter of one grid and day."""
        row = self.rows.get(day)
        if row is None:
            row = self._row_for(day)
        self._cells[row * self._row_size + code * self.grid_count + grid] += amount

    def _row_for(self, day: int) -> int:
        """Returns a row for a new day: an unused one, or the oldest day's when enough days are kept."""
        if len(self.rows) >= self.keep_days:
            oldest = min(self.rows)
            if day < oldest:  # older than all that is kept: count it into the oldest, so that sums hold
                return self.rows[oldest]
            row = self.rows.pop(oldest)
            self.forgotten += self.counts[row]
            self.counts[row] = 0
        else:
            row = len(self.rows)
            if row == len(self.counts):
                grown = np.zeros((min(row * 2, self.keep_days), *self.counts.shape[1:]), np.int32)
                grown[:row] = self.counts
                self.counts = grown
                self._bind()
        self.rows[day] = row
        return row

    def day(self, name: str, day: int) -> Counts:
        """Returns one day's counts of a kind, int32 [grids]; zeros for a day without reports."""
        row = self.rows.get(day)
        if row is None:
            return np.zeros(self.grid_count, np.int32)
        counted: Counts = self.counts[row, COUNTER_CODES[name]]
        return counted

    def window(self, name: str, first: int, last: int) -> npt.NDArray[np.int64]:
        """Returns the sum of a kind over the days `first` to `last`, both included, int64 [grids]."""
        rows = [row for day, row in self.rows.items() if first <= day <= last]
        total: npt.NDArray[np.int64] = self.counts[rows, COUNTER_CODES[name]].sum(axis=0, dtype=np.int64)
        return total

    def dump(self) -> dict[str, Any]:
        """Returns a frozen copy of the rows in use."""
        used = len(self.rows)
        return {
            "rows": dict(self.rows),
            "counts": self.counts[:used].tobytes(),
            "keep_days": self.keep_days,
            "forgotten": self.forgotten.tobytes(),
        }

    @classmethod
    def load(cls, dumped: dict[str, Any], grid_count: int) -> DayCounters:
        """Returns what `dump` described."""
        counters = cls(grid_count, dumped["keep_days"])
        counters.rows = {int(day): row for day, row in dumped["rows"].items()}
        counters.forgotten = np.frombuffer(dumped["forgotten"], np.int64).reshape(counters.forgotten.shape).copy()
        stored = np.frombuffer(dumped["counts"], np.int32).reshape(-1, len(COUNTERS), grid_count)
        if len(stored) > len(counters.counts):
            counters.counts = stored.copy()
        else:
            counters.counts[: len(stored)] = stored
        counters._bind()
        return counters


class People:
    """Who lives where.

    Attributes:
        ages: int64 [grids, 2, 18], residents by sex (m, f) and five-year band.
    """

    def __init__(self, tree: AreaTree) -> None:
        self.ages = tree.ages.copy()
        self._bind()

    def _bind(self) -> None:
        self._cells = cells(self.ages.reshape(-1))

    def add(self, grid: int, sex: str, age: int, amount: int) -> int:
        """Adds residents (or takes them away) of one sex and age (years) in one grid; returns which cell of `ages`."""
        band = age // 5 if age < 85 else AGE_BANDS - 1
        cell = (grid * 2 + (sex == "f")) * AGE_BANDS + band
        self._cells[cell] += amount
        return cell

    def dump(self) -> dict[str, bytes]:
        """Returns a frozen copy."""
        return {"ages": self.ages.tobytes()}

    def load(self, dumped: dict[str, bytes]) -> None:
        """Takes over what `dump` described."""
        self.ages = np.frombuffer(dumped["ages"], np.int64).reshape(self.ages.shape).copy()
        self._bind()
