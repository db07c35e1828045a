"""Which reports were counted already: compact hashes of (source, id), kept by day of arrival.

Two stages: what is new goes into a small dict, which many reports at a time are poured from
into an open-addressing table of 64-bit hashes in one array. So one report costs a look into
a dict, and the table is asked about many keys at once. About 24 bytes for each report
remembered, instead of the hundred and more of a Python set. Hashes of two different
reports are equal with a probability below 1e-6 at five million reports remembered.
"""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from xxhash import xxh3_64_intdigest

from dashboard.domain.cells import cells

DAY_MS = 86_400_000
NEW = -1  # instead of a mark: the key is not known
_LONGEST_PAUSE_DAYS = 30  # a log that seems to have rested for longer may only have a wrong clock
_FIRST_SLOTS = 1 << 13
_MAX_LOAD = 0.6
_POURED_AT = 8192  # new keys in the dict
_AT_ONCE = 1 << 16  # keys put into a table at once, and slots moved to a larger one: about a millisecond
_WINDOW = 8  # slots looked at together; eight answers of one byte each make one comparison
LAST_KEY = 0xFFFF_FFFF_FFFF_FFFE
_TOMBSTONE = 0xFFFF_FFFF_FFFF_FFFF  # no key: keys end below it

Hashes = npt.NDArray[np.uint64]
Marks = npt.NDArray[np.uint16]


class HashTable:
    """Open addressing with linear probing, for many keys at once; slots are a power of two.

    Attributes:
        taken: slots that are not free, those of dropped keys among them.
    """

    def __init__(self, slots: int) -> None:
        self.slots, self.taken = slots, 0
        self._bits = 64 - (slots.bit_length() - 1)
        self._shift = np.uint64(self._bits)
        self._keys = np.zeros(slots + _WINDOW - 1, np.uint64)  # the first ones once more at the end
        self._marks = np.zeros(slots, np.uint16)
        self._cell = cells(self._keys)
        self._windows = sliding_window_view(self._keys, _WINDOW)

    def put(self, keys: Hashes, marks: Marks) -> None:
        """Adds keys that are not in it."""
        table, self.taken = self._keys, self.taken + len(keys)
        place = (keys >> self._shift).astype(np.int64)
        while len(keys):
            free = table[place] == 0
            table[place[free]] = keys[free]  # of two keys for one slot the last one gets it
            in_it = table[place] == keys
            self._marks[place[in_it]] = marks[in_it]
            on = ~in_it
            keys, marks, place = keys[on], marks[on], (place[on] + 1) & (self.slots - 1)
        table[self.slots :] = table[: _WINDOW - 1]

    def find(self, keys: Hashes) -> list[int]:
        """Returns for each key its mark, or NEW."""
        home = (keys >> self._shift).astype(np.int64)
        near = self._windows[home]
        hits = near == keys[:, None]
        found = [NEW] * len(keys)
        rows, steps = np.nonzero(hits)
        places = (home[rows] + steps) & (self.slots - 1)
        for row, mark in zip(rows.tolist(), self._marks[places].tolist(), strict=True):
            found[row] = mark
        ended = (hits | (near == 0)).view(np.uint64)[:, 0]
        for row in np.flatnonzero(ended == 0).tolist():
            found[row] = self.find_one(int(keys[row]))
        return found

    def find_one(self, key: int) -> int:
        """Returns the mark of one key, or NEW."""
        cell, place = self._cell, key >> self._bits
        while (known := cell[place]) != key:
            if known == 0:
                return NEW
            place = (place + 1) & (self.slots - 1)
        return int(self._marks[place])

    def drop(self, keys: Hashes) -> None:
        """Forgets keys that are in it; their slots stay taken."""
        place = (keys >> self._shift).astype(np.int64)
        while len(keys):
            in_it = self._keys[place] == keys
            self._keys[place[in_it]] = _TOMBSTONE
            keys, place = keys[~in_it], (place[~in_it] + 1) & (self.slots - 1)
        self._keys[self.slots :] = self._keys[: _WINDOW - 1]

    def part(self, start: int) -> tuple[Hashes, Marks]:
        """Returns keys and marks in the `_AT_ONCE` slots from `start` on."""
        stop = min(start + _AT_ONCE, self.slots)
        used = np.flatnonzero((self._keys[start:stop] != 0) & (self._keys[start:stop] != _TOMBSTONE)) + start
        return self._keys[used], self._marks[used]


class SeenReports:
    """Remembers hashes for at least `days` days of arrivals.

    A table that is full is moved to a larger one part by part, each time that new keys are poured:
    moving five million at once would keep the event loop for half a second.

    Attributes:
        days: whole days of arrivals that are kept before the current one.
        by_day: hashes and 16-bit content marks in order of arrival, by day of arrival (UTC); without the new ones.
        new: mark by hash of what was seen since the last pouring, in order of arrival.
        version: grows when what `find` said may not be true any more.
    """

    def __init__(self, days: int = 7) -> None:
        self.days = days
        self.by_day: dict[int, tuple[array[int], array[int]]] = {}
        self.new: dict[int, int] = {}
        self.version = 0
        self._day = -1
        self._count = 0
        self._table = HashTable(_FIRST_SLOTS)
        self._older: HashTable | None = None  # what is being moved from
        self._moved = 0  # slots of it that were moved
        self._gone: set[int] = set()  # forgotten one by one; `by_day` holds them until it is swept

    def __len__(self) -> int:
        return self._count + len(self.new)

    def forget(self, keys: list[int]) -> None:
        """Forgets single keys (0 = none), as far as they are known: these reports may come again."""
        for key in keys:
            if not key or self.new.pop(key, None) is not None:
                continue
            tables = [table for table in (self._table, self._older) if table is not None]
            holding = [table for table in tables if table.find_one(key) != NEW]
            for table in holding:
                table.drop(np.array([key], np.uint64))
            if holding:
                self._gone.add(key)
                self._count -= 1
                self.version += 1

    def sweep(self) -> None:
        """Takes what was forgotten out of the days as well; most of it is of the newest."""
        for day in sorted(self.by_day, reverse=True):
            if not self._gone:
                return
            hashes = np.frombuffer(self.by_day[day][0], np.uint64)
            found = np.isin(hashes, np.array(sorted(self._gone), np.uint64))
            if found.any():
                self._gone -= set(hashes[found].tolist())
                marks = np.frombuffer(self.by_day[day][1], np.uint16)
                self.by_day[day] = (array("Q", hashes[~found].tobytes()), array("H", marks[~found].tobytes()))

    def roll(self, arrival_ms: int) -> None:
        """Begins the day of arrival of `arrival_ms` and forgets days that are too old; days never go back."""
        day = arrival_ms // DAY_MS
        if day <= self._day:
            return
        self._pour()
        self.sweep()
        if day - self._day > _LONGEST_PAUSE_DAYS and self._day >= 0:  # what came before came the day before
            self.by_day = {known + day - self._day - 1: kept for known, kept in self.by_day.items()}
        self._day = day
        old = [known for known in self.by_day if known < day - self.days]
        for known in old:
            self._move(everything=True)
            hashes, _ = self.by_day.pop(known)
            self._table.drop(np.frombuffer(hashes, np.uint64))
            self._count -= len(hashes)
            self.version += 1

    def add(self, key: int, mark: int = 0) -> int:
        """Remembers `key` (1 … 2**64-2); returns NEW if it is new, else the content mark of the first one."""
        self.pour_when_due()
        first = self.new.get(key, NEW)
        if first == NEW:
            first = self._table.find_one(key)
        if first == NEW and self._older is not None:
            first = self._older.find_one(key)
        if first == NEW:
            self.new[key] = mark
        return first

    def find(self, keys: list[int]) -> list[int]:
        """Returns for each key its content mark if it is in the table, else NEW: then it may still be in `new`."""
        hashes = np.array(keys, np.uint64)
        found = self._table.find(hashes)
        if self._older is not None:
            found = [max(pair) for pair in zip(found, self._older.find(hashes), strict=True)]
        return found

    def pour_when_due(self) -> None:
        """Pours the new keys into the table when there are many."""
        if len(self.new) > _POURED_AT:
            self._pour()

    def _pour(self) -> None:
        if not self.new:
            return
        self.sweep()
        self.version += 1
        hashes, marks = array("Q", self.new), array("H", self.new.values())
        self._put(np.frombuffer(hashes, np.uint64), np.frombuffer(marks, np.uint16))
        day = self.by_day.setdefault(self._day, (array("Q"), array("H")))
        day[0].extend(hashes)
        day[1].extend(marks)
        self.new.clear()

    def _put(self, hashes: Hashes, marks: Marks) -> None:
        """Adds new keys, and sees to it that there is room for them."""
        self._count += len(hashes)
        self._move()
        needed = self._table.taken + len(hashes) if self._older is None else self._count
        if needed > self._table.slots * _MAX_LOAD:
            self._move(everything=True)
            self._older, self._moved = self._table, 0
            self._table = HashTable(_slots_for(self._count))
            self._move()
        self._table.put(hashes, marks)

    def _move(self, everything: bool = False) -> None:
        """Moves a part of the older table, or all the rest of it."""
        while self._older is not None:
            self._table.put(*self._older.part(self._moved))
            self._moved += _AT_ONCE
            if self._moved >= self._older.slots:
                self._older = None
            if not everything:
                return

    def dump(self) -> dict[str, Any]:
        """Returns a frozen copy: hashes and marks by day, and the current day."""
        self._pour()
        self.sweep()
        return {
            "days": self.days,
            "day": self._day,
            "by_day": {day: (h.tobytes(), m.tobytes()) for day, (h, m) in self.by_day.items()},
        }

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> SeenReports:
        """Returns what `dump` described; several times faster when `compact` has sorted it."""
        seen = cls(dumped["days"])
        seen._day = dumped["day"]
        for day, (hashes, marks) in dumped["by_day"].items():
            seen.by_day[int(day)] = (array("Q", bytes(hashes)), array("H", bytes(marks)))
        seen._count = sum(len(hashes) for hashes, _ in seen.by_day.values())
        seen._table = HashTable(_slots_for(seen._count))
        for hashes, marks in seen.by_day.values():
            for start in range(0, len(hashes), _AT_ONCE):
                keys = np.frombuffer(hashes, np.uint64)[start : start + _AT_ONCE]
                seen._table.put(keys, np.frombuffer(marks, np.uint16)[start : start + _AT_ONCE])
        return seen


def key_of(report: Any) -> int:
    """Returns the hash by which a report is counted once, 1 … LAST_KEY."""
    key: int = xxh3_64_intdigest(f"{report.source}\0{report.id}".encode())
    return key if 0 < key < LAST_KEY else LAST_KEY


def compact(dumped: dict[str, Any]) -> dict[str, Any]:
    """Returns a dump with each day's hashes sorted, which makes loading several times faster; slow for many."""
    by_day = {}
    for day, (hashes, marks) in dumped["by_day"].items():
        keys = np.frombuffer(hashes, np.uint64)
        order = np.argsort(keys)
        by_day[day] = (keys[order].tobytes(), np.frombuffer(marks, np.uint16)[order].tobytes())
    return {**dumped, "by_day": by_day}


def _slots_for(count: int) -> int:
    """Returns the size of a table in which so many keys have room to grow."""
    slots = _FIRST_SLOTS
    while count > slots * _MAX_LOAD * 0.8:
        slots *= 2
    return slots
