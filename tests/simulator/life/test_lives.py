"""Lives of cases: every step may follow the one before, office hours are kept, and what is late is chased."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.life.kinds import KINDS
from simulator.life.lives import LEVELS, Life
from tests.simulator.conftest import History

OPEN = {"reported", "filed", "dispatched", "started", "handled"}
# Written out by hand from the definition of the lifecycle: step → states in which it may happen, state after it.
STEPS: dict[str, tuple[set[str], str | None]] = {
    "case.filed": ({"reported"}, "filed"),
    "case.dispatched": ({"reported", "filed", "dispatched", "started"}, "dispatched"),
    "case.started": ({"reported", "filed", "dispatched"}, "started"),
    "case.handled": ({"reported", "filed", "dispatched", "started"}, "handled"),
    "case.returned": ({"handled"}, "dispatched"),
    "case.closed": (OPEN, "closed"),
    "case.reopened": ({"closed"}, "dispatched"),
    "case.rejected": ({"reported", "filed"}, "rejected"),
    "case.merged": (OPEN, "merged"),
    "case.escalated": (OPEN, None),
    "case.suspended": (OPEN, None),
    "case.resumed": (OPEN, None),
    "case.urged": (OPEN, None),
    "case.replied": (OPEN, None),
    "case.rated": ({"closed"}, None),
}


def _check(steps: list[tuple[float, str, dict[str, Any]]], self_handled: bool) -> None:
    """Asserts that steps after the report are a valid life in order of time."""
    state, level, paused, last = "handled" if self_handled else "reported", 0, False, 0.0
    for at, name, data in steps:
        allowed, after = STEPS[name]
        assert state in allowed, f"{name} in state {state}"
        assert at > last, f"{name} does not come after the step before"
        state, last = after or state, at
        if name == "case.escalated":
            assert LEVELS.index(data["to_level"]) > level
            level = LEVELS.index(data["to_level"])
        elif name in ("case.suspended", "case.resumed"):
            assert paused == (name == "case.resumed")
            paused = name == "case.suspended"


def test_every_case_of_the_history_lives_by_the_rules(history: History) -> None:
    lives: dict[str, list[tuple[float, str, dict[str, Any]]]] = defaultdict(list)
    reported: dict[str, dict[str, Any]] = {}
    steps = history.table[history.table["type"].str.startswith("case.")]
    for kind, at, data in zip(steps["type"], steps["at"].map(lambda t: t.timestamp()), steps["data"], strict=True):
        if kind == "case.reported":
            assert data["case"] not in reported
            reported[data["case"]] = data
        else:
            lives[data["case"]].append((at, kind, data))
    assert set(lives) <= set(reported)
    for case, life in lives.items():
        _check(sorted(life, key=lambda step: step[0]), reported[case].get("self_handled", False))
    kinds = {name for life in lives.values() for _, name, _ in life}
    assert kinds == set(STEPS)  # every way that a case can go is gone by some


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(KINDS)), st.floats(0, 7 * 86400), st.booleans(), st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_life_lives_by_the_rules(seed: int, category: str, at: float, by_worker: bool, twin: bool) -> None:
    start = 1_795_000_000.0 + int(at)
    life = Life(np.random.default_rng(seed), "C-1", category, start, "desk", "grid", 28_800.0)
    on_the_spot = life.solved_on_the_spot(by_worker)
    life.run(start + 2.0, "C-0" if twin else None)
    _check([(when, name, data) for when, name, _, data in life.steps], on_the_spot)
    assert life.steps[0][0] > start
    assert life.steps[-1][1] in ("case.closed", "case.rated", "case.rejected", "case.merged")


def _closing_hours(category: str, severity: int, count: int = 4000) -> list[float]:
    rng = np.random.default_rng(1)
    hours = []
    for _ in range(count):
        start = 1_795_000_000.0 + int(rng.uniform(0, 7 * 86400))
        life = Life(rng, "C-1", category, start, "desk", "grid", 28_800.0)
        if life.severity == severity:
            life.run(start + 2.0, None)
            hours.append((life.closed_at - start) / 3600)
    return hours


def test_urgent_cases_are_closed_sooner() -> None:
    for category in ("urban-management", "emergency", "dispute"):
        assert np.median(_closing_hours(category, 1)) < np.median(_closing_hours(category, 3))


def test_emergencies_go_on_at_night_and_emergencies_are_fastest() -> None:
    medians = {category: np.median(_closing_hours(category, 2, 1500)) for category in KINDS}
    assert min(medians, key=lambda category: medians[category]) == "emergency"


def test_what_is_nearly_late_is_urged(history: History) -> None:
    table = history.table
    urged = {data["case"] for data in table[table["type"] == "case.urged"]["data"]}
    replied = {data["case"] for data in table[table["type"] == "case.replied"]["data"]}
    assert len(urged) > 300
    assert replied <= urged


# ---------------------------------------------------------------------- office hours
