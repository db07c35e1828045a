"""Snapshots that were set aside keep what they held, and only the newest of them."""

from __future__ import annotations

import redis

from dashboard.feeds.keys import SNAPSHOT
from dashboard.feeds.snapshots.aside import KEPT, Aside
from dashboard.feeds.streams import connect


async def test_a_snapshot_gets_another_name(redis_url: str, redis_client: redis.Redis) -> None:
    client = connect(redis_url)
    aside = Aside(client)
    assert await aside.move() is None, "there is none"
    redis_client.hset(SNAPSHOT, mapping={"state": "x"})
    name = await aside.move()
    assert name is not None
    assert redis_client.hgetall(name) == {b"state": b"x"}
    assert not redis_client.exists(SNAPSHOT)
    assert await aside.names() == [name]
    await client.aclose()


async def test_the_oldest_give_way(redis_url: str, redis_client: redis.Redis) -> None:
    client = connect(redis_url)
    aside = Aside(client)
    names = [await aside.write({"state": b"%d" % number}) for number in range(KEPT + 2)]
    assert await aside.names() == names[2:]
    assert [bool(redis_client.exists(name)) for name in names] == [False, False] + [True] * KEPT
    await client.aclose()
