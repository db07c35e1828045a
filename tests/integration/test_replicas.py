"""Several real servers on one Redis and several shards are replicas of one log; handsets reach it through any."""

from __future__ import annotations

import time
from pathlib import Path

import redis

from tests.conftest import ServerFactory
from tests.support.oracle import numbers
from tests.support.running import ServerProcess, gridwall, wait_until
from tests.support.traffic import log_of, past, write

SHARDS = 3
COUNTED = ("reports", "duplicates", "dead_letters")


def whole(running: ServerProcess) -> dict[str, object]:
    """Returns all numbers of the city but for the moment at which they were asked for."""
    city: dict[str, object] = running.get("/api/v1/areas/city")
    return {name: value for name, value in city.items() if name != "at"}


def test_two_servers_on_three_shards_tell_the_same(
    server: ServerFactory, redis_client: redis.Redis, small_city: Path
) -> None:
    arrivals = list(past(small_city, 12, time.time()))
    half = len(arrivals) // 2
    write(redis_client, iter(arrivals[:half]), SHARDS)
    settings = {"GRIDWALL_SHARDS": str(SHARDS), "GRIDWALL_SNAPSHOT_S": "1"}
    one, two = server(**settings), server(**settings)
    write(redis_client, iter(arrivals[half:]), SHARDS)
    streams = [f"reports:{{{shard}}}" for shard in range(SHARDS)]
    assert all(redis_client.xlen(stream) > 100 for stream in streams)
    assert not redis_client.exists("reports")
    one.kill()
    one.start()
    assert "restored from a snapshot" in one.log
    told = numbers([raw for stream in streams for raw in log_of(redis_client, stream)], time.time(), 0)
    for running in (one, two):
        wait_until(lambda r=running: r.get("/api/v1/areas/city")["log"]["reports"] == told["log"]["reports"])
    first, second = whole(one), whole(two)
    assert first == second
    assert first["cases"]["open"] == told["open"]  # type: ignore[index]


def test_simulated_handsets_report_through_a_server(
    server: ServerFactory, redis_client: redis.Redis, small_city: Path, tmp_path: Path
) -> None:
    running = server()
    settings = {"GRIDWALL_PORT": str(running.port), "GRIDWALL_AREAS": str(small_city)}
    done = gridwall("simulate", "--via", "handsets", "--rate", "200", "--for", "3s", cwd=tmp_path, **settings)
    assert (done.returncode, done.stderr) == (0, "")
    sent = redis_client.xlen("reports")
    assert sent > 200
    wait_until(lambda: sum(running.get("/api/v1/areas/city")["log"][name] for name in COUNTED) == sent)
