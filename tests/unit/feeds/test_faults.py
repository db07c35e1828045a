"""Entries that meet a mistake in the code: every server passes over the same ones."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from dashboard.domain.state.cases import CaseTable
from dashboard.domain.state.city import CityState
from dashboard.domain.state.door import Door
from dashboard.errors import Fault
from dashboard.feeds.faults import Faults
from dashboard.feeds.follower import Replica
from dashboard.feeds.keys import FAULTS
from dashboard.feeds.snapshots.snapshots import Snapshots
from dashboard.feeds.streams import connect
from tests.support.making import GRIDS, NOON, event, packed, reported, state, step
from tests.unit.feeds.test_follower import Letters, following, until


async def test_what_one_server_found_the_others_learn(redis_url: str, redis_client: redis.Redis) -> None:
    client = connect(redis_url)
    one, other = Faults(client), Faults(client)
    await one.add(Fault(3, b"5-18446744073709551615", KeyError("x")))
    redis_client.hset(FAULTS, "nonsense", "")
    assert await other.learn()
    assert other.places == one.places == {(3, b"5-18446744073709551615")}
    assert not await other.learn(), "nothing is new"
    redis_client.delete(FAULTS)
    redis_client.set(FAULTS, "of another type")
    assert not await other.learn()
    await client.aclose()


def _break_at(monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    """From now on the table of cases raises at one case, after it was half taken in."""
    whole = CaseTable.open_case

    def half(table: CaseTable, name: str, *given: Any) -> int:
        row = whole(table, name, *given)
        if name == case:
            raise RuntimeError("a mistake")
        return row

    monkeypatch.setattr(CaseTable, "open_case", half)


@pytest.mark.parametrize("with_snapshot", [False, True])
async def test_an_entry_that_meets_a_mistake_is_passed_over(
    redis_url: str, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch, with_snapshot: bool
) -> None:
    _break_at(monkeypatch, "C-5")
    replica, letters = Replica(state), Letters()
    for number in range(3):
        redis_client.xadd("reports", {"event": reported(f"C-{number}")})
    snapshots = Snapshots(redis_url, replica, 1, 60.0)
    async with following(redis_url, replica=replica, letters=letters) as follower:
        follower.restore = snapshots.restore
        await until(lambda: replica.state.reports == 3)
        if with_snapshot:
            await snapshots.save()
        ids = [redis_client.xadd("reports", {"event": reported(f"C-{number}")}) for number in range(3, 9)]
        await until(lambda: follower.ready is None and replica.state.entries[0] == 9)
        assert follower.fault_count == 1
    assert sorted(replica.state.cases.rows) == [f"C-{n}" for n in range(9) if n != 5]
    assert (replica.state.reports, replica.state.dead_letters, replica.state.duplicates) == (8, 1, 0)
    assert {(letter.position, letter.reason) for letter, _ in letters} == {(ids[2], "fault")}
    await snapshots.close()


async def test_restarts_and_other_servers_agree(
    redis_url: str, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one has no mistake, and has folded the entry before it learns of it."""
    for number in range(4):
        redis_client.xadd("reports", {"event": reported(f"C-{number}")})
    well, ill, after = Replica(state), Replica(state), Replica(state)
    async with following(redis_url, replica=well) as follower:
        await until(lambda: follower.ready is None and well.state.reports == 4)
        with monkeypatch.context() as patch:
            _break_at(patch, "C-2")
            async with following(redis_url, replica=ill) as broken:
                await until(lambda: broken.ready is None and ill.state.entries[0] == 4)
        await until(lambda: well.state.reports == 3 and follower.ready is None)
    async with following(redis_url, replica=after) as again:
        await until(lambda: again.ready is None and after.state.entries[0] == 4)
    assert packed(well.state) == packed(ill.state) == packed(after.state)


_PARTS = {  # what handlers and the door call, by the part that has it
    "cases": ("open_case", "take_next", "settle"),
    "early": ("hold", "release"),
    "counters": ("add",),
    "journal": ("note",),
    "people": ("add",),
    "homes": ("add", "count"),
    "workers": ("heard", "shift", "battery"),
    "orders": ("issued", "read"),
    "services": ("requested", "completed"),
    "tasks": ("apply",),
    "texts": ("note",),
}
_POINTS = [(part, name, when) for part, names in _PARTS.items() for name in names for when in ("before", "after")]
_LOG = [
    step("handled", "C-1", NOON + 5, note="done"),
    reported("C-1", note="a text"),
    reported("C-2", self_handled=True),
    step("closed", "C-2", NOON + 9),
    step("filed", "C-2", NOON + 3),
    event("population.birth", {"sex": "f", "occurred_on": "2026-11-20"}),
    event("dwelling.registered", {"kind": "owned"}),
    event("component.counted", {"class": "road", "count": 3}),
    event("worker.shift-started", {"battery": 0.5}),
    event("order.issued", {"order": "O-1", "to": GRIDS[:2]}, grid="4205"),
    event("order.read", {"order": "O-1"}),
    event("service.requested", {"service": "s", "request": "R-1"}),
    event("service.completed", {"service": "s", "request": "R-1", "score": 4}),
    event("task.opened", {"task": "T-1", "department": "civil"}),
    step("filed", "C-9", NOON),
]
_ENTRIES: list[Any] = [[b"%d-0" % (int(NOON * 1000) + n), [b"event", raw]] for n, raw in enumerate(_LOG)]


@pytest.mark.parametrize(("part", "name", "when"), _POINTS)
def test_wherever_it_raises_the_fold_without_that_entry_is_right(part: str, name: str, when: str) -> None:
    """As the follower does it: the last state is thrown away, and the entry passed over."""
    faults: frozenset[tuple[int, bytes]] = frozenset()
    while True:
        city = state()
        city.faults = faults
        if not faults:
            _raising(city, part, name, when)
        try:
            Door(city).fold(_ENTRIES, 0, set())
            break
        except Fault as fault:
            faults = frozenset({(0, fault.position)})
    assert len(faults) == 1, "this point is met by the log"
    (missing,) = (position for _, position in faults)
    without = Door(state())
    without.fold(
        [[position, [b"other", b""] if position == missing else fields] for position, fields in _ENTRIES], 0, set()
    )
    assert packed(city) == packed(without.city)


def _raising(city: CityState, part: str, name: str, when: str) -> None:
    whole = getattr(getattr(city, part), name)

    def raising(*given: Any) -> Any:
        if when == "after":
            whole(*given)
        return 1 // 0

    setattr(getattr(city, part), name, raising)
