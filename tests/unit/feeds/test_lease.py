"""The lease: one holder, fenced in every shard, in steps that name keys of one slot only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import redis
from redis.crc import key_slot

from dashboard.feeds.keys import KEEPER_LEASE, KEEPER_TOKEN, first_keeper_cursor, keeper_cursor, stream_names
from dashboard.feeds.lease import Lease
from dashboard.feeds.streams import connect
from tests.support.traffic import log_of

SHARDS = 3


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Any]:
    connected = connect(redis_url)
    yield connected
    await connected.aclose()


@pytest.fixture
async def held(client: Any) -> Lease:
    lease = Lease(client, SHARDS)
    assert await lease.take()
    return lease


async def test_of_two_one_holds_it(client: Any, held: Lease) -> None:
    assert not await Lease(client, SHARDS).take()
    assert await held.prolong()


async def test_reports_and_cursor_come_together(held: Lease, redis_client: redis.Redis) -> None:
    assert await held.append(1, [b"a", b"b"], b"7-1")
    assert log_of(redis_client, "reports:{1}") == [b"a", b"b"]
    assert redis_client.get(keeper_cursor(1, SHARDS)) == b"7-1"
    assert (await held.cursor(1), await held.cursor(2)) == (b"7-1", None)


async def test_whoever_lost_it_appends_nothing_to_any_shard(
    client: Any, held: Lease, redis_client: redis.Redis
) -> None:
    """Also in the middle of an append: the lease was seen as ours, and was lost before the shard was reached."""
    redis_client.delete(KEEPER_LEASE)  # as if it had ended while the holder slept
    other = Lease(client, SHARDS)
    assert await other.take()
    assert other.token is not None
    assert held.token is not None
    assert other.token > held.token
    held.prolong = _still_ours  # type: ignore[method-assign]
    for shard in range(SHARDS):
        held.token = other.token - 1
        assert not await held.append(shard, [b"late"], b"9-9")
        assert held.token is None
    assert [log_of(redis_client, name) for name in stream_names(SHARDS)] == [[]] * SHARDS
    assert await other.append(0, [b"mine"])


async def _still_ours() -> bool:
    return True


async def test_what_is_on_its_way_when_it_is_given_back_is_refused(held: Lease, redis_client: redis.Redis) -> None:
    token = held.token
    await held.release()
    assert not redis_client.exists(KEEPER_LEASE)
    held.token, held.prolong = token, _still_ours  # type: ignore[method-assign]
    assert not await held.append(0, [b"late"])
    assert log_of(redis_client, "reports:{0}") == []


async def test_a_count_of_tokens_that_was_lost_goes_on_behind_the_fences(
    client: Any, held: Lease, redis_client: redis.Redis
) -> None:
    for _ in range(3):
        await held.release()
        assert await held.take()
    await held.release()
    redis_client.delete(KEEPER_TOKEN)
    fresh = Lease(client, SHARDS)
    assert not await fresh.take()
    assert await fresh.take()
    assert (fresh.token or 0) > 4


async def test_the_cursor_of_the_version_before_is_read_until_there_is_one(
    held: Lease, redis_client: redis.Redis
) -> None:
    redis_client.set(first_keeper_cursor(1), b"5-0")
    assert await held.cursor(1) == b"5-0"
    await held.append(1, [], b"6-0")
    assert await held.cursor(1) == b"6-0"


@pytest.mark.parametrize("shards", [1, SHARDS])
async def test_every_step_names_keys_of_one_slot(shards: int) -> None:
    """A cluster refuses a script whose keys lie in several."""
    asked: list[list[str]] = []

    class Recorder:
        def register_script(self, _: str) -> Any:
            async def run(keys: list[str], args: list[Any]) -> int:
                asked.append(keys)
                return 0 if len(keys) == 1 and "fence" in keys[0] and len(args) == 2 and args[0] == 1 else 1

            return run

    lease = Lease(Recorder(), shards)
    assert await lease.take()
    for shard in range(shards):
        assert await lease.append(shard, [b"x"], b"1-0")
    await lease.release()
    assert len(asked) == 1 + shards + 2 * shards + shards + 1
    assert all(len({key_slot(key.encode()) for key in keys}) == 1 for keys in asked)
