"""Residents are kept account of: whoever comes is there, whoever goes was there."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.domain.rules.areas import AreaRecord, build_tree
from simulator.life.residents import BANDS, Residents
from simulator.place.places import Places

FEW, NONE = [3] * BANDS, [0] * BANDS


@pytest.fixture
def places() -> Places:
    city = [AreaRecord("c", "city", "C")]
    grids = [AreaRecord(f"g{n}", "grid", f"G{n}", None, "c", (FEW, FEW) if n else (NONE, NONE)) for n in range(4)]
    return Places(build_tree([*city, *grids]))


def test_everybody_who_comes_and_goes_is_counted_where_they_live(places: Places) -> None:
    rng, residents = np.random.default_rng(1), Residents(places)
    expected = places.living.copy()
    for _ in range(40):
        residents.begin_day()
        for person, amount in (
            (residents.born(rng), 1),
            (residents.moves_in(rng), 1),
            (residents.dies(rng), -1),
            (residents.moves_out(rng), -1),
        ):
            if person is not None:
                expected[person.grid, "mf".index(person.sex), min(person.age // 5, BANDS - 1)] += amount
    assert np.array_equal(places.living, expected)
    assert places.living.min() >= 0


def test_nobody_leaves_a_grid_where_nobody_lives(places: Places) -> None:
    rng, residents = np.random.default_rng(2), Residents(places)
    residents.begin_day()
    gone = [residents.moves_out(rng) for _ in range(200)]
    assert all(person is None or person.grid != 0 for person in gone)
    assert any(person is None for person in gone), "somebody was the last of their age"


def test_who_moves_inside_the_city_stays_the_same_person(places: Places) -> None:
    rng, residents = np.random.default_rng(3), Residents(places)
    residents.begin_day()
    before = residents.moves_out(rng)
    assert before is not None
    after = residents.moves_in(rng, before)
    assert (after.sex, after.age) == (before.sex, before.age)


def test_the_old_die_and_newborns_are_newborn(places: Places) -> None:
    rng, residents = np.random.default_rng(4), Residents(places)
    residents.begin_day()
    ages = [person.age for _ in range(40) if (person := residents.dies(rng)) is not None]
    assert np.mean(ages) > 60
    assert residents.born(rng).age == 0
