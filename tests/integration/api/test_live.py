"""The live protocol on a real socket."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from dashboard.feeds.live.frames import merge
from tests.conftest import ServerFactory
from tests.support.making import event
from tests.support.running import ServerProcess, wait_until
from tests.support.traffic import Pump, past, write


@contextmanager
def screen(running: ServerProcess, *topics: str, **options: Any) -> Iterator[ClientConnection]:
    """A screen that has said what it wants."""
    address = running.url.replace("http", "ws") + "/live"
    with connect(address, max_size=None, proxy=None, compression=None, **options) as socket:
        assert json.loads(socket.recv(5))["type"] == "hello"
        say(socket, {"type": "subscribe", "topics": list(topics)})
        yield socket


def say(socket: ClientConnection, message: Any) -> None:
    socket.send(message if isinstance(message, str) else json.dumps(message))


def hear(socket: ClientConnection, kind: str, timeout_s: float = 5.0) -> dict[str, Any]:
    """Returns the next message of one type."""
    until = time.monotonic() + timeout_s
    while True:
        message: dict[str, Any] = json.loads(socket.recv(max(0.01, until - time.monotonic())))
        if message["type"] == kind:
            return message


def moved_in(client: redis.Redis, grid: str, number: int) -> None:
    data = {"sex": "f", "age": 20, "floating": False}
    raw = event("population.move-in", data, at=time.time(), grid=grid, id=f"l{number}")
    client.xadd("reports", {"event": raw})


@pytest.mark.parametrize("topic", ["city", "map/recent", "area/4205"])
def test_deltas_on_a_snapshot_are_the_next_snapshot(
    server: ServerFactory, redis_client: redis.Redis, redis_url: str, small_city: Path, topic: str
) -> None:
    raws = [(grid, raw) for _, grid, raw in past(small_city, 9, time.time())]
    running = server()
    with screen(running, topic) as socket, Pump(redis_url, raws, 100):
        snapshot = hear(socket, "snapshot")
        body, seq = snapshot["body"], snapshot["seq"]
        for _ in range(6):
            delta = hear(socket, "delta")
            assert (delta["prev"], delta["epoch"]) == (seq, snapshot["epoch"])
            seq = delta["seq"]
            delta["body"].pop("pulse", None)
            body = merge(body, delta["body"])
        say(socket, {"type": "resync", "topic": topic})
        while True:
            message = json.loads(socket.recv(5))
            if message["type"] == "snapshot":
                break
            message.get("body", {}).pop("pulse", None)
            body = merge(body, message.get("body", {}))
        assert message["body"] == body


def test_a_report_is_on_every_screen_at_once(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    running = server()
    with screen(running, "city") as one, screen(running, "city") as two:
        hear(one, "snapshot"), hear(two, "snapshot")
        moved_in(redis_client, small_grids[0], 1)
        first, second = hear(one, "delta"), hear(two, "delta")
        assert first == second
        assert first["body"]["kpi"]["move-ins-today"] == 1


def test_a_quiet_screen_gets_a_heartbeat_every_second(empty: ServerProcess) -> None:
    with screen(empty) as socket:
        hear(socket, "heartbeat", 2.5)
        began = time.monotonic()
        beat = hear(socket, "heartbeat", 2.5)
        assert time.monotonic() - began < 2.0
        assert beat["age_ms"] < 1500


def test_nonsense_is_answered_and_harms_nobody(server: ServerFactory) -> None:
    running = server()
    with screen(running, "city", "nothing/here") as socket:
        assert hear(socket, "error")["reason"] == "unknown-topic"
        for nonsense in ("{", "[]", '{"type":"odd"}', "[" * 5000, '{"type":"subscribe","topics":7}'):
            say(socket, nonsense)
            assert hear(socket, "error")["reason"].startswith("not understood")
        say(socket, {"type": "health", "page": "/", "uptime_s": 3, "frames": 9, "resyncs": 2})
        wait_until(lambda: "gridwall_wall_resyncs 2.0" in _metrics(running), what="the wall's health")
    with screen(running) as socket:
        socket.send("x" * 20_000)
        with pytest.raises(ConnectionClosed):
            hear(socket, "never")


def test_a_page_of_another_site_gets_nothing(empty: ServerProcess) -> None:
    with pytest.raises(InvalidStatus), screen(empty, origin="http://elsewhere.example"):
        pass
    wait_until(lambda: "for pages at 'elsewhere.example'" in empty.log, 5, "a line in the log")
    with screen(empty, origin=empty.url):
        pass


def test_a_slow_screen_gets_no_queue_and_slows_nobody(
    server: ServerFactory, redis_client: redis.Redis, redis_url: str, small_city: Path
) -> None:
    write(redis_client, past(small_city, 2, time.time()))
    raws = [(grid, raw) for _, grid, raw in past(small_city, 9, time.time(), seed=12)]
    running = server()
    codes = [area["area"]["code"] for area in running.get("/api/v1/areas/city/children")["children"]]
    topics = [
        "city",
        "map/recent",
        "area/4205",
        *[f"wall/{code}" for code in codes],
        *[f"area/{code}" for code in codes],
    ]
    with (
        screen(running, *topics[:16], max_queue=1, close_timeout=1) as slow,
        screen(running, "city") as quick,
        Pump(redis_url, raws, 150),
    ):
        hear(quick, "snapshot")
        worst, until = 0.0, time.monotonic() + 6
        while time.monotonic() < until:
            began = time.monotonic()
            hear(quick, "delta", 3)
            worst = max(worst, time.monotonic() - began)
        assert worst < 1.5
        wait_until(lambda: slow.recv(1) is not None, 5, "the slow screen reads again")
        hear(slow, "delta", 10)


def _metrics(running: ServerProcess) -> str:
    import httpx

    return httpx.get(running.url + "/metrics", trust_env=False).text


def insist(socket: ClientConnection, messages: list[Any]) -> tuple[list[str], ConnectionClosed]:
    """Says all of that, and listens until it is sent away; returns the types of what it heard."""
    heard: list[str] = []
    try:
        for message in messages:
            say(socket, message)
        while True:
            heard.append(json.loads(socket.recv(10))["type"])
    except ConnectionClosed as closed:
        return heard, closed


@pytest.mark.parametrize("kind", ["resync", "topics"])
def test_a_rude_screen_is_told_why_and_slows_nobody(empty: ServerProcess, kind: str) -> None:
    """It asks 2,000 times at once: its questions are merged, and then it is sent away; another one is served."""
    codes = ["4205", *(area["area"]["code"] for area in empty.get("/api/v1/areas/city/children")["children"])]
    asked = [{"type": "resync", "topic": "city"}] * 2000
    if kind == "topics":
        asked = [{"type": "subscribe", "topics": [f"panels/{codes[n % len(codes)]}"]} for n in range(2000)]
    with screen(empty, "city") as good, screen(empty, "city") as rude:
        hear(good, "snapshot"), hear(rude, "snapshot")
        heard, closed = insist(rude, asked)
        assert (closed.rcvd.code, closed.rcvd.reason) == (1008, "too many messages")
        assert heard.count("snapshot") <= 70
        began = time.monotonic()
        say(good, {"type": "resync", "topic": "city"})
        hear(good, "snapshot")
        assert time.monotonic() - began < 2.0
