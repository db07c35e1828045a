"""How far the time of a report may lie from its arrival."""

from __future__ import annotations

from dashboard.domain.state.horizon import DAY_S, YEAR_2000_S, YEAR_2100_S, Horizon
from tests.support.making import NOON


def test_in_real_time_a_report_lies_around_its_arrival() -> None:
    assert Horizon().span(NOON) == (NOON - 400 * DAY_S, NOON + DAY_S)
    assert Horizon(10.0, 5.0).span(NOON) == (NOON - 10.0, NOON + 5.0)


def test_with_a_shifted_clock_any_time_of_the_century_counts() -> None:
    assert Horizon(None, None).span(NOON) == (YEAR_2000_S, YEAR_2100_S)


def test_no_time_lies_outside_of_the_century() -> None:
    assert Horizon().span(YEAR_2000_S) == (YEAR_2000_S, YEAR_2000_S + DAY_S)
    assert Horizon().span(YEAR_2100_S)[1] == YEAR_2100_S
