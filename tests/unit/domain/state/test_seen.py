"""What was seen: compared with a plain dict, while tables fill, move to larger ones and forget days."""

from __future__ import annotations

import random

import pytest

from dashboard.domain.state import seen as module
from dashboard.domain.state.seen import DAY_MS, LAST_KEY, NEW, SeenReports, compact


@pytest.fixture
def small(monkeypatch):
    """Tables of a few slots, so that little moves much."""
    monkeypatch.setattr(module, "_FIRST_SLOTS", 64)
    monkeypatch.setattr(module, "_POURED_AT", 20)
    monkeypatch.setattr(module, "_AT_ONCE", 32)


@pytest.mark.parametrize("lowest", [1, LAST_KEY - 10**11], ids=["spread", "all in the last slots"])
def test_it_knows_what_a_dict_knows_while_tables_grow_and_days_pass(small, lowest):
    chance, seen = random.Random(4), SeenReports(days=2)
    kept: dict[int, tuple[int, int]] = {}  # day and mark by key
    asked: list[int] = []
    for number in range(2000):
        day = number // 400
        if number % 400 == 0:
            seen.roll(day * DAY_MS)
            kept = {key: known for key, known in kept.items() if known[0] >= day - 2}
        again = asked and chance.random() < 0.3
        key = chance.choice(asked) if again else chance.randrange(lowest, LAST_KEY)
        mark = chance.randrange(1 << 16)
        asked.append(key)
        assert seen.add(key, mark) == (kept[key][1] if key in kept else NEW)
        kept.setdefault(key, (day, mark))
        if chance.random() < 0.1:  # of any age: it is new again
            gone = chance.choice(asked)
            seen.forget([gone, lowest - 1])
            kept.pop(gone, None)
    assert len(seen) == len(kept)
    for restored in (seen, SeenReports.load(seen.dump()), SeenReports.load(compact(seen.dump()))):
        assert restored.find(list(kept)) == [mark for _, mark in kept.values()]
        assert [restored.add(key, 0) for key in kept] == [mark for _, mark in kept.values()]


def test_many_are_found_at_once_as_one_by_one(small):
    chance, seen = random.Random(1), SeenReports()
    seen.roll(0)
    keys = [chance.randrange(1, LAST_KEY) for _ in range(3000)]
    for key in keys:
        seen.add(key, key & 0xFFFF)
    seen.roll(DAY_MS)  # what is new goes into the table
    known = set(keys)
    asked = keys[::7] + [key + 1 for key in keys[::5]]
    assert seen.find(asked) == [key & 0xFFFF if key in known else NEW for key in asked]
