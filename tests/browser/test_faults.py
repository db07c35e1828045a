"""The open wall through faults: it says so at once, and heals by itself."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import redis

from dashboard.run.redis import EmbeddedRedis
from tests.conftest import ServerFactory
from tests.support.oracle import numbers
from tests.support.running import wait_until
from tests.support.traffic import Pump, log_of, past, write

LIVE = 'body[data-live="live"]'
STALE = 'body[data-live="stale"]'
SHOWN = "document.querySelector('[data-kpi=reports]').dataset.value"


def reports(areas: Path, count: int) -> list[tuple[str, bytes]]:
    """Returns reports of the last days, which the past before them does not hold."""
    made = [(grid, raw) for _, grid, raw in past(areas, 6, time.time(), seed=11)]
    return made[-count:]


def open_wall(page: Any, url: str) -> None:
    page.goto(url + "/?lang=en")
    page.wait_for_selector(LIVE, timeout=20_000)
    page.evaluate("window.stillTheSamePage = true")


def agree(page: Any, running: Any, client: redis.Redis) -> None:
    """Checks that wall, API and a recomputation from the raw log tell the same, and that nothing was loaded anew."""
    told = numbers(log_of(client), time.time(), 0)
    wait_until(lambda: running.get("/api/v1/areas/city")["log"]["reports"] == told["log"]["reports"], 15, "the fold")
    city = running.get("/api/v1/areas/city")
    assert {name: city["log"][name] for name in told["log"]} == told["log"]
    assert city["cases"]["open"] == told["open"]
    wait_until(lambda: page.evaluate(SHOWN) == str(told["log"]["reports"]), 5, "the wall")
    assert page.evaluate("window.stillTheSamePage === true")


def test_redis_away_for_twenty_seconds(
    server: ServerFactory, own_redis: EmbeddedRedis, small_city: Path, page: Any
) -> None:
    client = redis.Redis.from_url(own_redis.url)
    write(client, past(small_city, 3, time.time()))
    running = server(GRIDWALL_REDIS_URL=own_redis.url)
    open_wall(page, running.url)
    with Pump(own_redis.url, reports(small_city, 1500), 50) as pump:
        wait_until(lambda: pump.sent > 50, 10, "traffic")
        os.kill(own_redis.pid, signal.SIGSTOP)
        stopped = time.monotonic()
        page.wait_for_selector(STALE, timeout=3_600)
        assert "data source" in page.inner_text("#banner")
        other = page.context.new_page()
        other.goto(running.url + "/reports?counter=move_ins&day=window&lang=en")
        assert "read from the log" in other.inner_text(".said")
        other.close()
        wait_until(lambda: time.monotonic() - stopped > 20, 25, "twenty seconds")
        assert page.query_selector(STALE)
        os.kill(own_redis.pid, signal.SIGCONT)
        page.wait_for_selector(LIVE, timeout=3_000)
        wait_until(lambda: pump.sent > 200, 20, "traffic")
    agree(page, running, client)
    client.close()


def test_server_killed_under_traffic(
    server: ServerFactory, redis_client: redis.Redis, redis_url: str, small_city: Path, page: Any
) -> None:
    write(redis_client, past(small_city, 3, time.time()))
    running = server(GRIDWALL_SNAPSHOT_S="1")
    open_wall(page, running.url)
    with Pump(redis_url, reports(small_city, 1500), 50) as pump:
        wait_until(lambda: pump.sent > 150, 15, "traffic")
        running.kill()
        killed = time.monotonic()
        page.wait_for_selector(STALE, timeout=3_600)
        wait_until(lambda: time.monotonic() - killed > 3, 5, "three seconds")
        running.start()
        page.wait_for_selector(LIVE, timeout=3_000)
        assert "restored from a snapshot" in running.log
        wait_until(lambda: pump.sent > 300, 20, "traffic")
    agree(page, running, redis_client)
    assert page.foreign == []


def readiness(running: Any) -> tuple[int, dict[str, Any]]:
    answer = httpx.get(running.url + "/readyz", timeout=5, trust_env=False)
    return answer.status_code, answer.json()


def post(running: Any, raw: bytes) -> httpx.Response:
    headers = {"content-type": "application/cloudevents+json"}
    return httpx.post(running.url + "/api/v1/reports", content=raw, headers=headers, timeout=5, trust_env=False)


def test_a_full_redis_is_said_everywhere_and_once(
    server: ServerFactory, own_redis: EmbeddedRedis, small_city: Path, page: Any
) -> None:
    client = redis.Redis.from_url(own_redis.url)
    running = server(GRIDWALL_REDIS_URL=own_redis.url)
    [(_, raw)] = reports(small_city, 1)
    assert post(running, raw).status_code == 202
    open_wall(page, running.url)
    other = page.context.new_page()
    other.goto(running.url + "/services?lang=zh-CN")
    assert page.query_selector("#banner[hidden]")
    client.config_set("maxmemory", 1)
    page.wait_for_selector("#banner:not([hidden]):not(.warning)", timeout=5_000)
    assert re.match(r"Reports cannot be stored since \d\d:\d\d\..*maxmemory", page.inner_text("#banner"))
    other.wait_for_selector("#banner:not([hidden])", timeout=5_000)
    assert re.match(r"自 \d\d:\d\d 起无法保存上报", other.inner_text("#banner"))
    for _ in range(3):
        refused = post(running, raw)
        assert (refused.status_code, refused.json()["error"]) == (503, "log-full")
        assert "maxmemory" in refused.json()["reason"]
    status, said = readiness(running)
    assert (status, said["writable"], "maxmemory" in said["reason"]) == (503, False, True)
    assert "gridwall_writable 0.0" in httpx.get(running.url + "/metrics", timeout=5, trust_env=False).text
    assert page.query_selector(LIVE), "the log is still read"
    assert running.log.count("cannot be stored") == 1
    client.config_set("maxmemory", 0)
    page.wait_for_selector("#banner[hidden]", state="attached", timeout=5_000)
    assert readiness(running)[0] == 200
    assert post(running, raw).status_code == 202
    client.close()


def test_readiness_ends_within_three_seconds_of_a_hang_of_redis(
    server: ServerFactory, own_redis: EmbeddedRedis
) -> None:
    running = server(GRIDWALL_REDIS_URL=own_redis.url)
    os.kill(own_redis.pid, signal.SIGSTOP)
    stopped = time.monotonic()
    try:
        wait_until(lambda: readiness(running)[0] == 503, 10, "the end of readiness")
        assert time.monotonic() - stopped < 3
        assert "no answer" in readiness(running)[1]["reason"]
    finally:
        os.kill(own_redis.pid, signal.SIGCONT)
    wait_until(lambda: readiness(running)[0] == 200, 10, "readiness")
