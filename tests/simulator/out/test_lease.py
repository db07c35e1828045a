"""Whoever writes a past holds the lease, in every shard, and hands it over behind what was written."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from dashboard.feeds.keys import KEEPER_LEASE, keeper_cursor, stream_names
from dashboard.feeds.lease import Lease
from dashboard.feeds.streams import connect
from simulator.out.lease import SeizedLease
from tests.support.traffic import log_of


@pytest.mark.parametrize("shards", [1, 3])
async def test_a_keeper_in_the_middle_of_an_append_is_refused_in_every_shard(
    shards: int, redis_url: str, redis_client: redis.Redis
) -> None:
    client: Any = connect(redis_url)
    keeper = Lease(client, shards)
    assert await keeper.take()
    SeizedLease(redis_client, shards)

    async def still_ours() -> bool:
        return True  # as it looked a moment ago

    keeper.prolong, token = still_ours, keeper.token  # type: ignore[method-assign]
    for shard in range(shards):
        keeper.token = token
        assert not await keeper.append(shard, [b"late"])
    assert [log_of(redis_client, name) for name in stream_names(shards)] == [[]] * shards
    await client.aclose()


async def test_the_next_keeper_begins_behind_the_past(redis_url: str, redis_client: redis.Redis) -> None:
    client: Any = connect(redis_url)
    seized = SeizedLease(redis_client, 2)
    written = redis_client.xadd("reports:{0}", {"event": b"{}"})
    keeper = Lease(client, 2)
    assert not await keeper.take()
    seized.prolong()
    seized.hand_over()
    assert await keeper.take()
    assert (await keeper.cursor(0), await keeper.cursor(1)) == (written, None)
    assert redis_client.get(keeper_cursor(0, 2)) == written
    assert redis_client.exists(KEEPER_LEASE)
    await client.aclose()


def test_what_is_not_prolonged_ends_by_itself(redis_client: redis.Redis) -> None:
    SeizedLease(redis_client, 1, lasting_ms=60_000)
    assert 0 < int(redis_client.pttl(KEEPER_LEASE)) <= 60_000  # type: ignore[arg-type]
