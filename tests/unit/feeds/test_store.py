"""What Redis says of itself: read as it is, and what failed is named."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import redis

from dashboard.feeds.keys import SNAPSHOT_LEASE
from dashboard.feeds.store import Store, failing


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[Store]:
    opened = Store(redis_url)
    yield opened
    await opened.close()


async def test_it_says_what_it_may_use_and_what_it_throws_away(store: Store, redis_client: redis.Redis) -> None:
    before = await store.read()
    redis_client.config_set("maxmemory", "100mb")
    redis_client.config_set("maxmemory-policy", "allkeys-lru")
    redis_client.set(SNAPSHOT_LEASE, "somebody")
    try:
        now = await store.read()
    finally:
        redis_client.config_set("maxmemory", "0")
        redis_client.config_set("maxmemory-policy", "noeviction")
    assert (before.memory_limit_bytes, before.policy, before.snapshot_lease) == (None, "noeviction", False)
    assert (now.memory_limit_bytes, now.policy, now.snapshot_lease) == (100 << 20, "allkeys-lru", True)
    assert now.memory_bytes > 100_000


def test_what_failed_on_the_way_to_the_disk_is_named() -> None:
    assert failing({"aof_last_write_status": "ok", "rdb_last_bgsave_status": "err"}) == "rdb_last_bgsave_status"
    assert failing({"aof_last_write_status": "ok"}) is None
