"""A reading is one moment: each thing in it is computed once, and instants and places read the same everywhere."""

from __future__ import annotations

import datetime as dt

import numpy as np

from dashboard.domain.reading.moment import Reading, instant, place_of
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, state, step, tree


def test_instant_is_utc_with_milliseconds() -> None:
    assert instant(NOON) == "2026-11-22T04:00:00.000Z"
    assert dt.datetime.fromisoformat(instant(NOON + 0.25)).timestamp() == NOON + 0.25


def test_grid_is_called_by_its_community_too_and_names_fall_back() -> None:
    areas = tree()
    assert place_of(areas, "420502") == {"name": "西陵区", "name_en": "Xiling"}
    assert place_of(areas, GRIDS[0]) == {"name": "甲社区 001", "name_en": "甲社区 001"}
    assert place_of(areas, "nowhere") is None
    assert place_of(areas, None) is None


def test_what_was_read_stays_what_it_was() -> None:
    city = state()
    fold(city, [reported("C-1", NOON - DAY)])
    reading = Reading(city, NOON)
    rates, silent = reading.rates, reading.silent
    assert reading.rates is rates
    assert reading.silent is silent
    assert reading.today == city.days.day(NOON)


def test_area_has_its_own_cases_and_counts() -> None:
    city = state()
    steps = [step("closed", "C-1", NOON - 60), step("closed", "C-2", NOON - DAY)]
    fold(city, [reported("C-1", NOON - DAY), reported("C-2", NOON - 2 * DAY, grid=GRIDS[3]), *steps])
    reading, district = Reading(city, NOON), city.tree.by_code["420503"]
    assert [reading.case_id(index) for index in np.flatnonzero(reading.within(district))] == ["C-2"]
    assert [reading.closed_on(city.tree.root, ago) for ago in (0, 1, 2)] == [1, 1, 0]
    assert [reading.closed_on(district, ago) for ago in (0, 1, 2)] == [0, 1, 0]
    assert reading.counted("cases_reported", district, 2) == 1


def test_day_begins_at_midnight_in_the_city() -> None:
    city = state()
    fold(city, [event("population.birth", {"sex": "f", "occurred_on": "2026-11-22"})])
    counted = [Reading(city, at).counted("births", city.tree.root) for at in (NOON + DAY / 2 - 1, NOON + DAY / 2)]
    assert counted == [1, 0]
