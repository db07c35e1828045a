"""Scenarios change what they say, and nothing when they say nothing."""

from __future__ import annotations

import collections
from typing import Any

from simulator.life.city import Simulation
from simulator.life.run import Run
from simulator.life.scenarios import SCENARIOS
from tests.simulator.conftest import History


def _day(city: dict[str, Any], history: History, name: str) -> list[Any]:
    start = history.now
    simulation = Simulation(city, Run(9, start, scenario=SCENARIOS[name], scenario_from=start))
    return list(simulation.events(start + 4 * 3600))


def test_scenarios_change_what_they_say(city: dict[str, Any], history: History) -> None:
    ordinary = _day(city, history, "ordinary")

    def of_kind(arrivals: list[Any], text: bytes) -> int:
        return sum(text in raw for _, _, raw in arrivals)

    storm = _day(city, history, "storm")
    assert of_kind(storm, b'"category":"emergency"') > 4 * of_kind(ordinary, b'"category":"emergency"')
    rush = _day(city, history, "rush")
    assert of_kind(rush, b"case.reported") > 3 * of_kind(ordinary, b"case.reported")
    garbage = _day(city, history, "garbage")
    assert len(garbage) - len({raw for _, _, raw in garbage}) > 50
    quiet = collections.Counter(
        code[:6] for _, code, raw in _day(city, history, "silence") if b"worker.position" in raw
    )
    usual = collections.Counter(code[:6] for _, code, raw in ordinary if b"worker.position" in raw)
    assert min(quiet[district] / usual[district] for district in usual) < 0.2
    assert max(quiet[district] / usual[district] for district in usual) > 0.9
