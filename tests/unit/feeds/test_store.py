"""What Redis says of itself: read as it is, and what failed is named."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import redis

from dashboard.feeds.keys import DEAD_LETTERS, SNAPSHOT_LEASE
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


async def test_how_old_the_newest_dead_letter_is(store: Store, redis_client: redis.Redis) -> None:
    assert (await store.read()).letter_age_s is None
    now_s, _ = redis_client.time()  # type: ignore[misc]
    redis_client.xadd(DEAD_LETTERS, {"raw": "x"}, id=f"{(now_s - 90_000) * 1000}-0")
    assert 90_000 <= ((await store.read()).letter_age_s or 0) < 90_060
    redis_client.delete(DEAD_LETTERS)
    redis_client.set(DEAD_LETTERS, "another program's")
    assert (await store.read()).letter_age_s is None
