"""The same seed gives the same city and the same reports, byte for byte, as the version before gave them.

The hashes were computed with the code of commit 5921e7c; the one of the city was written anew when scipy went: all
outlines have the corners that they had, and each begins at its smallest one since. Whoever changes on purpose what
happens in the city writes the new ones down; a new version of numpy or shapely may draw other borders, too.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from simulator.life.city import Simulation
from simulator.life.office import DAY, HOUR
from simulator.life.run import Run
from simulator.life.scenarios import SCENARIOS
from simulator.place.city import build_city, city_bytes
from tests.simulator.conftest import NOW, SEED

CITY = "a3fdccae54a460e5104f7164ef5d7912690911b554398e347193696a636c15c8"
LIVES = {
    "ordinary": "2040a8c438bf0404c46fe44c6c461ee9ff4a103455cb7579871f0ac015b1cd2d",
    "storm": "a6bc26356154283c21e083e7ad66652971a7f3496da751785a1d031ebd0f00e2",
    "silence": "ee81484f3b5c3798b5d4aadd56d05a1e3f4be690427e68786a4245263b6332da",
    "rush": "b0a6049a5ff4bbf1778b942aa4620c5edbaad2ed93e2139d6a1df3de3df76f94",
    "invented": "dd90fd044fa71c531c8313d35645a7dd4247962f48f08228a5eac9b55ca02135",
    "garbage": "f37e123140012203dba63726bf46339f7aa621f587a64628b055b1cadbb5c5e8",
}


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    return build_city(60, SEED)


def test_the_city_is_the_same(small: dict[str, Any]) -> None:
    assert hashlib.sha256(city_bytes(small)).hexdigest() == CITY


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_is_the_same(small: dict[str, Any], name: str) -> None:
    scenario = SCENARIOS[name]
    run = Run(
        SEED,
        NOW - 3 * DAY,
        scenario=scenario,
        scenario_from=None if scenario.whole_past else NOW - DAY,
        positions_from=NOW - 6 * HOUR,
        keeper_until=NOW - HOUR,
    )
    said = hashlib.sha256()
    for at, code, raw in Simulation(small, run).events(NOW):
        said.update(b"%r %s %s\n" % (at, code.encode(), raw))
    assert said.hexdigest() == LIVES[name]
