"""Rude clients: what a good screen notices of one, and whether servers end under load, two hundred times."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import websockets

from benchmarks.rig import Rig, Row, append, live_mix, percentile, pump
from tests.support.running import ServerProcess

TOPICS = ["city", "map/cases-open"]
GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
_END_S = 15.0

Rude = Callable[[str, int, list[str]], Awaitable[None]]


async def _resync(host: str, port: int, _: list[str]) -> None:
    """Asks for the same snapshot as fast as it can."""
    await _insist(host, port, lambda _: {"type": "resync", "topic": "city"})


async def _topics(host: str, port: int, codes: list[str]) -> None:
    """Watches something else with every message."""

    def other(number: int) -> dict[str, Any]:
        first = number * 16 % len(codes)
        return {"type": "subscribe", "topics": [f"panels/{code}" for code in (codes + codes)[first : first + 16]]}

    await _insist(host, port, other)


async def _insist(host: str, port: int, message: Callable[[int], dict[str, Any]]) -> None:
    """Says things without a pause, and comes again whenever it is sent away."""
    number = 0
    while True:
        with contextlib.suppress(OSError, websockets.WebSocketException):
            async with websockets.connect(f"ws://{host}:{port}/live", proxy=None, max_size=None) as socket:
                await socket.send(json.dumps({"type": "subscribe", "topics": ["city"]}))
                while True:
                    number += 1
                    await socket.send(json.dumps(message(number)))
        await asyncio.sleep(0.01)


async def _pings(host: str, port: int, _: list[str]) -> None:
    """Sends pings and reads nothing."""
    while True:
        with contextlib.suppress(OSError, websockets.WebSocketException):
            async with websockets.connect(f"ws://{host}:{port}/live", proxy=None, ping_interval=None) as socket:
                socket.transport.pause_reading()
                while not socket.transport.is_closing():
                    socket.transport.write(b"\x89\x80\0\0\0\0" * 1000)
                    await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)


async def _pages(host: str, port: int, _: list[str]) -> None:
    """Asks for pages and reads none."""
    while True:
        with contextlib.suppress(OSError, TimeoutError):
            _, writer = await asyncio.open_connection(host, port)
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            async with asyncio.timeout(5):
                while True:
                    writer.write(GET * 1000)
                    await writer.drain()
        await asyncio.sleep(0.01)


RUDE: dict[str, Rude] = {"resync": _resync, "ever new topics": _topics, "unread pings": _pings, "unread pages": _pages}


def _be_rude(name: str, port: int, codes: list[str]) -> None:
    os.nice(5)  # the machine is shared: what is measured is the server, not who gets a core
    asyncio.run(RUDE[name]("127.0.0.1", port, codes))


async def _good(port: int, seconds: float) -> list[float]:
    """Returns the delivery times (ms from `at`) of a good screen."""
    delays, until = [], time.monotonic() + seconds
    async with websockets.connect(f"ws://127.0.0.1:{port}/live", proxy=None, max_size=None, compression=None) as socket:
        await socket.send(json.dumps({"type": "subscribe", "topics": TOPICS}))
        while (left := until - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                message = json.loads(await asyncio.wait_for(socket.recv(), left))
                if message["type"] == "delta":
                    delays.append(time.time() * 1000 - message["at"])
    return delays


def _beside(name: str | None, server: ServerProcess, codes: list[str], seconds: float) -> list[float]:
    """Returns the delivery times of a good screen, beside a rude client or alone."""
    if name is None:
        return asyncio.run(_good(server.port, seconds))
    rude = multiprocessing.get_context("spawn").Process(target=_be_rude, args=(name, server.port, codes), daemon=True)
    rude.start()
    time.sleep(1.0)
    try:
        return asyncio.run(_good(server.port, seconds))
    finally:
        rude.kill()
        rude.join()


def measure(rig: Rig) -> list[Row]:
    """Measures a good screen beside each rude client, alone in between, and ends servers under load."""
    seconds = 4.0 if rig.quick else 8.0
    with rig.redis() as redis_server:
        append(redis_server.url, rig.reports(3 if rig.quick else 35))
        with rig.server(redis_server.url) as server, pump(redis_server.url, live_mix(rig), 50):
            codes = [area["area"]["code"] for area in server.get("/api/v1/areas/city/children")["children"]]
            codes += [
                a["area"]["code"] for code in codes for a in server.get(f"/api/v1/areas/{code}/children")["children"]
            ]
            rows = [_compared(name, server, codes, seconds) for name in RUDE]
    return [*rows, _ended(rig, 20 if rig.quick else 200)]


def _compared(name: str, server: ServerProcess, codes: list[str], seconds: float) -> Row:
    """Returns the p99 beside a rude client against those before and after it, alone."""
    alone = [*_beside(None, server, codes, seconds)]
    beside = _beside(name, server, codes, seconds)
    alone += _beside(None, server, codes, seconds)
    without, rude = percentile(alone, 0.99), percentile(beside, 0.99)
    figures = {"alone_p99_ms": without, "beside_p99_ms": rude, "frames": len(beside), "alone_frames": len(alone)}
    what = f"freshness of a good screen beside a rude one: {name}"
    return Row(what, "p99 ≤ 2 × alone", f"{rude:.1f} ms, alone {without:.1f} ms", rude <= 2 * without, figures)


def _ended(rig: Rig, runs: int) -> Row:
    """Returns how many keeping servers end in order when asked once or twice, ten at a time on a busy machine."""
    codes, longest = [], 0.0
    with rig.redis() as redis_server:
        while len(codes) < runs:
            folder = Path(tempfile.mkdtemp(dir=rig.folder))
            given = {
                "GRIDWALL_REDIS_URL": redis_server.url,
                "GRIDWALL_AREAS": str(rig.areas),
                "GRIDWALL_SNAPSHOT_S": "3600",
            }
            servers = [ServerProcess(folder, given).start(ready=False) for _ in range(min(10, runs - len(codes)))]
            for server in servers:
                server.wait_ready(120)
            began = time.monotonic()
            for number, server in enumerate(servers):
                os.kill(server.pid, signal.SIGTERM)
                if number % 2:
                    os.kill(server.pid, (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)[number // 2 % 4])
            codes += [server.wait(_END_S) for server in servers]
            longest = max(longest, time.monotonic() - began)
    good = codes.count(0)
    figures = {"ended": good, "runs": runs, "longest_s": longest}
    measured = f"{good} of {runs}, the longest ten took {longest:.1f} s"
    return Row("servers that end in order, asked once or twice under load", "all", measured, good == runs, figures)
