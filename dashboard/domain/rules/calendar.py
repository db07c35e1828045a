"""Work time: office hours on the working days of a calendar, with holidays and weekend days that are worked instead.

Kept as a sorted list of office intervals in epoch seconds, with the work time before each, so
that both questions (how much work time lies between two instants, and when so much of it has
passed) are a binary search. Outside of `FIRST_YEAR` to `LAST_YEAR` no work time passes.
"""

from __future__ import annotations

import datetime as dt
import functools
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.cells import cells
from dashboard.domain.rules.days import CityDays
from dashboard.domain.rules.limits import CALENDAR_UNIT_S, HOUR_S, Limit

FIRST_YEAR, LAST_YEAR = 2000, 2100
WEEKEND = frozenset((5, 6))  # numbers of weekdays, Monday = 0
DAY_MINUTES = 1440
MINUTE_S = 60.0

Minutes = tuple[int, int]
Floats = npt.NDArray[np.float64]


class DayName(msgspec.Struct, frozen=True):
    """Why a day is off or worked, in both languages."""

    name: str
    name_en: str


class SpecialDay(msgspec.Struct, frozen=True):
    """A day that differs from its weekday."""

    date: dt.date
    label: DayName


class Span(msgspec.Struct, frozen=True):
    """What the calendar did between two instants.

    Attributes:
        off: holidays on weekdays, and weekend days that belong to a holiday.
        worked: weekend days that were worked instead.
        weekends: how many ordinary weekend days.
        known_until: the last day that the calendar knows, when the span goes beyond it.
    """

    off: tuple[SpecialDay, ...]
    worked: tuple[SpecialDay, ...]
    weekends: int
    known_until: dt.date | None


class WorkCalendar:
    """Office hours in one time zone.

    Attributes:
        office: from and to, in minutes of a local day.
        day_s: work time of one working day, in seconds.
    """

    def __init__(
        self,
        timezone: str,
        office: tuple[Minutes, ...] = ((510, 720), (840, 1050)),
        off: Mapping[dt.date, DayName] | None = None,
        worked: Mapping[dt.date, DayName] | None = None,
        known_until: dt.date | None = None,
        weekend: frozenset[int] = WEEKEND,
    ) -> None:
        self.office = office
        self.day_s = sum(stop - start for start, stop in office) * MINUTE_S
        self._days = CityDays(timezone)
        self._zone = ZoneInfo(timezone)
        self._weekend = weekend
        self._off, self._worked, self._known_until = dict(off or {}), dict(worked or {}), known_until
        starts, stops = self._intervals()
        self._starts_array, self._ends_array = starts, stops
        self._after_array = np.cumsum(stops - starts)
        self._before_array = self._after_array - (stops - starts)
        self._starts, self._ends = cells(starts), cells(stops)
        self._before, self._after = cells(self._before_array), cells(self._after_array)
        self._shortest_s = max(float((stops - starts).min()), 1e-6)  # a change of the clock can leave nothing of one
        self._last_place = 0

    def works_on(self, date: dt.date) -> bool:
        """Says whether a day is a working day."""
        if date in self._off:
            return False
        return date in self._worked or date.weekday() not in self._weekend

    def _intervals(self) -> tuple[Floats, Floats]:
        """Returns start and end of every office interval, in order."""
        first = CityDays.number(dt.date(FIRST_YEAR, 1, 1))
        last = CityDays.number(dt.date(LAST_YEAR, 1, 1))
        numbers = np.arange(first, last)
        working = ~np.isin((numbers + 3) % 7, list(self._weekend))  # 1970-01-01 was a Thursday
        for dates, value in ((self._worked, True), (self._off, False)):
            for date in dates:
                if first <= CityDays.number(date) < last:
                    working[CityDays.number(date) - first] = value
        midnights = np.array([self._days.start(day) for day in range(first, last + 1)])
        even = np.diff(midnights) == DAY_MINUTES * MINUTE_S
        edges = np.array(self.office, np.float64).reshape(-1, 2) * MINUTE_S
        grid = midnights[:-1, None, None] + edges[None, :, :]
        for place in np.flatnonzero(working & ~even).tolist():  # the clock is changed on this day
            grid[place] = [[self._moment(first + place, minute) for minute in pair] for pair in self.office]
        chosen = grid[working].reshape(-1, 2)
        return np.ascontiguousarray(chosen[:, 0]), np.ascontiguousarray(chosen[:, 1])

    def _moment(self, day: int, minute: int) -> float:
        date = CityDays.date(day + minute // DAY_MINUTES)
        local = dt.datetime(date.year, date.month, date.day, minute % DAY_MINUTES // 60, minute % 60, tzinfo=self._zone)
        return local.timestamp()

    def worked_until(self, at_s: float) -> float:
        """Returns the work time from the beginning of the calendar to an instant, in seconds."""
        place = self._place(at_s)
        if place < 0:
            return 0.0
        return float(self._before[place] + min(at_s, self._ends[place]) - self._starts[place])

    def _place(self, at_s: float) -> int:
        """Returns the office interval that has begun last, -1 before the first; mostly that of the question before."""
        place = self._last_place
        if not self._starts[place] <= at_s < self._starts[place + 1]:
            place = bisect_right(self._starts, at_s) - 1
            self._last_place = min(max(place, 0), len(self._starts) - 2)
        return place

    def worked_s(self, start_s: float, stop_s: float) -> float:
        """Returns the work time between two instants, in seconds."""
        return self.worked_until(stop_s) - self.worked_until(start_s)

    def after(self, at_s: float, work_s: float) -> float:
        """Returns the instant at which so much work time has passed: the end of a day rather than the next morning."""
        wanted, last = self.worked_until(at_s) + work_s, len(self._after) - 1
        first = min(max(self._place(at_s), 0), last)
        beyond = min(first + int(work_s / self._shortest_s) + 2, last + 1)  # each interval adds at least the shortest
        place = min(bisect_left(self._after, wanted, first, beyond), last)
        return float(max(at_s, self._starts[place] + wanted - self._before[place]))

    def work_s(self, limit: Limit) -> float:
        """Returns the length of a limit in work units, in seconds of work time."""
        return limit.amount * (HOUR_S if limit.unit == "work_hour" else self.day_s)

    def end_of(self, limit: Limit, at_s: float) -> float:
        """Returns when a limit ends that began at an instant and was never paused."""
        if limit.unit in CALENDAR_UNIT_S:
            return at_s + limit.amount * CALENDAR_UNIT_S[limit.unit]
        return self.after(at_s, self.work_s(limit))

    def all_after(self, at_s: Floats, work_s: Floats) -> Floats:
        """Returns `after` for whole columns, float64 [n]."""
        place = np.searchsorted(self._starts_array, at_s, side="right") - 1
        known = np.maximum(place, 0)
        inside = np.minimum(at_s, self._ends_array[known]) - self._starts_array[known]
        wanted = np.where(place < 0, 0.0, self._before_array[known] + inside) + work_s
        target = np.minimum(np.searchsorted(self._after_array, wanted, side="left"), len(self._after_array) - 1)
        due: Floats = np.maximum(at_s, self._starts_array[target] + wanted - self._before_array[target])
        return due

    def opens_at(self, at_s: float) -> float:
        """Returns when the clock begins to run for what happens at an instant: then, or at the next opening."""
        place = bisect_right(self._starts, at_s) - 1
        if place >= 0 and at_s < self._ends[place]:
            return at_s
        return float(self._starts[min(place + 1, len(self._starts) - 1)])

    def span(self, start_s: float, stop_s: float) -> Span:
        """Returns what the calendar did from the day of one instant to the day of another."""
        off, worked, weekends = [], [], 0
        first, last = self._days.day(start_s), min(self._days.day(stop_s), self._days.day(start_s) + 1500)
        for day in range(first, last + 1):
            date = CityDays.date(day)
            if date in self._off:
                off.append(SpecialDay(date, self._off[date]))
            elif date in self._worked:
                worked.append(SpecialDay(date, self._worked[date]))
            elif date.weekday() in self._weekend:
                weekends += 1
        beyond = self._known_until is not None and CityDays.date(last) > self._known_until
        return Span(tuple(off), tuple(worked), weekends, self._known_until if beyond else None)

    def hours(self) -> list[str]:
        """Returns the office hours as texts such as `08:30-12:00`."""
        return [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in self.office]


@functools.cache
def weekdays(timezone: str) -> WorkCalendar:
    """Returns a calendar without holidays, Monday to Friday at the usual hours."""
    return WorkCalendar(timezone)
