"""What stands behind a counter: exactly the reports that it counted, and a word where days are missing."""

from __future__ import annotations

import pytest

from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.reports import counted_reports
from dashboard.domain.state.journal import KEPT_DAYS, Journal
from dashboard.domain.state.people import COUNTER_CODES
from dashboard.errors import InvalidReport
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, state, step

BIRTHS = COUNTER_CODES["births"]


def birth(day: str, at: float = NOON, grid: str = GRIDS[0], id: str | None = None) -> bytes:
    return event("population.birth", {"sex": "m", "occurred_on": day}, at=at, grid=grid, id=id)


def test_the_journal_knows_which_entries_a_counter_counted() -> None:
    city = state()
    fold(city, [birth("2026-11-22", id="a"), birth("2026-11-21", id="b"), birth("2026-11-22", grid=GRIDS[3], id="c")])
    reading = Reading(city, NOON)
    today = counted_reports(reading, city.tree.root, {"counter": "births", "day": "2026-11-22"})
    assert [entry.ms for entry in today.entries] == [int(NOON * 1000) + 2000, int(NOON * 1000)]
    district = counted_reports(reading, city.tree.by_code["420502"], {"counter": "births", "day": "today"})
    assert len(district.entries) == reading.counted("births", city.tree.by_code["420502"]) == 1
    assert len(counted_reports(reading, city.tree.root, {"counter": "births", "day": "window"}).entries) == 3


def test_a_count_that_was_taken_back_is_not_listed() -> None:
    city = state()
    late_return = step("returned", "C-1", NOON + 50)
    fold(city, [reported("C-1"), step("handled", "C-1", NOON + 100), late_return, step("rejected", "C-1", NOON + 10)])
    reading = Reading(city, NOON + 200)
    for counter in ("cases_handled", "cases_returned"):
        listed = counted_reports(reading, city.tree.root, {"counter": counter, "day": "today"}).entries
        assert len(listed) == reading.counted(counter, city.tree.root)


def test_old_days_leave_the_journal_and_are_said_to_be_missing() -> None:
    journal = Journal()
    for day in range(100, 100 + KEPT_DAYS + 5):
        journal.note(BIRTHS, day, 0, 1, 0, day, 0)
    assert journal.first_day() == min(journal.by_day) == 105
    journal.note(BIRTHS, 101, 0, 1, 0, 999, 0)
    assert journal.counted(BIRTHS, 0, 104, 0, 1) == []
    again = Journal.load(journal.dump())
    assert again.counted(BIRTHS, 0, 999, 0, 1) == journal.counted(BIRTHS, 0, 999, 0, 1)


def test_days_before_the_journal_are_counted_from_traces_as_far_as_there_are_any() -> None:
    city = state()
    fold(city, [reported("C-old", NOON - (KEPT_DAYS + 9) * DAY), reported("C-new", NOON)])
    for day in range(KEPT_DAYS + 2):  # other reports push the old day out of the journal
        city.count(BIRTHS, Reading(city, NOON).today - day, 0, 1, 0, day + 1, 0)
        city.people.add(0, "f", 0, 1)
    reading, root = Reading(city, NOON), city.tree.root
    found = counted_reports(reading, root, {"counter": "cases_reported", "day": "90d"})
    assert len(found.entries) == 2
    assert not found.truncated
    births = counted_reports(reading, root, {"counter": "births", "day": "90d"})
    assert births.truncated
    assert births.first_kept == city.journal.first_day()


@pytest.mark.parametrize(("query", "field"), [({"counter": "luck"}, "counter"), ({}, "counter"),
    ({"counter": "births", "day": "someday"}, "day")])  # fmt: skip
def test_counter_or_day_that_there_is_not_is_refused_by_name(query: dict[str, str], field: str) -> None:
    city = state()
    with pytest.raises(InvalidReport) as refused:
        counted_reports(Reading(city, NOON), city.tree.root, query)
    assert refused.value.field == field
