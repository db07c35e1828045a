"""Workers by state: each state finds exactly those that the counts of the area count."""

from __future__ import annotations

import pytest

from dashboard.domain.reading.area import workers_of
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.reading.workers import STATES, worker_list
from dashboard.errors import InvalidReport
from tests.support.making import DAY, GRIDS, NOON, event, fold, state


def reading() -> Reading:
    """Returns a moment at which one worker has just reported, one is silent, and two are off shift."""
    city = state()
    place = {"lat": 30.7, "lon": 111.3, "battery": 0.456}
    started = [event("worker.shift-started", {}, at=NOON - DAY / 4, grid=grid) for grid in GRIDS[:3]]
    ended = event("worker.shift-ended", {}, at=NOON - 60, grid=GRIDS[2])
    fold(city, [*started, event("worker.position", place, at=NOON - 60, grid=GRIDS[0]), ended])
    return Reading(city, NOON)


def found(now: Reading, state: str | None, area: str = "4205") -> list[str]:
    return [worker["area"] for worker in worker_list(now, now.state.tree.by_code[area], state)]


def test_states_find_whom_they_name_in_the_order_of_the_grids() -> None:
    now = reading()
    assert found(now, "on-shift") == [GRIDS[0], GRIDS[1]]
    assert found(now, "silent") == [GRIDS[1]]
    assert found(now, "off-shift") == [GRIDS[2], GRIDS[3]]
    assert found(now, None) == list(GRIDS)
    assert found(now, "off-shift", "420503") == [GRIDS[3]]
    counts = workers_of(now, now.state.tree.root)
    assert (counts["on_shift"], counts["silent"], counts["all"]) == (2, 1, 4)


def test_worker_shows_the_last_report_and_the_battery_of_the_handset() -> None:
    now = reading()
    first, *_, last = worker_list(now, now.state.tree.root, None)
    assert first == {
        "area": GRIDS[0],
        "on_shift": True,
        "silent": False,
        "last_report": instant(NOON - 60),
        "battery": 0.46,
    }
    assert (last["last_report"], last["battery"]) == (None, None)


def test_state_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidReport) as refused:
        found(reading(), "asleep")
    assert all(name in refused.value.reason for name in STATES)
