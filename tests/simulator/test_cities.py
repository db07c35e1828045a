"""The cities that can be played are the ones that the demo offers, and each lives in what it builds."""

from __future__ import annotations

import typing

import pytest

from dashboard.run.cities import CITIES as OFFERED
from simulator.cities import CITIES
from simulator.cli import CityName
from simulator.life.run import Run


def test_what_the_demo_offers_can_be_played() -> None:
    assert {name: city.grids for name, city in OFFERED.items()} == {name: c.grids for name, c in CITIES.items()}
    assert set(typing.get_args(CityName)) == set(CITIES)


@pytest.mark.parametrize("name", CITIES)
def test_each_lives_in_what_it_builds(name: str) -> None:
    city = CITIES[name].build(12, 3)
    life = CITIES[name].live(city, Run(1, 1_790_000_000.0))
    codes = {feature["properties"]["code"] for feature in city["features"]}
    arrivals = list(life.events(1_790_000_000.0 + 43_200))
    assert {code for _, code, _ in arrivals} <= codes
    assert 0 < len(arrivals) < 3 * life.expected(1_790_000_000.0 + 43_200)
