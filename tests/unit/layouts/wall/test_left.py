"""The left side of the wall: each number once, each with the way to what it counts."""

from __future__ import annotations

import pytest

from dashboard.layouts.wall.left import newborns, population, rates
from dashboard.words import Words
from tests.support.pages import LANGUAGES, attributes, sound, view


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_of_people_has_its_place_once(lang: str) -> None:
    shown = [*attributes(newborns(Words(lang)), "data-kpi"), *attributes(population(Words(lang)), "data-kpi")]
    assert len(shown) == len(set(shown))
    assert {"newborns-yesterday", "newborns-today", "population", "population-change-today"} <= set(shown)
    assert sound(newborns(Words(lang)))
    assert sound(population(Words(lang)))


def test_gauges_carry_what_they_are_held_against() -> None:
    made = rates(Words("en"), view())
    assert attributes(made, "data-gauge") == [gauge.name for gauge in view().gauges]
    assert attributes(made, "data-target") == ["" if g.target is None else str(g.target) for g in view().gauges]
    assert all("indicator=" in href or "counter=" in href for href in attributes(made, "href"))
