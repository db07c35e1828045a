"""The calendar of a city comes from its settings: hours as they are written, mainland days from a package."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.atlas.calendar import mainland, office_hours, work_calendar
from dashboard.errors import SettingsError
from dashboard.settings import load_settings

NATIONAL_DAY = dt.date(2026, 10, 1)


def test_hours_are_minutes_of_the_day() -> None:
    assert office_hours("08:30-12:00,14:00-17:30") == ((510, 720), (840, 1050))
    assert office_hours(" 0:00-24:00 ") == ((0, 1440),)


@pytest.mark.parametrize(
    "text", ["", "noon", "8-12", "09:00-09:00", "09:60-10:00", "09:00-24:01", "10:00-12:00,11:00-13:00"]
)
def test_hours_that_make_no_sense_are_named_with_their_setting(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        office_hours(text)
    assert refused.value.name == "GRIDWALL_OFFICE_HOURS"


def test_the_settings_choose_between_mainland_and_plain_weekdays() -> None:
    plain = work_calendar(load_settings(calendar="weekdays", office_hours="09:00-17:00"))
    assert plain.hours() == ["09:00-17:00"]
    assert plain.works_on(NATIONAL_DAY)
    assert not work_calendar(load_settings()).works_on(NATIONAL_DAY)


def test_mainland_has_days_off_and_weekends_that_are_worked() -> None:
    off, worked, known_until = mainland()
    assert off[NATIONAL_DAY].name_en == "National Day"
    assert off[NATIONAL_DAY].name
    assert {day.weekday() for day in worked} <= {5, 6}
    assert not off.keys() & worked.keys()
    assert known_until == dt.date(max(off).year, 12, 31)
