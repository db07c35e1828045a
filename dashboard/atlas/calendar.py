"""The working days of a city: mainland holidays and make-up workdays from a package that is kept up to date."""

from __future__ import annotations

import datetime as dt
import re

from dashboard.domain.rules.calendar import DayName, WorkCalendar
from dashboard.errors import SettingsError
from dashboard.settings import Settings

_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def work_calendar(settings: Settings) -> WorkCalendar:
    """Returns the calendar that the settings describe.

    Raises:
        SettingsError: the office hours cannot be read.
    """
    office = office_hours(settings.office_hours)
    if settings.calendar == "weekdays":
        return WorkCalendar(settings.timezone, office)
    off, worked, known_until = mainland()
    return WorkCalendar(settings.timezone, office, off, worked, known_until)


def office_hours(text: str) -> tuple[tuple[int, int], ...]:
    """Returns hours such as `08:30-12:00,14:00-17:30` in minutes of the day; raises SettingsError."""
    found: list[tuple[int, int]] = []
    for part in text.split(","):
        match = _HOURS.fullmatch(part.strip())
        if match is None:
            raise SettingsError("GRIDWALL_OFFICE_HOURS", f"{part.strip()!r} is not hours such as 08:30-12:00")
        one, two, three, four = map(int, match.groups())
        start, stop = one * 60 + two, three * 60 + four
        if two > 59 or four > 59 or not (found[-1][1] if found else 0) <= start < stop <= 1440:
            raise SettingsError("GRIDWALL_OFFICE_HOURS", f"{part.strip()!r} is not later than what is before it")
        found.append((start, stop))
    return tuple(found)


def mainland() -> tuple[dict[dt.date, DayName], dict[dt.date, DayName], dt.date]:
    """Returns days off, weekend days that are worked, and the last day that the package knows."""
    from chinese_calendar import constants  # loaded only where it is wanted

    names = {holiday.value: DayName(holiday.chinese, holiday.value) for holiday in constants.Holiday}
    off = {date: names[name] for date, name in constants.holidays.items()}
    worked = {date: names[name] for date, name in constants.workdays.items()}
    return off, worked, dt.date(max(off).year, 12, 31)
