"""Days are those of the city, whatever the time zone of a report, and a text names them or is refused."""

from __future__ import annotations

import pytest

from dashboard.domain.reading.days import by_day, closed_by_day, counted_by_day, days_of
from dashboard.domain.reading.moment import Reading
from dashboard.errors import InvalidReport
from tests.support.making import DAY, NOON, fold, reported, state, step

HALF = DAY / 2


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("today", 0, 0), ("yesterday", -1, -1), ("week", -7, -1), ("window", -29, 0), ("7d", -6, 0), ("0d", 0, 0),
     ("2026-11-20", -2, -2)],
)  # fmt: skip
def test_text_names_days(text: str, first: int, last: int) -> None:
    reading = Reading(state(), NOON)
    assert days_of(reading, text, "day") == (reading.today + first, reading.today + last)


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-13-01", "1999-12-31", "2100-01-01", "99999d", "-1d", "9" * 5000]
)
def test_text_that_names_none_is_refused_by_the_name_of_its_field(text: str) -> None:
    with pytest.raises(InvalidReport) as refused:
        days_of(Reading(state(), NOON), text, "closed_on")
    assert refused.value.field == "closed_on"


def test_instants_count_on_the_local_day_and_others_not_at_all() -> None:
    reading = Reading(state(), NOON)  # noon in Shanghai: the day began and ends half a day from here
    instants = [NOON - HALF - 1, NOON - HALF, NOON, NOON + HALF - 1, NOON + HALF, NOON - 9 * DAY]
    assert by_day(reading, instants, reading.today - 1, reading.today).tolist() == [1, 3]


def test_cases_count_on_the_day_on_which_they_were_reported_and_closed() -> None:
    city = state()
    steps = [step("closed", "C-1", NOON - DAY), step("closed", "C-2", NOON), step("reopened", "C-2", NOON + 1)]
    fold(city, [reported("C-1", NOON - 2 * DAY), reported("C-2", NOON - DAY), *steps])
    reading, root = Reading(city, NOON + 2), city.tree.root
    first, last = reading.today - 2, reading.today
    assert counted_by_day(reading, "cases_reported", root, first, last) == [1, 1, 0]
    assert closed_by_day(reading, root, first, last).tolist() == [0, 1, 0], "what was reopened is closed no more"
