"""The keeper and the simulation: what it did in the past is part of it, what it does now is answered."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import msgspec
import numpy as np
import pytest
import redis

from dashboard.atlas.file import read_areas
from dashboard.domain.acting.keeper import follow_ups
from dashboard.domain.reports import TYPE_OF, decode
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.domain.state.rungs import Rungs
from dashboard.errors import InvalidReport
from simulator.life.city import Simulation
from simulator.life.lives import Life
from simulator.life.run import Run
from simulator.out.ear import Ear
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
    assert len(Rungs(folded.deadlines).broken(cases, NOW)) <= 3  # such as one reopened this very minute
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


def _open_cases(simulation: Simulation, reports: Reports) -> list[str]:
    """Returns cases that were reported and not even filed, in order of their reports."""
    reported = [
        r["data"]["case"] for r in reports if r["type"] == "case.reported" and not r["data"].get("self_handled")
    ]
    further = {r["data"]["case"] for r in reports if r["type"].startswith("case.") and r["type"] != "case.reported"}
    return [case for case in reported if case not in further]


def _act(step: str, case: str, at: float, **data: Any) -> dict[str, Any]:
    return {"type": step, "source": "/desk", "subject": "x", "time": _time(at), "data": {"case": case, **data}}


def test_after_what_a_person_did_a_case_goes_on_from_there(city: dict[str, Any]) -> None:
    simulation = Simulation(city, Run(SEED, NOW - DAY, positions_from=NOW + 99 * DAY, keeper_until=NOW - DAY))
    cases = _open_cases(simulation, _read(simulation.events(NOW)))
    assert len(cases) > 12
    done = {
        "case.dispatched": {"to": "fire"},
        "case.closed": {},
        "case.suspended": {"reason": "papers"},
        "case.escalated": {"to_level": "district", "reason": "too much"},
    }
    acted = dict(zip(cases, [*done] * 3, strict=False))
    for case, step in acted.items():
        simulation.hear(_act(step, case, NOW + 1, **done[step]))
    later: dict[str, list[str]] = {case: [] for case in acted}
    for report in _read(simulation.events(NOW + 40 * DAY)):
        if report["data"].get("case") in later and report["source"] != "/keeper":
            later[report["data"]["case"]].append(report["type"])
    for case, step in acted.items():
        steps = later[case]
        assert "case.filed" not in steps
        if step == "case.suspended":
            assert steps == []
        elif step == "case.closed":
            assert set(steps) <= {"case.rated", "case.reopened", "case.handled", "case.closed"}
        else:
            assert steps[0] == ("case.started" if step == "case.dispatched" else "case.dispatched")
            assert "case.closed" in steps


def test_who_is_urged_by_a_person_replies(city: dict[str, Any]) -> None:
    simulation = Simulation(city, Run(SEED, NOW - DAY, positions_from=NOW + 99 * DAY, keeper_until=NOW - DAY))
    cases = _open_cases(simulation, _read(simulation.events(NOW)))
    for case in cases:
        simulation.hear(_act("case.urged", case, NOW + 1, by="supervision", reply_due=_time(NOW + DAY)))
    simulation.hear(_act("case.urged", "C-unknown", NOW + 1))
    replied = [
        r["data"]["case"] for r in _read(simulation.events(NOW + 4 * 3600)) if r["type"] == "case.replied"
    ]  # fmt: skip
    assert len(set(replied) & set(cases)) > 0.6 * len(cases)


def test_the_ear_hears_keeper_and_desk_only_and_only_what_is_new(redis_url: str, redis_client: redis.Redis) -> None:
    def entry(source: str, kind: str, data: dict[str, Any]) -> dict[str, bytes]:
        body = {"specversion": "1.0", "id": f"{source}{kind}", "source": source, "type": kind, "subject": "4205"}
        return {"event": json.dumps({**body, "time": _time(NOW), "data": data}, separators=(",", ":")).encode()}

    redis_client.xadd("reports", entry("/keeper", "case.escalated", {"case": "old", "to_level": "city"}))
    ear = Ear(redis_url, ["reports"])
    assert ear.heard() == []
    redis_client.xadd("reports", entry("/keeper", "case.escalated", {"case": "C-1", "to_level": "city"}))
    redis_client.xadd("reports", entry("/desks/1", "case.filed", {"case": "C-2"}))
    redis_client.xadd("reports", {"event": b'{"source":"/desk" broken'})
    redis_client.xadd("reports", {"other": b"x"})
    redis_client.xadd("reports", entry("/desk", "case.urged", {"case": "C-3"}))
    assert [report["data"]["case"] for report in ear.heard()] == ["C-1", "C-3"]
    assert ear.heard() == []
