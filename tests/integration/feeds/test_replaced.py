"""The log is replaced under a connected server: it is said within three seconds, and everything is counted anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import redis

from dashboard.feeds.keys import SNAPSHOTS_ASIDE
from tests.conftest import ServerFactory
from tests.integration.api.test_live import hear, screen
from tests.support.making import event
from tests.support.running import ServerProcess, wait_until


def _write(client: redis.Redis, grids: list[str], first: int, count: int, shards: int = 1) -> None:
    from dashboard.feeds.streams import stream_of

    with client.pipeline(transaction=False) as pipe:
        for number in range(first, first + count):
            grid, data = grids[number % len(grids)], {"sex": "f", "age": 20, "floating": False, "other": "outside"}
            raw = event("population.move-in", data, at=time.time(), grid=grid, id=f"m{number}")
            pipe.xadd(stream_of(grid, shards), {"event": raw})
        pipe.execute()


def _readyz(running: ServerProcess) -> dict[str, Any]:
    body: dict[str, Any] = httpx.get(f"{running.url}/readyz", timeout=5.0, trust_env=False).json()
    return body


def _flush(client: redis.Redis) -> None:
    client.flushall()


def _delete(client: redis.Redis) -> None:
    client.delete("reports")


def _older_copy(client: redis.Redis) -> None:
    copy = client.xrange("reports")[:-20]
    client.delete("reports")
    for entry, fields in copy:
        client.xadd("reports", fields, id=entry)


@pytest.mark.parametrize(("replace", "left"), [(_flush, 0), (_delete, 0), (_older_copy, 280)])
def test_a_replaced_log_is_said_and_counted_anew(
    server: ServerFactory,
    redis_client: redis.Redis,
    small_grids: list[str],
    replace: Callable[[redis.Redis], None],
    left: int,
) -> None:
    _write(redis_client, small_grids, 0, 300)
    running = server()
    with screen(running, "city") as socket:
        assert hear(socket, "snapshot")["body"]["kpi"]["reports"] == 300
        replace(redis_client)
        at = time.monotonic()
        _write(redis_client, small_grids, 1000, 7)
        wait_until(lambda: "log-replaced" in (_readyz(running)["reason"] or ""), 3.0, "the word")
        heard = hear(socket, "heartbeat")
        while not heard["notices"]:
            heard = hear(socket, "heartbeat")
        assert time.monotonic() - at < 5.0
        assert [notice["name"] for notice in heard["notices"]] == ["log-replaced"]
        wait_until(lambda: _readyz(running)["ready"], 15.0, "the fold")
        log = running.get("/api/v1/areas/city")["log"]
        assert (log["reports"], log["duplicates"]) == (left + 7, 0)
        body = hear(socket, "delta")["body"] if left else {}
        assert body.get("kpi", {}).get("reports", left + 7) <= 307
    [aside] = redis_client.zrange(SNAPSHOTS_ASIDE, 0, -1)
    assert aside.decode() == heard["notices"][0]["detail"]
    assert redis_client.exists(aside), "what was counted of the log before is kept"


def test_a_trimmed_log_under_a_busy_server_is_no_other(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    _write(redis_client, small_grids, 0, 300)
    running = server()
    for part in range(6):
        _write(redis_client, small_grids, 300 + part * 50, 50)
        read = 350 + part * 50
        wait_until(lambda: running.get("/api/v1/areas/city")["log"]["reports"] == read, what="what is trimmed next")  # noqa: B023
        redis_client.xtrim("reports", maxlen=(30, 0)[part % 2], approximate=False)
        time.sleep(0.6)
        assert "log-replaced" not in (_readyz(running)["reason"] or "")
    assert _readyz(running)["notices"] == []


def test_a_start_that_would_lose_what_was_counted_is_refused_in_one_line(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    _write(redis_client, small_grids, 0, 300)
    running = server()
    running.stop()
    redis_client.xtrim("reports", maxlen=3, approximate=False)
    refused = server(ready=False, GRIDWALL_TIMEZONE="America/Chicago")
    assert refused.wait(20.0) == 1
    said = [line for line in refused.log.splitlines() if "was trimmed" in line]
    assert len(said) == 1
    assert "another timezone is set" in said[0]
    assert "Traceback" not in refused.log
    running.start()
    assert running.get("/api/v1/areas/city")["log"]["reports"] == 300
