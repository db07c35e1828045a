"""The state of a city: made of its areas and rules alone, and every count is written down where it lies."""

from __future__ import annotations

from dashboard.domain.state.people import COUNTER_CODES
from tests.support.making import packed, state


def test_a_new_city_is_empty_but_for_who_lives_there() -> None:
    city = state()
    assert (city.reports, city.watermark, city.positions, len(city.cases.rows)) == (0, 0.0, {}, 0)
    assert city.people.ages.sum() == city.tree.ages.sum() > 0
    assert city.homes.shown(0, 4)["dwellings"]["untold"] == city.tree.dwellings.sum() > 0


def test_two_cities_of_the_same_areas_and_rules_are_the_same_and_share_nothing() -> None:
    one, other = state(), state()
    assert packed(one) == packed(other)
    one.people.add(0, "f", 30, 1)
    assert packed(one) != packed(other)


def test_a_count_is_in_the_counter_and_in_the_journal_and_can_be_taken_back() -> None:
    city, births = state(), COUNTER_CODES["births"]
    city.count(births, 20_000, 2, 1, 0, 5_000, 1)
    assert city.counters.day("births", 20_000).tolist() == [0, 0, 1, 0]
    assert [entry.stream_id for entry in city.journal.counted(births, 20_000, 20_000, 0, 4)] == ["5000-1"]
    city.count(births, 20_000, 2, -1, 0, 5_000, 1)
    assert city.counters.day("births", 20_000).sum() == 0
    assert city.journal.counted(births, 20_000, 20_000, 0, 4) == []
