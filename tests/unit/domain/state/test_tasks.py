"""Follow-up tasks: whatever comes when, the latest step stands, and each is found under its department."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from dashboard.domain.state import tasks as module
from dashboard.domain.state.tasks import Tasks
from tests.support.making import GRIDS


def _data(**more: Any) -> Any:
    base = {"task": "t", "department": "civil", "cause": "c", "case": None, "due": None, "by": "keeper", "reason": None}
    return SimpleNamespace(**{**base, **more})


STEPS = (
    ("task.opened", _data(), 100.0),
    ("task.taken", _data(by="civil"), 200.0),
    ("task.done", _data(by="civil"), 300.0),
)


def _applied(steps: Any) -> Tasks:
    tasks = Tasks()
    for kind, data, at in steps:
        tasks.apply(kind, data, at, GRIDS[0])
    return tasks


def test_the_order_in_which_steps_arrive_does_not_matter() -> None:
    for order in itertools.permutations(STEPS):
        tasks = _applied(order)
        task = tasks.by_id["t"]
        assert (task.state, task.state_at, task.department, task.opened_at) == ("done", 300.0, "civil", 100.0)
        assert tasks.by_department == {None: {}, "civil": {"t": task}}


def test_of_two_steps_at_one_instant_the_further_one_stands() -> None:
    taken, done = ("task.taken", _data(), 200.0), ("task.done", _data(), 200.0)
    assert _applied([taken, done]).by_id["t"].state == _applied([done, taken]).by_id["t"].state == "done"


def test_a_step_whose_opening_has_not_come_belongs_to_nobody_yet() -> None:
    tasks = _applied(STEPS[1:2])
    assert list(tasks.by_department[None]) == ["t"]
    assert tasks.by_id["t"].due_at is None


def test_the_oldest_are_forgotten_under_their_departments_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_TASKS", 3)
    monkeypatch.setattr(module, "_FORGOTTEN_AT_ONCE", 2)
    tasks = _applied([("task.opened", _data(task=f"t{number}"), 100.0) for number in range(4)])
    assert list(tasks.by_id) == list(tasks.by_department["civil"]) == ["t2", "t3"]


def test_a_loaded_copy_is_the_same() -> None:
    tasks = _applied([*STEPS, ("task.taken", _data(task="u"), 1.0)])
    again = Tasks.load(msgspec.msgpack.decode(msgspec.msgpack.encode(tasks.dump())))
    assert (again.by_id, again.by_department) == (tasks.by_id, tasks.by_department)
