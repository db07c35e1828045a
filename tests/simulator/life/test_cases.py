"""Cases go on from what a person did to them, and who is urged replies."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from dashboard.domain.reports import decode
from dashboard.errors import InvalidReport
from simulator.life.city import Simulation
from simulator.life.run import Run
from tests.simulator.conftest import NOW, SEED

DAY = 86_400.0


Reports = list[dict[str, Any]]


def _read(arrivals: Any) -> Reports:
    found = []
    for at, _, raw in arrivals:
        try:
            decode(raw)
        except InvalidReport:
            continue
        found.append({**msgspec.json.decode(raw), "arrival_at": at})
    return found


def _time(at: float) -> str:
    return f"{np.datetime64(int(at), 's')}+00:00"


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
