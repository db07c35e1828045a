"""What is done when a minute or a day is over: early steps are given up, ended cases leave, nothing per report."""

from __future__ import annotations

from dashboard.domain.reading.moment import instant
from dashboard.domain.state.door import Door
from dashboard.domain.state.horizon import Horizon
from dashboard.domain.state.turns import advance, plan_turn
from tests.support.making import DAY, NOON, fold, fold_one, reported, state, step

NOON_MS = int(NOON * 1000)


def test_an_early_step_is_given_up_when_its_time_is_over() -> None:
    city = state(hold_s=100.0)
    door = Door(city)
    assert fold_one(door, step("closed", "C-1", NOON), b"%d-0" % NOON_MS).outcome == "held"
    assert fold_one(door, reported("C-2"), b"%d-0" % (NOON_MS + 99_000)).dead == []
    [letter] = fold_one(door, reported("C-3"), b"%d-0" % (NOON_MS + 100_000)).dead
    assert (letter.position, letter.field) == (b"%d-0" % NOON_MS, "data.case")
    assert (city.reports, city.dead_letters, city.early.count) == (2, 1, 0)


def test_the_span_of_times_that_count_moves_on_with_arrivals() -> None:
    city = state(horizon=Horizon())
    fold(city, [reported("C-1")])
    first = city.span
    fold(city, [reported("C-2", at=NOON + DAY)], first_ms=NOON_MS + int(DAY * 1000))
    assert city.span[0] - first[0] == DAY


def test_the_next_turn_comes_within_a_minute_or_when_something_is_due() -> None:
    city = state(hold_s=30.0)
    plan_turn(city, NOON_MS)
    assert city.next_turn == b"%d" % (NOON_MS + 60_000)
    fold(city, [step("closed", "C-1", NOON)])
    assert city.next_turn == b"%d" % (NOON_MS + 30_000)


def test_cases_that_ended_long_ago_leave_once_a_day_and_the_line_is_a_days_start() -> None:
    city = state(case_days=10)
    soon = instant(NOON + 120.0)
    fold(city, [reported("C-1", due=soon), step("closed", "C-1", NOON + 60.0), reported("C-2")])
    advance(city, NOON + 10 * DAY)
    assert city.ended == [], "the tenth day has not ended yet"
    advance(city, NOON + 11 * DAY)
    [ended] = city.ended
    assert ended.ids == ["C-1"]
    assert ended.before_s % DAY == 0
    assert list(city.cases.rows) == ["C-2"], "what is open stays"
    assert city.watermark == NOON + 11 * DAY
