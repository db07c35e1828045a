"""Work time passes in office hours of working days only; a column is computed like its single values."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from dashboard.domain.rules.calendar import DayName, WorkCalendar, weekdays

HOLIDAY, MADE_UP = dt.date(2026, 11, 25), dt.date(2026, 11, 28)  # a Wednesday off, a Saturday worked instead
NAME = DayName("假", "Holiday")
CITY = WorkCalendar("Asia/Shanghai", off={HOLIDAY: NAME}, worked={MADE_UP: NAME}, known_until=dt.date(2026, 12, 31))


def at(text: str) -> float:
    return dt.datetime.fromisoformat(f"2026-{text}:00+08:00").timestamp()


def test_days_off_are_not_worked_and_made_up_weekends_are() -> None:
    assert [CITY.works_on(dt.date(2026, 11, day)) for day in range(23, 30)] == [
        True,
        True,
        False,
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("start", "stop", "hours"),
    [
        ("11-24 08:30", "11-24 17:30", 7.0),
        ("11-24 11:00", "11-24 15:00", 2.0),  # around the lunch break
        ("11-24 17:30", "11-26 08:30", 0.0),  # a night, the holiday, a night
        ("11-27 17:00", "11-30 09:00", 8.0),  # over the weekend of which the Saturday is worked
    ],
)
def test_work_time_between_two_instants(start: str, stop: str, hours: float) -> None:
    assert CITY.worked_s(at(start), at(stop)) == hours * 3600


def test_a_full_day_ends_at_the_end_of_a_day_and_not_on_the_next_morning() -> None:
    assert CITY.after(at("11-24 08:30"), CITY.day_s) == at("11-24 17:30")
    assert CITY.after(at("11-24 20:00"), CITY.day_s) == at("11-26 17:30")
    assert CITY.opens_at(at("11-24 20:00")) == at("11-26 08:30")
    assert CITY.opens_at(at("11-24 09:00")) == at("11-24 09:00")


def test_a_column_is_computed_like_its_values() -> None:
    starts = np.array([at("11-24 08:30"), at("11-25 10:00"), at("11-29 23:59"), at("11-26 12:30")])
    works = np.array([0.0, 3600.0, 7 * 3600.0, 100 * 3600.0])
    assert CITY.all_after(starts, works).tolist() == [CITY.after(*pair) for pair in zip(starts, works, strict=True)]


def test_a_span_tells_what_the_calendar_did_and_where_its_knowledge_ends() -> None:
    span = CITY.span(at("11-24 10:00"), at("11-30 10:00"))
    assert ([day.date for day in span.off], [day.date for day in span.worked], span.weekends) == (
        [HOLIDAY],
        [MADE_UP],
        1,
    )
    assert span.known_until is None
    assert CITY.span(at("12-30 10:00"), at("12-31 10:00") + 86_400.0).known_until == dt.date(2026, 12, 31)


def test_plain_weekdays_know_no_holiday() -> None:
    assert weekdays("Asia/Shanghai").works_on(HOLIDAY)
    assert weekdays("Asia/Shanghai").hours() == ["08:30-12:00", "14:00-17:30"]
