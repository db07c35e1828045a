"""Which reports were counted already: compact hashes of (source, id), kept by day of arrival.

An open-addressing table of 64-bit hashes in one array: about 24 bytes for each report
remembered, instead of the hundred and more of a Python set. Hashes of two different
reports are equal with a probability below 1e-6 at five million reports remembered.
"""

from __future__ import annotations

from array import array
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

DAY_MS = 86_400_000
_FIRST_SLOTS = 1 << 12
_SLACK = 512  # slots behind the last one, since probing does not wrap around
_MAX_LOAD = 0.6
_TOMBSTONE = 0xFFFF_FFFF_FFFF_FFFF  # no key: keys end below it

Hashes = npt.NDArray[np.uint64]


class SeenReports:
    """Remembers hashes for at least `days` days of arrivals.

    Attributes:
        days: whole days of arrivals that are kept before the current one.
        by_day: hashes and 16-bit content marks in order of arrival, by day of arrival (UTC).
    """

    def __init__(self, days: int = 7) -> None:
        self.days = days
        self.by_day: dict[int, tuple[array[int], array[int]]] = {}
        self._day = -1
        self._hashes: array[int] = array("Q")
        self._marks: array[int] = array("H")
        self._count = 0
        self._build(_FIRST_SLOTS)

    def __len__(self) -> int:
        return self._count

    def roll(self, arrival_ms: int) -> None:
        """Begins the day of arrival of `arrival_ms` and forgets days that are too old; days never go back."""
        day = arrival_ms // DAY_MS
        if day <= self._day:
            return
        self._day = day
        self._hashes, self._marks = self.by_day.setdefault(day, (array("Q"), array("H")))
        old = [known for known in self.by_day if known < day - self.days]
        for known in old:
            del self.by_day[known]
        if old:
            self._build(self._slots)

    def add(self, key: int, mark: int = 0) -> int:
        """Remembers `key` (1 … 2**64-2); returns -1 if it is new, else the content mark of the first one."""
        table = self._table
        slot = key >> self._shift
        while True:
            known = table[slot]
            if known == 0:
                break
            if known == key:
                return self._mark_table[slot]
            slot += 1
        if slot >= self._end:
            self._build(self._slots * 2)
            return self.add(key, mark)
        table[slot] = key
        self._mark_table[slot] = mark
        self._hashes.append(key)
        self._marks.append(mark)
        self._count += 1
        if self._count > self._limit:
            self._build(self._slots * 2)
        return -1

    def undo(self, key: int) -> None:
        """Forgets the key that was added last; its slot stays taken until the next layout."""
        slot = key >> self._shift
        while self._table[slot] != key:
            slot += 1
        self._table[slot] = _TOMBSTONE
        self._hashes.pop()
        self._marks.pop()
        self._count -= 1

    def _build(self, slots: int, kind: Literal["quicksort", "stable"] = "quicksort") -> None:
        """Lays out all remembered hashes in a table of at least `slots` slots, as vector operations.

        Sorted by slot, each hash goes to its own slot or to the one behind its predecessor:
        exactly what inserting them one by one with linear probing would give.
        """
        hashes = np.concatenate([np.frombuffer(h, np.uint64) for h, _ in self.by_day.values()] or [_none()])
        marks = np.concatenate([np.frombuffer(m, np.uint16) for _, m in self.by_day.values()] or [_no_marks()])
        self._count = len(hashes)
        self._slots = max(slots, _FIRST_SLOTS)
        while self._count > self._slots * _MAX_LOAD * 0.8:
            self._slots *= 2
        self._shift = 64 - (self._slots.bit_length() - 1)
        self._limit = int(self._slots * _MAX_LOAD)
        order = np.argsort(hashes, kind=kind)
        hashes, marks = hashes[order], marks[order]
        index = np.arange(self._count)
        home = (hashes >> np.uint64(self._shift)).astype(np.int64)
        place = np.maximum.accumulate(home - index) + index if self._count else home
        size = max(self._slots, int(place[-1]) + 1 if self._count else 0) + _SLACK
        table, mark_table = np.zeros(size + 1, np.uint64), np.zeros(size + 1, np.uint16)
        table[place], mark_table[place] = hashes, marks
        self._table, self._mark_table = memoryview(table), memoryview(mark_table)  # type: ignore[arg-type]
        self._end = size

    def dump(self) -> dict[str, Any]:
        """Returns a frozen copy: hashes and marks by day, and the current day."""
        return {
            "days": self.days,
            "day": self._day,
            "by_day": {day: (h.tobytes(), m.tobytes()) for day, (h, m) in self.by_day.items()},
        }

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> SeenReports:
        """Returns what `dump` described."""
        seen = cls(dumped["days"])
        for day, (hashes, marks) in dumped["by_day"].items():
            seen.by_day[int(day)] = (array("Q", bytes(hashes)), array("H", bytes(marks)))
        seen._day = dumped["day"]
        seen._hashes, seen._marks = seen.by_day.get(seen._day, (array("Q"), array("H")))
        seen._build(_FIRST_SLOTS, "stable")  # merges what `compact` has sorted, instead of sorting anew
        return seen


def compact(dumped: dict[str, Any]) -> dict[str, Any]:
    """Returns a dump with each day's hashes sorted, which makes loading several times faster; slow for many."""
    by_day = {}
    for day, (hashes, marks) in dumped["by_day"].items():
        keys = np.frombuffer(hashes, np.uint64)
        order = np.argsort(keys)
        by_day[day] = (keys[order].tobytes(), np.frombuffer(marks, np.uint16)[order].tobytes())
    return {**dumped, "by_day": by_day}


def _none() -> Hashes:
    return np.zeros(0, np.uint64)


def _no_marks() -> npt.NDArray[np.uint16]:
    return np.zeros(0, np.uint16)
