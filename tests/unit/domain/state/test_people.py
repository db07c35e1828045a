"""Who lives where, and what was counted on each day: sums hold whatever is forgotten."""

from __future__ import annotations

import msgspec
import pytest

from dashboard.domain.state.people import COUNTER_CODES, DayCounters, People
from tests.support.making import tree

BIRTHS, DEATHS = COUNTER_CODES["births"], COUNTER_CODES["deaths"]


@pytest.mark.parametrize(("age", "band"), [(0, 0), (4, 0), (5, 1), (84, 16), (85, 17), (120, 17)])
def test_people_are_kept_by_sex_and_five_year_band(age: int, band: int) -> None:
    people, before = People(tree()), tree().ages
    people.add(2, "f", age, 1)
    changed = (people.ages - before).nonzero()
    assert [places.tolist() for places in changed] == [[2], [1], [band]]


def test_counts_are_kept_per_day_and_grid() -> None:
    counters = DayCounters(3, 400)
    counters.add(BIRTHS, 100, 1)
    counters.add(BIRTHS, 101, 1, 2)
    counters.add(DEATHS, 100, 1)
    assert counters.day("births", 100).tolist() == [0, 1, 0]
    assert counters.day("births", 99).tolist() == [0, 0, 0]
    assert counters.window("births", 100, 101).tolist() == [0, 3, 0]


def test_a_day_that_is_kept_no_longer_stays_in_the_sum() -> None:
    counters = DayCounters(2, keep_days=10)
    for day in range(100, 130):  # more than fit into the first rows, and more than are kept
        counters.add(BIRTHS, day, 0)
    assert len(counters.rows) == 10
    assert counters.window("births", 0, 999).tolist() == [10, 0]
    assert counters.forgotten[BIRTHS].tolist() == [20, 0]


def test_what_is_older_than_all_that_is_kept_counts_into_the_oldest_day() -> None:
    counters = DayCounters(1, keep_days=2)
    for day in (100, 101, 50):
        counters.add(BIRTHS, day, 0)
    assert counters.day("births", 100).tolist() == [2]
    assert counters.day("births", 50).tolist() == [0]


def test_loaded_copies_go_on_counting_on_their_own() -> None:
    counters, people = DayCounters(2, 40), People(tree())
    for day in range(100, 120):
        counters.add(BIRTHS, day, 1)
    people.add(0, "m", 30, 1)
    again = DayCounters.load(msgspec.msgpack.decode(msgspec.msgpack.encode(counters.dump()), strict=False), 2)
    moved = People(tree())
    moved.load(people.dump())
    again.add(BIRTHS, 119, 1)
    moved.add(0, "m", 30, 1)
    assert again.window("births", 0, 999).tolist() == [0, 21]
    assert counters.window("births", 0, 999).tolist() == [0, 20]
    assert moved.ages.sum() - people.ages.sum() == 1
