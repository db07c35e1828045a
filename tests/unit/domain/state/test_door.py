"""The door in: never raises for what an entry holds, and lots of any size come to the same."""

from __future__ import annotations

import pytest

from dashboard.domain.state.door import Dead, Door
from dashboard.errors import Fault
from tests.support.making import DAY, GRIDS, NOON, event, fold, fold_one, packed, positions, reported, state, step

RAWS = [
    reported("C-1"),
    reported("C-1"),  # a duplicate
    event("case.reported", {"case": "C-1", "category": "dispute", "severity": 3}, id="case.reported/again"),
    step("closed", "C-2", NOON + 9.0),  # early
    b"\xff",
    event("worker.position", {"lat": 30.7, "lon": 111.3}, grid=GRIDS[2]),
    reported("C-2", grid=GRIDS[1]),
]
ENTRIES = [[position, [b"event", raw]] for position, raw in zip(positions(), RAWS, strict=False)]


@pytest.mark.parametrize("size", [1, 2, 3, len(ENTRIES)])
def test_lots_of_any_size_come_to_the_same(size: int) -> None:
    whole, parts = Door(state()), Door(state())
    touched: list[set[int]] = [set(), set()]
    dead = whole.fold(ENTRIES, 0, touched[0])
    again = _in_lots(parts, size, touched[1])
    assert again == dead
    assert packed(parts.city) == packed(whole.city)
    assert touched[0] == touched[1] == {0, 1, 2}


def _in_lots(door: Door, size: int, touched: set[int]) -> Dead:
    lots = [ENTRIES[first : first + size] for first in range(0, len(ENTRIES), size)]
    return [letter for lot in lots for letter in door.fold(lot, 0, touched)]


def _outcomes(door: Door, *raws: bytes) -> list[str]:
    return [fold_one(door, raw, position).outcome for raw, position in zip(raws, positions(), strict=False)]


def test_each_entry_is_counted_as_one_thing() -> None:
    door = Door(state())
    dead = door.fold(ENTRIES, 3, set())
    city = door.city
    assert [(letter.position, raw) for letter, raw in dead] == [(ENTRIES[2][0], RAWS[2]), (ENTRIES[4][0], RAWS[4])]
    assert (city.reports, city.duplicates, city.dead_letters) == (4, 1, 2)
    assert city.entries == {3: len(ENTRIES)}
    assert city.positions == {3: ENTRIES[-1][0]}
    assert city.watermark == NOON + 9.0, "what waits has happened, too"


def test_a_duplicate_with_another_content_is_told() -> None:
    door = Door(state())
    first = event("case.reported", {"case": "C-1", "category": "dispute", "severity": 1}, id="x")
    other = event("case.reported", {"case": "C-1", "category": "dispute", "severity": 2}, id="x")
    assert _outcomes(door, first, first, other) == ["applied", "duplicate", "differing-duplicate"]


def test_what_was_refused_may_come_again() -> None:
    door = Door(state())
    bad = event("population.birth", {"sex": "f", "occurred_on": "2026-11-30"}, id="x")
    good = event("population.birth", {"sex": "f", "occurred_on": "2026-11-20"}, id="x")
    assert _outcomes(door, bad, good) == ["dead", "applied"]


@pytest.mark.parametrize("fields", [[], [b"other", b"x"], [b"event", b""], [b"event", b"[]"], [b"event", b"null"]])
def test_whatever_an_entry_holds_is_a_dead_letter_and_no_error(fields: list[bytes]) -> None:
    door = Door(state())
    [(letter, _)] = door.fold([[b"5-0", fields]], 0, set())
    assert letter.reason
    assert (door.city.dead_letters, door.city.positions) == (1, {0: b"5-0"})


def test_the_latest_reports_leave_out_where_somebody_is() -> None:
    door = Door(state())
    door.fold(ENTRIES, 0, set())
    assert [kind for _, kind, _, _ in door.city.newest] == ["case.reported", "case.reported"]
    assert [len(reports) for reports in door.city.recent.by_grid] == [2, 1, 0, 0]


def test_a_duplicate_is_known_for_a_week() -> None:
    door = Door(state())
    at = {days: b"%d-0" % int((NOON + days * DAY) * 1000) for days in (0, 7, 9)}
    assert [fold_one(door, reported("C-1"), at[days]).outcome for days in (0, 7)] == ["applied", "duplicate"]
    assert len(door.city.seen) == 1
    fold_one(door, reported("C-2"), at[9])
    assert len(door.city.seen) == 1, "the first one is forgotten"


def test_a_programming_error_leaves_positions_and_counts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(state())
    monkeypatch.setattr(door.city.orders, "read", lambda *_: 1 / 0)
    entries = [[b"1-0", [b"event", reported("C-1")]], [b"2-0", [b"event", event("order.read", {"order": "O"})]]]
    with pytest.raises(Fault) as fault:
        door.fold(entries, 0, set())
    assert (fault.value.shard, fault.value.position) == (0, b"2-0")
    assert isinstance(fault.value.error, ZeroDivisionError)
    city = door.city
    assert (city.reports, len(city.seen), dict(city.entries), city.positions) == (1, 1, {0: 1}, {0: b"1-0"})


def test_tasks_that_follow_from_a_report_do_not_crowd_out_the_newest_ones() -> None:
    city = state()
    opened = [
        event("task.opened", {"task": f"t{number}", "department": "health", "cause": "c"}, at=NOON + number)
        for number in range(100)
    ]
    fold(city, [reported("C-1"), *opened, event("task.taken", {"task": "t1", "by": "health"}, at=NOON + 200)])
    assert [kind for _, kind, _, _ in city.newest] == ["case.reported", "task.taken"]
