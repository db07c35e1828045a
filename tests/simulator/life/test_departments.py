"""Departments answer what the real keeper opens, and leave alone what a person did."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import numpy as np
import pytest

from dashboard.domain.reports import decode
from dashboard.errors import InvalidReport
from simulator.life.city import Simulation
from simulator.life.run import Run
from simulator.place.city import build_city
from tests.simulator.conftest import NOW, SEED

DAY = 86_400.0


Reports = list[dict[str, Any]]


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    return build_city(60)


def _read(arrivals: Any) -> Reports:
    found = []
    for at, _, raw in arrivals:
        try:
            decode(raw)
        except InvalidReport:
            continue
        found.append({**msgspec.json.decode(raw), "arrival_at": at})
    return found


def _opened(task: str, at: float, grid: str) -> dict[str, Any]:
    data = {"task": task, "department": "health", "cause": "b", "due": _time(at + 7 * DAY), "by": "keeper"}
    return {"type": "task.opened", "source": "/keeper", "subject": grid, "time": _time(at), "data": data}


def _time(at: float) -> str:
    return f"{np.datetime64(int(at), 's')}+00:00"


def test_a_task_that_the_real_keeper_opens_is_taken_and_done(small: dict[str, Any]) -> None:
    simulation = Simulation(small, Run(SEED, NOW - DAY, positions_from=NOW + 99 * DAY, keeper_until=NOW - DAY))
    for _ in simulation.events(NOW):
        pass
    grid = simulation.places.codes[0]
    tasks = [f"birth.{number:016x}.health" for number in range(60)]
    for task in tasks:
        simulation.hear(_opened(task, NOW, grid))
    said = [report for report in _read(simulation.events(NOW + 20 * DAY)) if report["data"].get("task") in tasks]
    counts = Counter(report["type"] for report in said)
    assert counts["task.done"] == counts["task.taken"] >= 55
    assert counts["task.taken"] + counts["task.declined"] == 60
    assert {report["source"] for report in said} == {"/departments/health"}


def test_what_a_person_did_with_a_task_is_not_done_again(small: dict[str, Any]) -> None:
    simulation = Simulation(small, Run(SEED, NOW - DAY, positions_from=NOW + 99 * DAY, keeper_until=NOW - DAY))
    for _ in simulation.events(NOW):
        pass
    grid = simulation.places.codes[0]
    for name in ("taken", "done", "declined"):
        task = f"birth.{'0' * 16}.{name}"
        simulation.hear(_opened(task, NOW, grid))
        act = {"type": f"task.{name}", "source": "/departments/health", "subject": grid, "time": _time(NOW + 30)}
        simulation.hear({**act, "data": {"task": task, "by": "health"}})
    said = [(r["data"]["task"].rpartition(".")[2], r["type"]) for r in _read(simulation.events(NOW + 20 * DAY))
            if r["data"].get("task", "").startswith("birth.0000")]  # fmt: skip
    assert said == [("taken", "task.done")]
