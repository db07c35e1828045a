"""Whoever invents reports is found, whoever is only busy is not: 35 simulated days with the end of a month in them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest

from dashboard.atlas.file import read_areas
from dashboard.domain.reading import signs
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.domain.state.texts import KEPT_TEXTS
from simulator.life.city import Simulation
from simulator.life.inventions import chosen
from simulator.life.run import Run
from simulator.life.scenarios import ORDINARY, SCENARIOS, Scenario
from tests.simulator.conftest import SEED
from tests.support.making import fold_arrivals, rules

DAYS = 35
NOW = dt.datetime.fromisoformat("2026-11-03T10:30:00+08:00").timestamp()
MOST_FALSE_ALARMS = 0.01


def lived(city: dict[str, Any], scenario: Scenario) -> tuple[Simulation, CityState]:
    """Returns the life of 35 days and the state that it leaves."""
    simulation = Simulation(city, Run(SEED, NOW - DAYS * 86_400, scenario=scenario, positions_from=NOW))
    state = CityState(read_areas(city).tree, rules(), horizon=Horizon(None, None))
    return simulation, fold_arrivals(state, simulation.events(NOW))


def found(state: CityState) -> signs.Signs:
    return signs.signs(state, signs.own_cases(state, NOW))


@pytest.fixture(scope="module")
def invented(city: dict[str, Any]) -> tuple[Simulation, CityState, signs.Signs]:
    simulation, state = lived(city, SCENARIOS["invented"])
    return simulation, state, found(state)


def test_every_worker_who_invents_reports_is_named(invented: tuple[Simulation, CityState, signs.Signs]) -> None:
    simulation, _, named = invented
    assert len(simulation.inventors) == 4
    assert named.flagged >= set(simulation.inventors)
    assert all(len(named.by_grid[grid]) >= 2 for grid in simulation.inventors)


def test_honest_workers_with_five_times_the_cases_are_not(invented: tuple[Simulation, CityState, signs.Signs]) -> None:
    simulation, state, named = invented
    table = state.cases.columns
    own = np.bincount(table["grid"][table["by_handset"] == 1], minlength=len(state.tree.grids))
    honest = np.delete(own, [*simulation.busy, *simulation.inventors])
    assert own[simulation.busy].mean() > 3.5 * honest.mean()
    assert not named.flagged & set(simulation.busy)


def test_of_1110_honest_workers_less_than_one_in_a_hundred_is_named(city: dict[str, Any]) -> None:
    _, state = lived(city, ORDINARY)
    named = found(state)
    workers = len(state.tree.grids)
    assert workers == 1110
    assert len(named.flagged) / workers < MOST_FALSE_ALARMS
    assert len(named.by_grid) / workers < 0.03, "with a single sign"


def test_most_workers_have_texts_to_judge_and_hardly_repeat_one(
    invented: tuple[Simulation, CityState, signs.Signs],
) -> None:
    _, state, _ = invented
    counts = [len(texts) for texts in state.texts.by_grid]
    assert np.mean(np.array(counts) >= 3) > 0.8
    assert max(counts) == KEPT_TEXTS


def test_nobody_is_chosen_twice_and_an_ordinary_life_has_none() -> None:
    inventing, busy = chosen(24, 5, SCENARIOS["invented"])
    assert len({*inventing, *busy}) == 8
    assert chosen(24, 5, ORDINARY) == ([], [])
    assert chosen(3, 5, SCENARIOS["invented"]) == ([0, 1, 2], [])


def test_inventions_leave_the_ordinary_life_as_it_is(city: dict[str, Any]) -> None:
    def cases(scenario: Scenario) -> dict[str, Any]:
        simulation = Simulation(city, Run(SEED, NOW - 86_400, scenario=scenario, positions_from=NOW))
        events = [
            json.loads(raw) for _, _, raw in simulation.events(NOW) if b'"case.reported"' in raw and raw[-1:] == b"}"
        ]
        return {event["data"]["case"]: event["data"] for event in events}

    only = Scenario(inventing=4)
    ordinary, more = cases(ORDINARY), cases(only)
    assert ordinary.items() <= more.items()
    assert len(more) >= len(ordinary)
