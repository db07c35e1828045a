"""The follower: folds what the log holds, once and in order, and says why it is not ready when it is not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import redis

from dashboard.domain.state.refusals import DeadLetter
from dashboard.feeds.follower import BATCH, Follower, Replica
from tests.support.making import reported, state

Letters = list[tuple[DeadLetter, bytes | None]]


@contextlib.asynccontextmanager
async def following(
    url: str, shards: int = 1, replica: Replica | None = None, letters: Letters | None = None
) -> AsyncIterator[Follower]:
    """Runs a follower; what does not count comes into `letters`."""
    heard = [] if letters is None else letters
    follower = Follower(url, shards, replica or Replica(state), lambda letter, raw: heard.append((letter, raw)))
    task = asyncio.create_task(follower.run())
    try:
        yield follower
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await follower.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  of several kinds; not all of them set an event
            await asyncio.sleep(0.01)


def _write(client: redis.Redis, first: int, count: int, stream: str = "reports") -> None:
    with client.pipeline(transaction=False) as pipe:
        for number in range(first, first + count):
            pipe.xadd(stream, {"event": reported(f"C-{number}")})
        pipe.execute()


async def test_it_folds_what_is_there_and_what_comes(redis_url: str, redis_client: redis.Redis) -> None:
    _write(redis_client, 0, 2 * BATCH + 3)  # several batches, of which the next is read while one is folded
    async with following(redis_url) as follower:
        await until(lambda: follower.ready is None)
        assert follower.replica.state.reports == 2 * BATCH + 3
        _write(redis_client, 5_000, 2)
        await until(lambda: follower.replica.state.reports == 2 * BATCH + 5)
        assert follower.replica.changed.is_set()
        assert len(follower.replica.state.cases.rows) == 2 * BATCH + 5
        assert follower.age_s < 20


async def test_it_follows_every_shard_from_its_own_position(redis_url: str, redis_client: redis.Redis) -> None:
    _write(redis_client, 0, 3, "reports:{0}")
    _write(redis_client, 10, 4, "reports:{1}")
    async with following(redis_url, shards=2) as follower:
        await until(lambda: follower.ready is None)
        replica = follower.replica
    _write(redis_client, 20, 1, "reports:{1}")
    async with following(redis_url, shards=2, replica=replica) as again:
        await until(lambda: again.replica.state.reports == 8)
    assert replica.state.entries == {0: 3, 1: 5}
    assert replica.state.duplicates == 0, "nothing was read twice"


async def test_entries_that_do_not_count_are_handed_on_with_their_bytes(
    redis_url: str, redis_client: redis.Redis
) -> None:
    redis_client.xadd("reports", {"event": b"junk"}, id="5-0")
    letters: Letters = []
    async with following(redis_url, letters=letters) as follower:
        await until(lambda: follower.ready is None)
    [(letter, raw)] = letters
    assert (letter.position, raw) == (b"5-0", b"junk")


async def test_without_redis_it_goes_on_trying_and_says_so() -> None:
    async with following("redis://127.0.0.1:1") as follower:
        assert follower.ready == "not connected yet"
        await until(lambda: "no answer from Redis" in (follower.ready or ""))
        assert follower.age_s > 3000


async def test_a_log_that_ends_before_our_position_is_folded_anew(redis_url: str, redis_client: redis.Redis) -> None:
    replica = Replica(state)
    replica.state.positions[0] = b"9999999999999-0"
    _write(redis_client, 0, 1)
    async with following(redis_url, replica=replica) as follower:
        await until(lambda: follower.ready is None)
    assert replica.state.reports == 1


async def test_starting_over_keeps_what_waits_for_the_archive() -> None:
    replica = Replica(state)
    waiting, old = replica.state.ended, replica.state
    replica.start_over()
    assert replica.state is not old
    assert replica.state.ended is waiting


async def test_a_stream_of_another_type_is_called_so(redis_url: str, redis_client: redis.Redis) -> None:
    redis_client.set("reports", "something else")
    async with following(redis_url) as follower:
        await until(lambda: "WRONGTYPE" in (follower.ready or ""))
        assert "no answer" not in (follower.ready or "")
        redis_client.delete("reports")
        await until(lambda: follower.ready is None)


async def test_what_is_read_for_one_state_is_not_folded_into_another(redis_url: str, redis_client: redis.Redis) -> None:
    """Four busy shards, of which one finds that everything has to be folded anew."""
    for shard in range(4):
        _write(redis_client, shard * 10_000, 1500, f"reports:{{{shard}}}")
    replica = Replica(state)
    async with following(redis_url, shards=4, replica=replica) as follower:
        await until(lambda: replica.state.reports > 1000)
        replica.start_over()
        await until(lambda: follower.ready is None and sum(replica.state.entries.values()) == 6000)
    assert (replica.state.reports, replica.state.duplicates) == (6000, 0)
