"""The keeper and the simulation: what it did in the past is part of it, what it does now is answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import numpy as np
import pytest

from dashboard.atlas.file import read_areas
from dashboard.domain.acting.keeper import follow_ups
from dashboard.domain.reports import TYPE_OF, decode
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.errors import InvalidReport
from simulator.life.city import Simulation
from simulator.life.lives import Life
from simulator.life.run import Run
from simulator.place.city import build_city
from tests.simulator.conftest import NOW, SEED, History
from tests.support.making import fold_arrivals, rules

DAY = 86_400.0
Reports = list[dict[str, Any]]


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    return build_city(60)


@pytest.fixture(scope="module")
def folded(city: dict[str, Any], history: History) -> CityState:
    """Returns what a server makes of the history."""
    state = CityState(read_areas(city).tree, rules(), horizon=Horizon(None, None))
    return fold_arrivals(state, history.arrivals)


def _read(arrivals: Any) -> Reports:
    found = []
    for at, _, raw in arrivals:
        try:
            decode(raw)
        except InvalidReport:
            continue
        found.append({**msgspec.json.decode(raw), "arrival_at": at})
    return found


# ---------------------------------------------------------------------- the past


def test_a_server_finds_next_to_nothing_to_refuse_in_the_past(folded: CityState) -> None:
    assert folded.dead_letters < 0.0005 * folded.reports


def test_the_keeper_of_the_past_left_nothing_to_lift(folded: CityState) -> None:
    cases = folded.cases
    assert len(folded.rungs.broken(cases, NOW)) <= 3  # such as one reopened this very minute
    climbed = Counter(cases.columns["level"][np.flatnonzero(cases.columns["state"] <= 4)].tolist())
    assert climbed[1] + climbed[2] + climbed[3] > 10


def test_the_keeper_of_the_past_left_no_task_to_open(folded: CityState, history: History) -> None:
    causes, missing = 0, 0
    for at, _, raw in history.arrivals:
        try:
            report = decode(raw)
        except InvalidReport:
            continue
        if TYPE_OF[type(report)] in ("population.birth", "population.death") and NOW - DAY < at < NOW - 60:
            causes += 1
            missing += len(follow_ups(folded, report, NOW))
    assert causes > 20
    assert missing == 0


def test_departments_take_most_tasks_and_do_them_in_time(folded: CityState) -> None:
    known = list(folded.tasks.by_id.values())
    states = Counter(task.state for task in known)
    assert 0.005 < states["declined"] / len(known) < 0.05
    assert states["done"] > 5 * states["taken"]
    handed_on = [task for task in known if task.id.count(".") == 3]
    assert len(handed_on) > 0.8 * states["declined"]


@pytest.mark.parametrize("seed", range(40))
def test_a_late_case_climbs_exactly_when_its_level_has_used_up_its_time(seed: int) -> None:
    life = Life(np.random.default_rng(seed), "C-1", "dispute", 1_795_000_000.0, "desk", "grid", 28_800.0)
    life.difficulty = 50.0
    life.run(life.reported_at + 2.0, None)
    lifted = [(at, data) for at, name, source, data in life.steps if name == "case.escalated" and source == "/keeper"]
    for at, data in lifted:
        assert at > life.reported_at + life.kind.limit_hours[life.severity - 1] * 3600
        assert data["reason"] == ("overdue" if data["to_level"] == "community" else "level-time-used")


# ---------------------------------------------------------------------- from now on


def test_from_the_given_instant_on_the_keeping_is_left_to_the_real_keeper(small: dict[str, Any]) -> None:
    until = NOW - 3 * DAY
    reports = _read(Simulation(small, Run(SEED, NOW - 9 * DAY, positions_from=NOW, keeper_until=until)).events(NOW))
    kept = [report for report in reports if report["source"] == "/keeper"]
    assert {report["type"] for report in kept} == {"case.escalated", "task.opened"}
    assert max(report["arrival_at"] for report in kept) < until + 2.0


def _time(at: float) -> str:
    return f"{np.datetime64(int(at), 's')}+00:00"
