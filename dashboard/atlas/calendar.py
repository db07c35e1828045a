"""The working days of a city: mainland China, any country or part of one, plain weekdays, or a file of its own.

What a government publishes for each year (make-up workdays in China) is known until the end of the last year that
the package knows; behind it what the law fixes goes on to hold, and deadlines that reach there say so.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import msgspec

from dashboard.atlas.toml import tables_of
from dashboard.domain.rules.calendar import FIRST_YEAR, LAST_YEAR, WEEKEND, DayName, WorkCalendar
from dashboard.errors import SettingsError, UnreadableFile
from dashboard.settings import Settings

_SETTING = "GRIDWALL_CALENDAR"
_MADE_UP = DayName("调休上班", "Make-up workday")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


class Days(msgspec.Struct, frozen=True):
    """Which days differ from their weekday, and until when that is known; None = for all years."""

    off: dict[dt.date, DayName] = {}
    worked: dict[dt.date, DayName] = {}
    known_until: dt.date | None = None
    weekend: frozenset[int] = WEEKEND


def work_calendar(settings: Settings) -> WorkCalendar:
    """Returns the calendar that the settings describe.

    Raises:
        SettingsError: the office hours cannot be read, or there is no such calendar.
    """
    office, found = office_hours(settings.office_hours), days_of(settings.calendar)
    return WorkCalendar(settings.timezone, office, found.off, found.worked, found.known_until, found.weekend)


def days_of(name: str) -> Days:
    """Returns the days of what GRIDWALL_CALENDAR names; raises SettingsError for what is none."""
    if name == "weekdays":
        return Days()
    if name == "china":
        return _china()
    if name.lower().endswith(".toml"):
        return own(Path(name))
    return country(name)


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


def _china() -> Days:
    """Returns what is published, and for later years the days that the law fixes, without those moved to weekdays."""
    off, worked, known_until = mainland()
    by_law = country("CN", "zh_CN").off
    later = {
        date: label for date, label in by_law.items() if date > known_until and not label.name_en.endswith("(observed)")
    }
    return Days(off | later, worked, known_until)


def country(name: str, language: str | None = None) -> Days:
    """Returns the days off of a country or of a part of it, by its laws; raises SettingsError when there is none."""
    code, _, part = name.upper().partition("-")
    local = _holidays(name, code, part, language)
    english = _holidays(name, code, part, "en_US") if "en_US" in local.supported_languages else local
    off = {date: DayName(label, english.get(date) or label) for date, label in local.items()}
    worked = dict.fromkeys(local.weekend_workdays, _MADE_UP)
    guessed = {date.year for date, label in off.items() if "estimated" in label.name_en}  # by a moon not yet seen
    known_until = dt.date(max({date.year for date in off} - guessed), 12, 31) if guessed else None
    return Days(off, worked, known_until, frozenset(local.weekend))


def _holidays(name: str, code: str, part: str, language: str | None) -> Any:
    import holidays  # loaded only where it is wanted

    known = holidays.list_supported_countries()
    if code not in known:
        raise SettingsError(
            _SETTING,
            f"{name!r} is not china, weekdays, a country such as US or US-IL (ISO 3166), or a *.toml file",
        )
    if part and part not in known[code]:
        parts = ", ".join(known[code]) or "none"
        raise SettingsError(_SETTING, f"{code} has no part {part!r}; there are: {parts[:300]}")
    years = range(FIRST_YEAR, LAST_YEAR)
    language = language or holidays.country_holidays(code).default_language  # not that of the machine
    return holidays.country_holidays(code, subdiv=part or None, years=years, language=language)


def own(path: Path) -> Days:
    """Returns the days of a file: `base` (weekdays unless it is given) changed by its lists `off` and `work`.

    `known_until` says until when it is complete: else until the end of its last year, or as long as its base.

    Raises:
        SettingsError: it cannot be read, or says something else.
    """
    given = _read(path)
    base, off, work = _base(path, given), _dates(path, given, "off"), _dates(path, given, "work")
    if both := set(off) & set(work):
        raise SettingsError(_SETTING, f"{path}: {min(both)} is both off and work")
    known_until = base.known_until
    if "known_until" in given:
        known_until = _date(path, "known_until", given["known_until"])
    elif base == Days() and (off or work):
        known_until = dt.date(max([*off, *work]).year, 12, 31)
    days_off = {date: label for date, label in base.off.items() if date not in work}
    worked = {date: label for date, label in base.worked.items() if date not in off}
    days_off |= dict.fromkeys(off, DayName("休息日", "Day off"))
    return Days(days_off, worked | dict.fromkeys(work, _MADE_UP), known_until, base.weekend)


def _read(path: Path) -> dict[str, Any]:
    try:
        given = tables_of(path)
    except UnreadableFile as error:
        raise SettingsError(_SETTING, f"{path} cannot be read: {error.reason}") from None
    if unknown := given.keys() - {"base", "off", "work", "known_until"}:
        raise SettingsError(_SETTING, f"{path}: {min(unknown)!r} is not base, off, work or known_until")
    return given


def _base(path: Path, given: dict[str, Any]) -> Days:
    name = given.get("base", "weekdays")
    if not isinstance(name, str) or name.lower().endswith(".toml"):
        raise SettingsError(_SETTING, f"{path}: base is china, weekdays, or a country such as US-IL")
    return days_of(name)


def _dates(path: Path, given: dict[str, Any], name: str) -> list[dt.date]:
    dates = given.get(name, [])
    if not isinstance(dates, list):
        raise SettingsError(_SETTING, f"{path}: {name} is a list of dates such as [2026-12-24, 2026-12-31]")
    return [_date(path, name, date) for date in dates]


def _date(path: Path, name: str, value: Any) -> dt.date:
    """Returns a date that TOML gives as one or as a text."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise SettingsError(_SETTING, f"{path}: {value!r} in {name} is not a date such as 2026-12-24") from None
