"""One keeper over a real log: what it appends where, after an upgrade, a lost answer, and somebody else's turn."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from itertools import count
from typing import Any

import pytest
import redis

from dashboard.clock import ManualClock
from dashboard.domain.reports import ms_seq
from dashboard.domain.state.horizon import Horizon
from dashboard.feeds import keeper as keeping
from dashboard.feeds import watch
from dashboard.feeds.follower import Follower, Replica
from dashboard.feeds.keeper import Keeper
from dashboard.feeds.keys import (
    KEEPER_LEASE,
    KEEPER_TOKEN,
    first_keeper_cursor,
    keeper_cursor,
    keeper_fence,
    stream_names,
)
from dashboard.feeds.streams import shard_of, stream_of
from tests.support.making import DAY, GRIDS, NOON, event, reported, state

SHARDS = 4
ANY_TIME = Horizon(None, None)
DUTIES = 4  # that a birth gives to departments


class Server:
    """A follower and a keeper that keeps when it is asked to."""

    def __init__(self, url: str, shards: int, horizon: Horizon) -> None:
        self.clock = ManualClock(NOON)
        self.replica = Replica(lambda: state(horizon=horizon))
        self.follower = Follower(url, shards, self.replica, lambda letter, raw: None)
        self.keeper = Keeper(url, shards, self.replica, self.follower, self.clock, grace_s=0.0)

    async def keep(self) -> None:
        """Keeps a round on a state that has all that is in the log."""
        await self._folded()
        await self.keeper._round()  # takes the lease, if it is free
        await self._folded()
        await self.keeper._round()

    async def _folded(self) -> None:
        async with asyncio.timeout(10):
            while True:
                newest = [await self.follower._client.xrevrange(name, count=1) for name in self.follower.streams]
                positions = self.replica.state.positions
                if self.follower.ready is None and all(
                    positions.get(shard) == entries[0][0] for shard, entries in enumerate(newest) if entries
                ):
                    return
                await asyncio.sleep(0.005)


@pytest.fixture
async def start(redis_url: str) -> AsyncIterator[Callable[..., Server]]:
    servers: list[tuple[Server, asyncio.Task[None]]] = []

    def starting(shards: int = SHARDS, horizon: Horizon = ANY_TIME) -> Server:
        server = Server(redis_url, shards, horizon)
        servers.append((server, asyncio.create_task(server.follower.run())))
        return server

    yield starting
    for server, following in servers:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await server.keeper.close()
        await server.follower.close()


def birth(name: str, grid: str = GRIDS[0]) -> bytes:
    return event("population.birth", {"sex": "m", "occurred_on": "2026-11-22"}, grid=grid, id=name)


def send(client: redis.Redis, *raws: bytes, shards: int = SHARDS) -> None:
    for raw in raws:
        client.xadd(stream_of(json.loads(raw)["subject"], shards), {"event": raw})


def kept(client: redis.Redis, shards: int = SHARDS) -> Counter[str]:
    """Returns how often each id that a keeper appended lies in the log."""
    entries: Any = [entry for name in stream_names(shards) for entry in client.xrange(name)]
    reports = [json.loads(fields[b"event"]) for _, fields in entries]
    return Counter(report["id"] for report in reports if report["source"] == "/keeper")


async def test_what_is_kept_goes_to_the_shard_of_its_area(
    start: Callable[..., Server], redis_client: redis.Redis
) -> None:
    send(redis_client, *(birth(f"b-{n}", grid) for n, grid in enumerate(GRIDS)))
    late = [reported(f"C-{n}", NOON - 60 * DAY, "urban-management", grid=grid) for n, grid in enumerate(GRIDS)]
    send(redis_client, *late)
    server = start()
    await server.keep()
    assert len({shard_of(grid, SHARDS) for grid in GRIDS}) > 1, "the grids of the test lie in several shards"
    assert sorted(kept(redis_client).values()) == [1] * len(GRIDS) * (DUTIES + 1)
    assert (server.keeper.opened, server.keeper.escalated) == (len(GRIDS) * DUTIES, len(GRIDS))
    for shard, name in enumerate(stream_names(SHARDS)):
        entries: Any = redis_client.xrange(name)
        assert all(shard_of(json.loads(f[b"event"])["subject"], SHARDS) == shard for _, f in entries)


async def test_a_task_of_a_wider_area_goes_to_another_shard_than_its_cause(
    start: Callable[..., Server], redis_client: redis.Redis
) -> None:
    """Somebody reports in the grid that a task of the city is declined: what follows belongs to the city."""
    wide = next(code for code in ("4205", "420502", "420503") if shard_of(code, SHARDS) != shard_of(GRIDS[0], SHARDS))
    opened = {"task": f"birth.{'0' * 16}.health", "department": "health", "cause": "r", "due": "2026-11-25T00:00:00Z"}
    send(redis_client, event("task.opened", opened, grid=wide))
    server = start()
    await server.keep()
    declined = {"task": opened["task"], "by": "health", "reason": "not ours"}
    send(redis_client, event("task.declined", declined, at=NOON + 5, grid=GRIDS[0]))
    await server.keep()
    [(_, fields)] = [
        entry
        for entry in redis_client.xrange(stream_of(wide, SHARDS))
        if b'"/keeper"' in entry[1][b"event"]  # type: ignore[union-attr]
    ]
    assert json.loads(fields[b"event"])["subject"] == wide


async def test_an_upgrade_goes_on_where_the_version_before_had_read(
    start: Callable[..., Server], redis_client: redis.Redis
) -> None:
    """The old cursor lay in another slot: what is behind it is kept, what is before it is not looked at again."""
    send(redis_client, birth("b-before", GRIDS[0]))
    before: Any = redis_client.xrange(stream_of(GRIDS[0], SHARDS))
    redis_client.set(first_keeper_cursor(shard_of(GRIDS[0], SHARDS)), before[-1][0])
    send(redis_client, birth("b-behind", GRIDS[0]))
    server = start()
    await server.keep()
    assert set(kept(redis_client).values()) == {1}
    assert {task.cause for task in server.replica.state.tasks.by_id.values()} == {"b-behind"}
    behind: Any = redis_client.xrange(stream_of(GRIDS[0], SHARDS))
    cursor: Any = redis_client.get(keeper_cursor(shard_of(GRIDS[0], SHARDS), SHARDS))
    assert ms_seq(before[-1][0]) <= ms_seq(cursor) <= ms_seq(behind[-1][0])
    redis_client.set(first_keeper_cursor(shard_of(GRIDS[0], SHARDS)), "0-0")
    await server.keeper.close()
    after = start()
    await after.keep()
    assert len(kept(redis_client)) == DUTIES, "the old cursor was read once"


async def test_an_append_whose_answer_was_lost_is_made_up_for(
    start: Callable[..., Server], redis_client: redis.Redis
) -> None:
    """The keeper does not know whether it arrived: it looks at the log, and does what is missing."""
    server = start()
    await server.keep()
    send(redis_client, birth("b-1"), birth("b-2", GRIDS[3]))
    append, calls = server.keeper._lease.append, []

    async def lost(shard: int, raws: list[bytes], cursor: bytes | None = None) -> bool:
        calls.append(shard)
        if len(calls) == 1:
            raise ConnectionError("lost on the way there")
        if len(calls) == 2:
            await append(shard, raws, cursor)
            raise ConnectionError("lost on the way back")
        return await append(shard, raws, cursor)

    server.keeper._lease.append = lost  # type: ignore[method-assign]
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await server.keep()
        server.keeper._lease.forget()
        redis_client.delete(KEEPER_LEASE)  # ends by itself after five seconds
    await server.keep()
    await server.keep()
    assert len(calls) > 2
    assert sorted(kept(redis_client).values()) == [1] * 2 * DUTIES


async def test_who_has_another_number_of_shards_does_not_keep_and_keeps_nobody_from_it(
    start: Callable[..., Server], redis_client: redis.Redis
) -> None:
    send(redis_client, birth("b-1"), shards=1)
    wrong, right = start(2), start(1)
    reason = await wrong.keeper._round()
    assert reason is not None
    assert "reports (1)" in reason
    assert (wrong.keeper.token, redis_client.exists(KEEPER_LEASE)) == (None, 0)
    await right.keep()
    assert sum(kept(redis_client, 1).values()) == DUTIES


async def test_the_keepers_status_says_what_it_did(start: Callable[..., Server], redis_client: redis.Redis) -> None:
    server, other = start(1), start(1)
    send(redis_client, birth("b-1"), shards=1)
    await server.keep()
    await other.keep()
    said = server.keeper.status()
    assert (said["state"], said["opened"], said["escalated"], said["error"]) == ("keeping", DUTIES, 0, None)
    assert other.keeper.status()["state"] == "waiting"
    server.keeper.on = False
    assert server.keeper.status()["state"] == "off"


async def test_what_became_a_dead_letter_is_done_again_once_the_clock_is_right(
    start: Callable[..., Server], redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that is two days ahead for a moment: an escalation and tasks that do not count must come again."""
    monkeypatch.setattr(keeping, "FIRST_PAUSE_S", 0.0)
    now = time.time()
    born = event(
        "population.birth", {"sex": "m", "occurred_on": time.strftime("%Y-%m-%d", time.gmtime(now - DAY))}, at=now
    )
    send(redis_client, born, reported("C-1", now - 60 * DAY, "urban-management"))
    server = start(horizon=Horizon())
    server.clock.at = now + 2 * DAY
    await server.keep()
    await server._folded()
    city = server.replica.state
    assert city.dead_letters == DUTIES + 1
    assert (len(city.tasks.by_id), city.cases.columns["level"][city.cases.rows["C-1"]]) == (0, 0)
    server.clock.at = now
    for _ in range(3):
        await server.keep()
    await server._folded()
    assert (len(city.tasks.by_id), city.cases.columns["level"][city.cases.rows["C-1"]]) == (DUTIES, 1)
    assert server.keeper.status()["redone"] >= DUTIES + 1
    before = sum(kept(redis_client).values())
    for _ in range(2):
        await server.keep()
    assert sum(kept(redis_client).values()) == before, "what was taken is not done again"
    assert server.keeper._unseen == {}


async def test_a_keeper_whose_clock_is_far_off_keeps_nothing_and_says_so(
    start: Callable[..., Server], redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start()
    send(redis_client, birth("b-1"))
    real = watch.time.time
    monkeypatch.setattr(watch.time, "time", lambda: real() + 25 * 3600)
    assert "off the clock" in (await server.keeper._round() or "")
    assert (kept(redis_client), server.keeper.token) == (Counter(), None)
    monkeypatch.setattr(watch.time, "time", real)
    await server.keep()
    assert set(kept(redis_client).values()) == {1}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda client: client.rpush(KEEPER_TOKEN, "x"), "WRONGTYPE"),
        (lambda client: client.set(KEEPER_TOKEN, "seven"), "not an integer"),
        (lambda client: client.rpush(keeper_fence(0, SHARDS), "x"), "WRONGTYPE"),
        (lambda client: client.rpush(keeper_cursor(0, SHARDS), "x"), "WRONGTYPE"),
        (lambda client: client.set(keeper_cursor(0, SHARDS), "no id"), "Invalid stream ID"),
        (lambda client: client.rpush(KEEPER_LEASE, "x"), f"{KEEPER_LEASE} has no end"),
        (lambda client: client.set(KEEPER_LEASE, "1:somebody"), f"{KEEPER_LEASE} has no end"),
    ],
    ids=["token's type", "token", "fence", "cursor's type", "cursor", "lease's type", "endless lease"],
)
async def test_a_keeper_that_can_never_keep_says_so_in_one_line(
    spoil: Callable[[redis.Redis], Any],
    said: str,
    start: Callable[..., Server],
    redis_client: redis.Redis,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(keeping, "ROUND_S", 0.01)
    spoil(redis_client)
    server = start()
    await server._folded()
    rounds, enough = count(1), asyncio.Event()

    async def counted() -> str | None:
        if next(rounds) == 4:
            enough.set()
        return await Keeper._round(server.keeper)

    monkeypatch.setattr(server.keeper, "_round", counted)
    running = asyncio.create_task(server.keeper.run())
    await asyncio.wait_for(enough.wait(), 10)
    status = server.keeper.status()
    running.cancel()
    assert status["state"] == "failing"
    assert said in status["error"]
    assert [record.message for record in caplog.records if "cannot keep" in record.message] == [
        f"the keeper cannot keep: {status['error']}"
    ]


async def test_what_was_not_taken_is_done_again_by_whoever_keeps_next(
    start: Callable[..., Server], redis_client: redis.Redis
) -> None:
    """A keeper with a wrong clock ends right after its tasks became dead letters: also the next one must open them."""
    now = time.time()
    born = event(
        "population.birth", {"sex": "m", "occurred_on": time.strftime("%Y-%m-%d", time.gmtime(now - DAY))}, at=now
    )
    other = event("worker.position", {"lat": 30.7, "lon": 111.3}, at=now)
    send(redis_client, other, born)
    first, second = start(horizon=Horizon()), start(horizon=Horizon())
    first.clock.at, second.clock.at = now + 2 * DAY, now
    await first.keep()
    await first._folded()
    assert first.replica.state.dead_letters == DUTIES
    await first.keeper.close()
    await second.keep()
    await second._folded()
    assert (len(second.replica.state.tasks.by_id), second.keeper.opened) == (DUTIES, DUTIES)
    send(redis_client, other.replace(b"worker.position/", b"again/"))
    await second.keep()
    third = start(horizon=Horizon())
    third.clock.at = now
    await second.keeper.close()
    await third.keep()
    assert third.keeper.opened == 0, "what was taken is not done again"
