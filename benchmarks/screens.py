"""Screens: what a wall costs on the wire and on the server, and a thousand screens at once."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
import time
from typing import Any

import psutil
import websockets

from benchmarks.rig import Rig, Row, append, cpu_share, live_mix, percentile, pump

TOPICS = ["city", "map/cases-open"]


async def _watch(url: str, seconds: float, topics: list[str]) -> list[tuple[float, int, int]]:
    """Returns (arrival, server's `at` in ms, bytes) of every message of one screen."""
    seen = []
    async with websockets.connect(url, compression=None, max_size=None, proxy=None) as socket:
        await socket.send(json.dumps({"type": "subscribe", "topics": topics}))
        until = time.time() + seconds
        while (left := until - time.time()) > 0:
            try:
                text = await asyncio.wait_for(socket.recv(), left)
            except TimeoutError:
                break
            seen.append((time.time(), json.loads(text).get("at", 0), len(text)))
    return seen


async def _crowd(url: str, screens: int, seconds: float) -> list[float]:
    """Returns delivery times (ms from `at`) over many screens that read and do little else."""
    delays: list[float] = []

    async def one() -> None:
        async with websockets.connect(url, compression=None, max_size=None, proxy=None, ping_interval=None) as socket:
            await socket.send(json.dumps({"type": "subscribe", "topics": TOPICS}))  # what a real wall watches
            async for text in socket:
                arrived = time.time() * 1000
                found = text.find('"delta"', 0, 20)
                if found > 0:
                    start = text.index('"at":') + 5
                    delays.append(arrived - int(text[start : text.index(",", start)]))

    tasks = []
    for _ in range(screens):
        tasks.append(asyncio.create_task(one()))
        if len(tasks) % 50 == 0:
            await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    delays.clear()
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return delays


def _crowd_process(url: str, screens: int, seconds: float, answer: Any) -> None:
    answer.put(asyncio.run(_crowd(url, screens, seconds)))


def _with_crowd(server: Any, screens: int, seconds: float) -> tuple[float, float, list[float]]:
    """Returns the server's share of a core and its memory (MB) with many screens, and the delivery times."""
    answer: Any = multiprocessing.get_context("spawn").Queue()
    url = server.url.replace("http", "ws") + "/live"
    crowd = multiprocessing.get_context("spawn").Process(
        target=_crowd_process, args=(url, screens, seconds + 4, answer)
    )
    crowd.start()
    deadline = time.monotonic() + 60
    while _screens(server) < screens and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(2.5)
    share = cpu_share(server.pid, seconds)
    memory = psutil.Process(server.pid).memory_info().rss / 1e6
    delays = answer.get(timeout=60)
    crowd.join()
    return share, memory, delays


def _screens(server: Any) -> float:
    import httpx

    text = httpx.get(server.url + "/metrics", trust_env=False).text
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith("gridwall_screens ")))


def measure(rig: Rig) -> list[Row]:
    """Measures wire, further walls, and fan-out against one server."""
    seconds = 5.0 if rig.quick else 8.0
    with rig.redis() as redis_server:
        append(redis_server.url, rig.reports(35))
        mix = live_mix(rig)
        with rig.server(redis_server.url) as server:
            with pump(redis_server.url, mix, 50):
                rows = [_wire(server, seconds), _walls(server, seconds)]
            rows.append(_fan_out(server, redis_server.url, mix, seconds))
    return rows


def _wire(server: Any, seconds: float) -> Row:
    url = server.url.replace("http", "ws") + "/live"
    seen = asyncio.run(_watch(url, seconds + 2, TOPICS))
    first = seen[0][0] + 2
    size = sum(length for at, _, length in seen if at > first) / seconds / 1000
    frames = sum(at > first for at, _, _ in seen) / seconds
    figures = {"kb_per_s": size, "frames_per_s": frames}
    return Row(
        "wire per wall, 50 reports/s", "≤ 3 KB/s", f"{size:.2f} KB/s at {frames:.1f} frames/s", size <= 3, figures
    )


def _walls(server: Any, seconds: float) -> Row:
    """Returns what one more wall costs: the slope between 1 and 101 screens, 50 reports/s."""
    slopes = []
    for _ in range(1 if rig_is_quick(seconds) else 2):
        few, _, _ = _with_crowd(server, 1, seconds)
        many, _, _ = _with_crowd(server, 101, seconds)
        slopes.append((many - few) / 100 * 100)
    slope = statistics.median(slopes)
    return Row(
        "server cost of each further wall, 50 reports/s",
        "≤ 0.1 % of a core",
        f"{slope:.3f} %",
        slope <= 0.1,
        {"percent": slopes},
    )


def rig_is_quick(seconds: float) -> bool:
    """Says whether this is only a quick look."""
    return seconds < 8


def _fan_out(server: Any, url: str, mix: list[bytes], seconds: float) -> Row:
    """Returns what a thousand screens cost at two frames a second."""
    screens = 200 if rig_is_quick(seconds) else 1000
    before = psutil.Process(server.pid).memory_info().rss / 1e6
    with pump(url, mix, 2):
        share, memory, delays = _with_crowd(server, screens, seconds)
    p99, per_screen = percentile(delays, 0.99), (memory - before) * 1000 / screens
    rate = len(delays) / screens / (seconds + 4)  # the crowd watches for 4 s longer than we do
    measured = f"{share * 100:.0f} % of a core, p99 {p99:.0f} ms, {per_screen:.0f} KB a screen ({rate:.1f} frames/s)"
    figures = {"share": share, "p50_ms": percentile(delays, 0.5), "p99_ms": p99, "kb": per_screen, "frames_per_s": rate}
    met = share <= 0.25 and p99 <= 100 and per_screen <= 100
    target = "≤ 25 % of a core, p99 ≤ 100 ms, ≤ 100 KB a screen"
    return Row(f"fan-out to {screens:,} screens, about 2 frames/s", target, measured, met, figures)
