"""The calendar of a city comes from its settings: hours as they are written, mainland days from a package."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dashboard.atlas.calendar import Days, days_of, mainland, office_hours, work_calendar
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


@pytest.mark.parametrize(
    ("name", "date", "works"),
    [
        ("US", "2026-07-03", False),  # the Fourth is a Saturday, so the day before is off
        ("US-IL", "2026-02-12", False),  # Lincoln's birthday, in Illinois only
        ("US", "2026-02-12", True),
        ("us-il", "2099-02-12", False),  # by law, in any year
        ("DE-BY", "2026-01-06", False),
        ("DE", "2026-01-06", True),
        ("SA", "2026-11-27", False),  # a Friday: the weekend is another one
        ("SA", "2026-11-29", True),  # a Sunday
        ("china", "2026-10-01", False),
        ("china", "2040-10-01", False),  # not published yet, but fixed by law
        ("china", "2040-10-04", True),
        ("weekdays", "2026-10-01", True),
    ],
)
def test_any_country_has_its_days_off(name: str, date: str, works: bool) -> None:
    calendar = work_calendar(load_settings(calendar=name))
    assert calendar.works_on(dt.date.fromisoformat(date)) is works


def test_days_off_have_names_in_the_languages_that_there_are() -> None:
    found = days_of("DE-BY").off[dt.date(2026, 1, 6)]
    assert (found.name, found.name_en) == ("Heilige Drei Könige", "Epiphany")
    assert days_of("US").known_until is None
    moon = days_of("AE").known_until
    assert moon is not None
    assert moon.year >= 2026


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("XX", "a country such as US or US-IL"),
        ("", "a country such as US or US-IL"),
        ("US-ZZ", "US has no part 'ZZ'; there are: AK, AL, "),
        ("nowhere.toml", "nowhere.toml cannot be read"),
    ],
)
def test_what_is_no_calendar_is_refused_with_what_there_is(name: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        days_of(name)
    assert refused.value.name == "GRIDWALL_CALENDAR"


def test_a_file_changes_its_base(tmp_path: Path) -> None:
    path = tmp_path / "days.toml"
    path.write_text('base = "US-IL"\noff = [2026-12-24, "2026-12-31"]\nwork = [2026-11-28, 2026-12-25]\n', "utf-8")
    calendar = work_calendar(load_settings(calendar=str(path)))
    days = {day: calendar.works_on(dt.date(2026, *day)) for day in ((12, 24), (12, 31), (11, 28), (12, 25), (2, 12))}
    assert days == {(12, 24): False, (12, 31): False, (11, 28): True, (12, 25): True, (2, 12): False}


def test_a_file_alone_is_known_until_the_end_of_its_last_year(tmp_path: Path) -> None:
    path = tmp_path / "days.toml"
    path.write_text("off = [2026-12-24]\n", "utf-8")
    assert days_of(str(path)).known_until == dt.date(2026, 12, 31)
    path.write_text("off = [2026-12-24]\nknown_until = 2030-06-30\n", "utf-8")
    assert days_of(str(path)).known_until == dt.date(2030, 6, 30)
    path.write_text("", "utf-8")
    assert days_of(str(path)) == Days()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("off = 2026-12-24", "off is a list of dates"),
        ("off = [20261224]", "20261224 in off is not a date"),
        ('work = ["24.12.2026"]', "'24.12.2026' in work is not a date"),
        ("off = [2026-12-24T08:00:00]", "in off is not a date"),
        ("off = [2026-12-24]\nwork = [2026-12-24]", "2026-12-24 is both off and work"),
        ("holidays = []", "'holidays' is not base, off, work or known_until"),
        ('base = "other.toml"', "base is china, weekdays, or a country"),
        ('base = "ZZ"', "a country such as US or US-IL"),
        ("off = [", "cannot be read"),
    ],
)
def test_a_file_that_makes_no_sense_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "days.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=said):
        days_of(str(path))
