"""What is done when a minute or a day is over: early steps are given up, ended cases leave, nothing per report."""

from __future__ import annotations

from dashboard.domain.reading.moment import instant
from dashboard.domain.state.door import Door
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


def test_what_was_given_up_may_come_again_and_then_counts() -> None:
    city = state(hold_s=100.0)
    door, closing = Door(city), step("closed", "C-1", NOON + 50)
    assert fold_one(door, closing, b"%d-0" % NOON_MS).outcome == "held"
    assert fold_one(door, closing, b"%d-1" % NOON_MS).outcome == "duplicate", "while it waits it is known"
    fold_one(door, reported("C-1"), b"%d-0" % (NOON_MS + 100_000))
    assert city.cases.columns["closed_at"][city.cases.rows["C-1"]] == 0.0, "it was given up in the same moment"
    assert fold_one(door, closing, b"%d-0" % (NOON_MS + 101_000)).outcome == "applied"
    assert city.cases.columns["closed_at"][city.cases.rows["C-1"]] == NOON + 50
    assert (city.reports, city.duplicates, city.dead_letters) == (2, 1, 1)


def test_closings_wait_in_any_number_for_their_reports() -> None:
    """12,000 closings first, their reports 65 s later."""
    city, count = state(), 12_000
    door = Door(city)
    closings = [[b"%d-%d" % (NOON_MS, n), [b"event", step("closed", f"C-{n}", NOON + 60)]] for n in range(count)]
    reports = [[b"%d-%d" % (NOON_MS + 65_000, n), [b"event", reported(f"C-{n}")]] for n in range(count)]
    dead = door.fold(closings, 0, set()) + door.fold(reports, 0, set())
    assert dead == []
    assert int((city.cases.columns["closed_at"] > 0.0).sum()) == count
    assert (city.early.count, city.reports) == (0, 2 * count)


def test_what_has_no_room_gives_way_to_what_comes_and_may_come_again() -> None:
    city = state(hold_bytes=2 * 750)
    door = Door(city)
    steps = [step("closed", f"C-{n}", NOON) for n in range(4)]
    letters = [fold_one(door, raw, b"%d-0" % (NOON_MS + n)).dead for n, raw in enumerate(steps)]
    assert [len(one) for one in letters] == [0, 0, 0, 1], "the oldest one leaves when the next entry comes"
    assert fold_one(door, reported("C-0"), b"%d-0" % (NOON_MS + 9)).dead[0].position == b"%d-0" % (NOON_MS + 1)
    assert fold_one(door, steps[0], b"%d-0" % (NOON_MS + 10)).outcome == "applied"


def test_the_next_turn_comes_within_a_minute_or_when_something_is_due() -> None:
    city = state(hold_s=30.0)
    plan_turn(city, NOON_MS, 0)
    assert city.next_turns[0] == b"%d" % (NOON_MS + 60_000)
    fold(city, [step("closed", "C-1", NOON)])
    assert city.next_turns[0] == b"%d" % (NOON_MS + 30_000)


def test_each_shard_has_turns_of_its_own() -> None:
    city = state(hold_s=30.0)
    door = Door(city)
    fold_one(door, step("closed", "C-1", NOON), b"%d-0" % NOON_MS, 0)
    assert fold_one(door, reported("C-2"), b"%d-0" % (NOON_MS + 90_000_000), 1).dead == [], "read ahead of the other"
    assert fold_one(door, reported("C-1"), b"%d-0" % (NOON_MS + 20_000), 0).outcome == "applied"
    assert city.early.count == 0


def test_next_to_ids_of_other_lengths_each_entry_is_a_turn() -> None:
    city = state()
    plan_turn(city, 1, 0)
    assert city.next_turns[0] == b""


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
