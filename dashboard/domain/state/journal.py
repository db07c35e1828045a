"""Which entry of the log made which daily count, so that every counter opens into exactly what it counts.

Kept for the last `KEPT_DAYS` days (with a shifted clock for more) in 24 bytes a count; what a report said is read
from the log by its stream id. A count that was taken back (a step that does not fit any more) is
written down as -1 and cancels its first writing.
"""

from __future__ import annotations

import struct
from collections import deque
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

KEPT_DAYS = 35
KEPT_REPORTS = 40
_ENTRY = struct.Struct("<BBbxiQQ")  # counter, shard, amount, grid, ms, seq


def _records(seq: str, size: int) -> np.dtype[Any]:
    return np.dtype(
        {
            "names": ["counter", "shard", "amount", "grid", "ms", "seq"],
            "formats": ["u1", "u1", "i1", "<i4", "<u8", seq],
            "offsets": [0, 1, 2, 4, 8, 16],
            "itemsize": size,
        }
    )


DTYPE = _records("<u8", _ENTRY.size)
_EARLIER = _records("<u4", 20)  # in snapshots of version 0.1: a sequence of 2^32 or more had no room


class Counted(msgspec.Struct, frozen=True):
    """One report that was counted: on which day, for which grid, and where it lies in the log."""

    day: int
    grid: int
    shard: int
    ms: int
    seq: int

    @property
    def stream_id(self) -> str:
        """The id of the entry in its stream."""
        return f"{self.ms}-{self.seq}"


class Journal:
    """Entries by day.

    Attributes:
        by_day: packed entries in order of folding, by number of the local day that they count for.
        kept_more: days beyond KEPT_DAYS that are kept.
    """

    def __init__(self, kept_more: int = 0, newest: int = -1) -> None:
        self.kept_more, self._newest = kept_more, newest
        self.by_day: dict[int, bytearray] = {}

    def note(self, counter: int, day: int, grid: int, amount: int, shard: int, ms: int, seq: int) -> None:
        """Writes down one count; days too old to be kept are left out."""
        entries = self.by_day.get(day)
        if entries is None:
            entries = self._begin(day)
        entries += _ENTRY.pack(counter, shard, amount, grid, ms, seq)

    def _begin(self, day: int) -> bytearray:
        leaps = 0 < self.kept_more < day - self._newest  # the day of a wrong clock
        if leaps or day <= self._newest - KEPT_DAYS - self.kept_more:
            return bytearray()  # written to nobody's knowledge: the counter itself still counts it
        self._newest = max(self._newest, day)
        for old in [known for known in self.by_day if known <= self._newest - KEPT_DAYS - self.kept_more]:
            del self.by_day[old]
        return self.by_day.setdefault(day, bytearray())

    def first_day(self) -> int:
        """Returns the first day whose counts can be opened."""
        return self._newest - KEPT_DAYS - self.kept_more + 1

    def counted(self, counter: int, first: int, last: int, start: int, stop: int) -> list[Counted]:
        """Returns what one counter counted from day `first` to `last` in the grids `start` to `stop`, newest first."""
        found: list[Counted] = []
        for day in sorted(self.by_day, reverse=True):
            if first <= day <= last:
                found += self._of_day(day, counter, start, stop)
        return found

    def _of_day(self, day: int, counter: int, start: int, stop: int) -> list[Counted]:
        entries = np.frombuffer(bytes(self.by_day[day]), DTYPE)
        chosen = (entries["counter"] == counter) & (entries["grid"] >= start) & (entries["grid"] < stop)
        net: dict[Counted, int] = {}
        for _, shard, amount, grid, ms, seq in entries[chosen].tolist():
            entry = Counted(day, grid, shard, ms, seq)
            net[entry] = net.get(entry, 0) + amount
        standing = [entry for entry, amount in net.items() if amount > 0]
        return sorted(standing, key=lambda entry: (entry.ms, entry.seq, entry.grid), reverse=True)

    def totals(self, day: int, counters: int, grids: int) -> npt.NDArray[np.int64]:
        """Returns what a day's entries add up to, int64 [counters, grids]."""
        entries = np.frombuffer(bytes(self.by_day[day]), DTYPE)
        total = np.zeros((counters, grids), np.int64)
        np.add.at(total, (entries["counter"], entries["grid"]), entries["amount"])
        return total

    def dump(self) -> dict[str, Any]:
        """Returns a frozen copy."""
        by_day = {day: bytes(entries) for day, entries in self.by_day.items()}
        return {"newest": self._newest, "entry_bytes": _ENTRY.size, "by_day": by_day}

    @classmethod
    def load(cls, dumped: dict[str, Any], kept_more: int = 0) -> Journal:
        """Returns what `dump` described."""
        journal = cls(kept_more)
        journal._newest = dumped["newest"]
        journal.by_day = {int(day): bytearray(entries) for day, entries in dumped["by_day"].items()}
        if dumped.get("entry_bytes") != _ENTRY.size:
            for day, entries in journal.by_day.items():
                journal.by_day[day] = _widened(bytes(entries))
        return journal


def _widened(entries: bytes) -> bytearray:
    """Returns entries of an earlier version in today's form."""
    given = np.frombuffer(entries, _EARLIER)
    records = np.zeros(len(given), DTYPE)
    for name in DTYPE.names or ():
        records[name] = given[name]
    return bytearray(records.tobytes())


class Recent:
    """Where the newest reports of each grid lie in the log (positions of handsets left out).

    Attributes:
        by_grid: for each grid the last `KEPT_REPORTS` as (shard, stream id), oldest first.
    """

    def __init__(self, grid_count: int) -> None:
        self.by_grid: list[deque[tuple[int, bytes]]] = [deque(maxlen=KEPT_REPORTS) for _ in range(grid_count)]

    def dump(self) -> list[list[tuple[int, bytes]]]:
        """Returns a frozen copy."""
        return [list(reports) for reports in self.by_grid]

    @classmethod
    def load(cls, dumped: list[list[tuple[int, bytes]]]) -> Recent:
        """Returns what `dump` described."""
        recent = cls(len(dumped))
        for reports, known in zip(recent.by_grid, dumped, strict=True):
            reports.extend((shard, bytes(position)) for shard, position in known)
        return recent
