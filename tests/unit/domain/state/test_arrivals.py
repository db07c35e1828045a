"""Ids of entries that lie: before any calendar, far ahead, the largest one. What comes after them counts on."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.reports import LAST_MS
from dashboard.domain.state.arrivals import Arrivals
from dashboard.domain.state.city import CityState
from dashboard.domain.state.door import Door
from dashboard.domain.state.horizon import YEAR_2000_S, YEAR_2100_S, Horizon
from tests.support.making import DAY, NOON, copied, event, reported, state, step

NOW_MS, DAY_MS = int(NOON * 1000), int(DAY * 1000)
AHEAD_MS = NOW_MS + 401 * DAY_MS


def _folded(*entries: tuple[str, bytes], shard: int = 0, lots: int = 1) -> tuple[CityState, list[str]]:
    door = Door(state(horizon=Horizon()))
    listed: list[Any] = [[position.encode(), [b"event", raw]] for position, raw in entries]
    dead = []
    for first in range(0, len(listed), lots):
        dead += door.fold(listed[first : first + lots], shard, set())
    return door.city, [letter.position.decode() for letter, _ in dead]


@pytest.mark.parametrize("lots", [1, 2, 9])
@pytest.mark.parametrize(
    "first", ["1-1", "0-1", "99-0", f"{AHEAD_MS}-0", f"{LAST_MS}-0", "10000000000000-0", "946684799999-0"]
)
@pytest.mark.parametrize("before", [False, True])
def test_what_comes_after_an_odd_id_counts(first: str, before: bool, lots: int) -> None:
    ms = max(NOW_MS, int(first.split("-")[0]))
    ordinary = [(f"{NOW_MS - 5_000}-0", reported("C-0", NOON - 5))] if before and ms > NOW_MS else []
    odd = [(first, reported("C-1"))]
    after = [(f"{ms}-{n}", reported(f"C-{n}", NOON + n)) for n in range(2, 9)]
    city, dead = _folded(*ordinary, *odd, *after, lots=lots)
    assert set(dead) <= {first}, "at most the odd one itself"
    assert not {f"C-{n}" for n in range(2, 9)} - set(city.cases.rows)
    assert city.reports + city.dead_letters == sum(city.entries.values())


@pytest.mark.parametrize("seq", [2**32, 2**63, 2**64 - 1])
def test_the_place_within_a_millisecond_may_be_any(seq: int) -> None:
    birth = event("population.birth", {"sex": "f", "occurred_on": "2026-11-20"})
    city, dead = _folded((f"{NOW_MS}-{seq - 1}", birth), (f"{NOW_MS}-{seq}", reported("C-1")))
    assert dead == []
    [counted] = city.journal.counted(0, 0, 99_999, 0, 99)
    assert counted.stream_id == f"{NOW_MS}-{seq - 1}"
    assert city.cases.steps("C-1")[0].stream_id == f"{NOW_MS}-{seq}"


def test_the_largest_id_lets_steps_wait_and_is_kept_by_a_snapshot() -> None:
    city, dead = _folded((f"{NOW_MS}-0", reported("C-1")), (f"{LAST_MS}-{LAST_MS}", step("closed", "C-9", NOON)))
    assert (dead, city.early.count) == ([], 1)
    again = copied(city, state(horizon=Horizon()))
    assert (again.positions, again.arrivals.leads) == (city.positions, city.arrivals.leads)


def test_a_jump_does_not_forget_which_reports_are_known() -> None:
    first = reported("C-1")
    city, _ = _folded((f"{NOW_MS}-0", first), (f"{AHEAD_MS}-0", reported("C-2")), (f"{AHEAD_MS}-1", first))
    assert (city.reports, city.duplicates) == (2, 1)


def test_late_reports_of_an_ordinary_log_do_not_count() -> None:
    _, dead = _folded((f"{NOW_MS}-0", reported("C-1")), (f"{NOW_MS}-1", reported("C-2", NOON - 401 * DAY)))
    assert dead == [f"{NOW_MS}-1"]


def test_a_shard_is_judged_by_its_own_ids() -> None:
    door = Door(state(horizon=Horizon()))
    door.fold([[b"%d-0" % AHEAD_MS, [b"event", reported("C-1", NOON + 401 * DAY)]]], 0, set())
    assert door.fold([[b"%d-0" % NOW_MS, [b"event", reported("C-2")]]], 1, set()) == []


def test_what_an_id_says_of_time() -> None:
    arrivals = Arrivals(Horizon())
    assert arrivals.span(0, 1) == (YEAR_2000_S, YEAR_2100_S)
    assert arrivals.span(0, NOW_MS) == (NOON - 400 * DAY, NOON + DAY)
    arrivals.jump(0, b"%d-0" % NOW_MS, b"%d-0" % AHEAD_MS)
    assert arrivals.span(0, AHEAD_MS) == (NOON - 400 * DAY, NOON + 402 * DAY)
    assert arrivals.span(1, AHEAD_MS) == (NOON + DAY, NOON + 402 * DAY), "another shard has not jumped"
    later = AHEAD_MS + 401 * DAY_MS
    assert arrivals.span(0, later)[0] == NOON + 402 * DAY, "ids that go on for long enough are believed"
