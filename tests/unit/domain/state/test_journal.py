"""Every count opens into the entries that made it, and one that was taken back leaves the list too."""

from __future__ import annotations

import struct

import msgspec

from dashboard.domain.state.journal import KEPT_DAYS, KEPT_REPORTS, Counted, Journal, Recent


def test_a_count_opens_into_its_entries_newest_first() -> None:
    journal = Journal()
    journal.note(3, 100, 1, 1, 0, 5_000, 0)
    journal.note(3, 100, 2, 1, 1, 6_000, 7)
    journal.note(3, 101, 1, 1, 0, 9_000, 0)
    journal.note(4, 100, 1, 1, 0, 5_000, 1)  # another counter
    assert journal.counted(3, 100, 101, 1, 3) == [
        Counted(101, 1, 0, 9_000, 0),
        Counted(100, 2, 1, 6_000, 7),
        Counted(100, 1, 0, 5_000, 0),
    ]
    assert [entry.stream_id for entry in journal.counted(3, 100, 100, 2, 3)] == ["6000-7"]


def test_what_was_taken_back_is_gone_and_may_come_again() -> None:
    journal = Journal()
    for amount in (1, -1):
        journal.note(3, 100, 1, amount, 0, 5_000, 0)
    assert journal.counted(3, 100, 100, 0, 9) == []
    journal.note(3, 100, 1, 1, 0, 5_000, 0)
    assert len(journal.counted(3, 100, 100, 0, 9)) == 1


def test_days_that_are_over_are_forgotten_and_do_not_come_back() -> None:
    journal = Journal()
    journal.note(3, 100, 1, 1, 0, 1, 0)
    journal.note(3, 100 + KEPT_DAYS, 1, 1, 0, 2, 0)
    journal.note(3, 100, 1, 1, 0, 3, 0)
    assert journal.first_day() == 101
    assert [entry.ms for entry in journal.counted(3, 0, 999, 0, 9)] == [2]


def test_a_loaded_journal_tells_the_same() -> None:
    journal = Journal()
    journal.note(3, 100, 1, 1, 2, 1 << 41, (1 << 32) - 1)
    again = Journal.load(msgspec.msgpack.decode(msgspec.msgpack.encode(journal.dump()), strict=False))
    assert again.counted(3, 0, 999, 0, 9) == journal.counted(3, 0, 999, 0, 9) != []
    assert again.first_day() == journal.first_day()


def test_the_newest_reports_of_a_grid_are_kept_and_no_more() -> None:
    recent = Recent(2)
    for number in range(KEPT_REPORTS + 3):
        recent.by_grid[1].append((0, b"%d-0" % number))
    again = Recent.load(msgspec.msgpack.decode(msgspec.msgpack.encode(recent.dump())))
    assert [list(reports) for reports in again.by_grid] == [[], [(0, b"%d-0" % n) for n in range(3, KEPT_REPORTS + 3)]]


def test_the_place_within_a_millisecond_may_be_any() -> None:
    journal = Journal()
    journal.note(3, 100, 1, 1, 0, 2**64 - 1, 2**64 - 1)
    assert [entry.stream_id for entry in journal.counted(3, 100, 100, 0, 9)] == [f"{2**64 - 1}-{2**64 - 1}"]


def test_entries_of_an_earlier_version_are_read() -> None:
    packed = struct.pack("<BBbxiQI", 3, 1, 1, 2, 6_000, 7)
    journal = Journal.load({"newest": 100, "by_day": {100: packed}})
    assert journal.counted(3, 100, 100, 0, 9) == [Counted(100, 2, 1, 6_000, 7)]
