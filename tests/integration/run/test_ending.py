"""The end of real servers that keep: on a busy machine, asked once and twice, and with a Redis that is silent."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import redis

from dashboard.feeds.keys import KEEPER_LEASE
from dashboard.feeds.lease import Lease
from dashboard.feeds.streams import connect
from dashboard.run.redis import EmbeddedRedis
from dashboard.run.serve import END_S
from tests.conftest import ServerFactory
from tests.support.running import ServerProcess, wait_until

KEEPING = {"GRIDWALL_KEEPER": "true", "GRIDWALL_SNAPSHOT_S": "3600"}
RUNS = 10


def test_servers_end_in_order_with_one_signal_and_with_two(server: ServerFactory, redis_client: redis.Redis) -> None:
    """All at once: each of them finds the machine busy with the end of the others."""
    running = [server(ready=False, **KEEPING) for _ in range(RUNS)]
    for process in running:
        process.wait_ready(90)
    wait_until(lambda: redis_client.exists(KEEPER_LEASE), what="a keeper")
    for number, process in enumerate(running):
        os.kill(process.pid, signal.SIGTERM)
        if number % 2:
            os.kill(process.pid, (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)[number // 2 % 4])
    assert [process.wait(END_S) for process in running] == [0] * RUNS
    assert not redis_client.exists(KEEPER_LEASE), "the lease was kept"
    assert not any("Traceback" in process.log for process in running)


def test_a_hang_up_leaves_nothing_behind(small_city: Path, tmp_path: Path) -> None:
    process = ServerProcess(tmp_path, {"GRIDWALL_AREAS": str(small_city)}).start()
    assert (tmp_path / "redis.url").exists()
    os.kill(process.pid, signal.SIGHUP)
    assert process.wait(END_S) == 0
    assert not (tmp_path / "redis.url").exists()


def test_a_lease_whose_answer_was_lost_is_given_back(redis_url: str, redis_client: redis.Redis) -> None:
    """As when the end comes while Redis is being asked for it."""

    async def lose() -> None:
        client = connect(redis_url)
        mine, other = Lease(client, 1), Lease(client, 1)
        assert await mine.take()
        mine.forget()
        await other.release()
        assert await client.exists(KEEPER_LEASE), "it was another one's"
        await mine.release()
        await client.aclose()

    asyncio.run(lose())
    assert not redis_client.exists(KEEPER_LEASE)


def test_a_silent_redis_holds_nobody_up(server: ServerFactory, own_redis: EmbeddedRedis) -> None:
    process = server(GRIDWALL_REDIS_URL=own_redis.url, **KEEPING)
    os.kill(own_redis.pid, signal.SIGSTOP)
    try:
        time.sleep(0.2)
        asked_at = time.monotonic()
        os.kill(process.pid, signal.SIGTERM)
        process.wait(END_S)
        assert time.monotonic() - asked_at < END_S
    finally:
        os.kill(own_redis.pid, signal.SIGCONT)
