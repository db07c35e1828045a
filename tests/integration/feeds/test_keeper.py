"""The keeper in real processes: two of them, one killed, one stopped, a clock that jumps. Everything exists once."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from typing import Any

import httpx
import redis

from dashboard.feeds.follower import BATCH
from dashboard.feeds.keys import KEEPER_LEASE
from simulator.out.lease import SeizedLease
from tests.conftest import ServerFactory
from tests.support.making import DAY, event, reported
from tests.support.running import ServerProcess, wait_until

DEPARTMENTS = 4  # that a birth gives something to do
KEEPING = {"GRIDWALL_KEEPER": "true", "GRIDWALL_KEEPER_GRACE_S": "0.5", "GRIDWALL_SNAPSHOT_S": "3600"}


def birth(number: int, grid: str) -> bytes:
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    return event("population.birth", {"sex": "m", "occurred_on": today}, at=time.time(), grid=grid, id=f"b-{number}")


def kept(client: redis.Redis) -> Counter[str]:
    """Returns how often each id that a keeper appended lies in the log."""
    entries = (json.loads(fields[b"event"]) for _, fields in client.xrange("reports"))
    return Counter(entry["id"] for entry in entries if entry["source"] == "/keeper")


def keeper(running: ServerProcess) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{running.url}/readyz", timeout=5, trust_env=False).json()["keeper"]
    return found


def keeping(*servers: ServerProcess) -> list[ServerProcess]:
    return [server for server in servers if keeper(server)["state"] == "keeping"]


def test_of_two_keepers_one_keeps(server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]) -> None:
    one, two = server(**KEEPING), server(**KEEPING)
    wait_until(lambda: keeping(one, two), what="a keeper")
    for number in range(40):
        redis_client.xadd("reports", {"event": birth(number, small_grids[number % 24])})
    wait_until(lambda: len(kept(redis_client)) == 40 * DEPARTMENTS, what="all tasks")
    time.sleep(1.5)
    assert set(kept(redis_client).values()) == {1}
    assert len(keeping(one, two)) == 1
    for running in (one, two):
        wait_until(lambda r=running: r.get("/api/v1/tasks", state="open")["total"] == 40 * DEPARTMENTS, what="the fold")
        assert running.get("/api/v1/areas/city")["log"]["duplicates"] == 0
    metrics = httpx.get(f"{keeping(one, two)[0].url}/metrics", timeout=5, trust_env=False).text
    assert "gridwall_keeper 1.0" in metrics
    assert f"gridwall_keeper_tasks_total {40 * DEPARTMENTS}.0" in metrics


def test_a_keeper_killed_in_the_middle_loses_and_repeats_nothing(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    one, two = server(**KEEPING), server(**KEEPING)
    wait_until(lambda: keeping(one, two), what="a keeper")
    [first] = keeping(one, two)
    second = two if first is one else one
    births = 4 * BATCH
    os.kill(first.pid, signal.SIGSTOP)  # for less than its lease lasts, so that all of them wait for it
    for start in range(0, births, 500):
        with redis_client.pipeline(transaction=False) as pipe:
            for number in range(start, start + 500):
                pipe.xadd("reports", {"event": birth(number, small_grids[number % 24])})
            last = pipe.execute()[-1]
    os.kill(first.pid, signal.SIGCONT)
    assert redis_client.xread({"reports": last}, count=1, block=10_000), "no tasks came"
    first.kill()
    assert len(kept(redis_client)) < births * DEPARTMENTS, "it was killed too late to prove anything"
    wait_until(lambda: len(kept(redis_client)) == births * DEPARTMENTS, 30.0, "all tasks")
    time.sleep(1.0)
    assert set(kept(redis_client).values()) == {1}
    assert keeper(second)["state"] == "keeping"
    assert second.get("/api/v1/areas/city")["log"]["duplicates"] == 0


def test_a_keeper_that_slept_through_its_lease_appends_nothing(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    one, two = server(**KEEPING), server(**KEEPING)
    wait_until(lambda: keeping(one, two), what="a keeper")
    [first] = keeping(one, two)
    second = two if first is one else one
    token = keeper(first)["token"]
    os.kill(first.pid, signal.SIGSTOP)
    try:
        for number in range(30):
            redis_client.xadd("reports", {"event": birth(number, small_grids[number % 24])})
        wait_until(lambda: len(kept(redis_client)) == 30 * DEPARTMENTS, 15.0, "the tasks by the other keeper")
    finally:
        os.kill(first.pid, signal.SIGCONT)
    redis_client.xadd("reports", {"event": birth(99, small_grids[0])})
    wait_until(lambda: len(kept(redis_client)) == 31 * DEPARTMENTS, what="the last tasks")
    wait_until(lambda: keeper(first)["state"] == "waiting", what="stepping back")
    time.sleep(1.0)
    assert set(kept(redis_client).values()) == {1}
    assert keeper(second)["token"] > token


def test_an_escalation_comes_within_two_seconds_of_the_limit(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    running = server(**KEEPING)
    wait_until(lambda: keeping(running), what="a keeper")
    due_ms = int((time.time() + 3.0) * 1000)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(due_ms // 1000)) + f".{due_ms % 1000:03d}Z"
    raw = reported("C-1", time.time() - DAY, "dispute", grid=small_grids[0], due=text)
    redis_client.xadd("reports", {"event": raw})
    wait_until(lambda: "escalate/C-1/community" in kept(redis_client), what="the escalation")
    [arrived_ms] = [
        int(entry_id.partition(b"-")[0])
        for entry_id, fields in redis_client.xrange("reports")
        if b"escalate/C-1/community" in fields[b"event"]
    ]
    assert 0 <= arrived_ms - due_ms < 2000
    wait_until(lambda: running.get("/api/v1/cases/C-1")["level"] == "community", what="the fold")


def test_a_clock_that_jumps_lifts_each_case_once_per_level(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    """The clock is set forward by a restart, back by another one, and forward again."""
    started = time.time()
    for number in range(20):
        raw = reported(f"C-{number}", started, "dispute", grid=small_grids[number])
        redis_client.xadd("reports", {"event": raw})

    def run_at(days: float) -> ServerProcess:
        clock = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started + days * DAY))
        return server(**KEEPING, GRIDWALL_CLOCK=clock)

    for days, lifted in ((0.0, 0), (6.0, 20), (1.0, 20), (30.0, 40), (90.0, 60)):
        running = run_at(days)
        wait_until(lambda r=running: keeping(r), 10.0, "a keeper")
        wait_until(lambda n=lifted: escalations(redis_client) == n, 10.0, f"{lifted} escalations")
        time.sleep(0.8)
        assert escalations(redis_client) == lifted
        running.stop()
    found = kept(redis_client)
    assert set(found.values()) == {1}
    assert running.start().get("/api/v1/areas/city")["log"]["dead_letters"] == 0


def escalations(client: redis.Redis) -> int:
    return sum(count for name, count in kept(client).items() if name.startswith("escalate/"))


def test_who_writes_a_past_keeps_the_keeper_away(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    seized = SeizedLease(redis_client, 1, lasting_ms=60_000)  # a busy machine may take long to start a server
    running = server(**KEEPING)
    redis_client.xadd("reports", {"event": birth(1, small_grids[0])})
    for _ in range(4):
        time.sleep(0.5)
        seized.prolong()
    assert not kept(redis_client)
    assert keeper(running)["state"] == "waiting"
    seized.hand_over()
    wait_until(lambda: keeping(running), what="the hand-over")
    redis_client.xadd("reports", {"event": birth(2, small_grids[0])})
    wait_until(lambda: len(kept(redis_client)) == DEPARTMENTS, what="the tasks of the second birth")
    time.sleep(1.0)
    assert len(kept(redis_client)) == DEPARTMENTS, "what was written as past opened none"
    assert redis_client.exists(KEEPER_LEASE)
