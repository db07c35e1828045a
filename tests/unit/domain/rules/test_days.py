"""Days are cut in the city's own time zone, also where the clock is changed."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.domain.rules.days import CityDays


def _at(text: str) -> float:
    return dt.datetime.fromisoformat(text).timestamp()


def test_a_day_begins_at_local_midnight() -> None:
    days = CityDays("Asia/Shanghai")
    day = days.number(dt.date(2026, 11, 25))
    assert days.day(_at("2026-11-24T23:59:59.999+08:00")) == day - 1
    assert days.day(_at("2026-11-25T00:00:00+08:00")) == day
    assert days.start(day) == _at("2026-11-25T00:00:00+08:00")
    assert days.date(day) == dt.date(2026, 11, 25)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_each_day_of_a_year_holds_exactly_what_lies_between_two_midnights(zone: str) -> None:
    days = CityDays(zone)
    first = days.number(dt.date(2026, 1, 1))
    for day in range(first, first + 366):
        start, stop = days.start(day), days.start(day + 1)
        assert 23 * 3600 <= stop - start <= 25 * 3600
        assert [days.day(at) for at in (start, start + 7200.5, stop - 0.001)] == [day] * 3


def test_numbers_count_from_the_epoch() -> None:
    assert CityDays.number(dt.date(1970, 1, 1)) == 0
    assert CityDays.date(-1) == dt.date(1969, 12, 31)
