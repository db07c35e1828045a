"""Homes, components and workers of retired grids at a moment: nothing is lost, nothing is counted twice."""

from __future__ import annotations

import datetime as dt

from dashboard.domain.reading import tasks
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.workers import worker_list
from dashboard.domain.state.city import CityState
from tests.support.making import DAY, NOON, event, fold, reported
from tests.unit.domain.state.test_retired import city

_EVE = NOON - 13 * 3600


def _components(state: CityState, now_s: float) -> list[int]:
    return [int(count) for count in Reading(state, now_s).field.homes.components[:, 1]]  # grids: a, e, n, w


def _count(grid: str, count: int, at: float) -> bytes:
    return event("component.counted", {"class": "road", "count": count}, at=at, grid=grid)


def test_components_are_with_the_first_that_has_not_counted_its_own() -> None:
    state = city()
    fold(state, [_count("a", 20, _EVE)])
    assert _components(state, _EVE) == [20, -1, -1, -1]
    assert _components(state, NOON) == [-1, -1, -1, 20]
    fold(state, [_count("w", 9, NOON)])
    assert _components(state, NOON) == [-1, 20, -1, 9]
    fold(state, [_count("e", 12, NOON)])
    assert _components(state, NOON) == [-1, 12, -1, 9]


def test_dwellings_are_with_the_first_unless_the_file_has_counted_them() -> None:
    assert Reading(city(), NOON).field.homes.dwellings.sum(axis=1).tolist() == [0, 0, 0, 10]
    counted = city(ages=([1] * 18, [1] * 18), counted_on=dt.date(2026, 11, 22), dwellings=4)
    assert Reading(counted, NOON).field.homes.dwellings.sum(axis=1).tolist() == [0, 4, 0, 4]


def test_nobody_is_on_shift_or_silent_in_a_grid_that_is_no_more() -> None:
    state = city()
    fold(state, [event("worker.shift-started", {}, at=_EVE, grid=grid) for grid in "aw"])
    before, after = Reading(state, _EVE), Reading(state, NOON + DAY)
    assert before.field.workers.columns["on_shift"].tolist() == [1, 0, 0, 1]
    assert after.field.workers.columns["on_shift"].tolist() == [0, 0, 0, 1]
    assert after.silent.tolist() == [False, False, False, True]
    listed = [[one["area"] for one in worker_list(reading, state.tree.root, None)] for reading in (before, after)]
    assert listed == [["a", "e", "n", "w"], ["e", "w"]]
    assert [one["area"] for one in worker_list(after, state.tree.root, "off-shift")] == ["e"]
    assert after.field.standing.tolist() == [False, True, False, True]


def test_an_open_task_lies_with_who_takes_over_and_one_that_is_done_stays() -> None:
    state = city()
    fold(state, [reported("C-1", _EVE - 60, grid="a", lat=30.0, lon=112.0)])
    opened = [("T-1", "C-1"), ("T-2", None), ("T-3", None)]
    raws = [
        event("task.opened", {"task": task, "department": "health", "case": case}, at=_EVE - 30, grid="a")
        for task, case in opened
    ]
    fold(state, [*raws, event("task.done", {"task": "T-3"}, at=_EVE, grid="a")])
    assert state.dead_letters == 0
    found = {task.id: tasks.area_of(Reading(state, NOON), task) for task in state.tasks.by_id.values()}
    assert found == {"T-1": "e", "T-2": "w", "T-3": "a"}
    assert tasks.area_of(Reading(state, _EVE), state.tasks.by_id["T-1"]) == "a"
    listed = tasks.matching(Reading(state, NOON), None, state.tree.by_code["e"], "open")
    assert [task.id for task in listed] == ["T-1"]
