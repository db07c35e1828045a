"""Serves a city with a past to a real browser: how soon pages start, how fresh the wall is, what the server weighs.

    screens.py AREAS ENTRIES REDIS_SERVER CHROMIUM

Everything runs in this checkout or in an older one and knows only what both promise: the command, its settings,
and the attributes of the pages. Figures: `wall_s` and `area_s` (cold cache, median of three), `fresh_ms` (median from
XADD to the changed text at 50 reports a second), `ready_s` (from the command to a ready server), `memory_mb` (of the
server when all that is done).
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
LOADS, SECONDS, RATE = 3, 5.0, 50.0
WALL = 'body[data-live="live"][data-map="ready"]'
AREA = 'body[data-live="live"]'
NUMBER = '[data-kpi="{}"]:not([data-value=""])'
WATCH = """() => {
  const element = document.querySelector('[data-kpi=reports]');
  window.seen = [];
  new MutationObserver(() => window.seen.push([Date.now(), +element.dataset.value]))
    .observe(element, {attributes: true, attributeFilter: ['data-value']});
}"""


def main(areas: str, entries: str, redis_server: str, chromium: str) -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as name, private_redis(redis_server, Path(name)) as url:
        raws = fill(url, Path(entries))
        with serving(areas, url, Path(name)) as (process, address, ready_s), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            figures = {"ready_s": ready_s, "wall_s": start(browser, address, WALL, "reports")}
            figures["area_s"] = start(browser, f"{address}/area/420502", AREA, "cases-open")
            figures["fresh_ms"] = freshness(browser, address, url, raws)
            figures["memory_mb"] = memory_mb(process.pid)
            browser.close()
    print(json.dumps(figures))


@contextlib.contextmanager
def private_redis(server: str, folder: Path) -> Iterator[str]:
    """Yields the address of an empty Redis of its own."""
    port = free_port()
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        client = redis.Redis(port=port)
        wait(lambda: client.ping(), 20)
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def fill(url: str, entries: Path) -> list[bytes]:
    """Appends all entries; returns those that can be repeated, since they are about no case."""
    raws = [line.partition(b" ")[2] for line in entries.read_bytes().splitlines()]
    client = redis.Redis.from_url(url)
    for first in range(0, len(raws), 1000):
        pipe = client.pipeline(transaction=False)
        for raw in raws[first : first + 1000]:
            pipe.xadd("reports", {"event": raw})
        pipe.execute()
    return [raw for raw in raws[-5000:] if b'"type":"worker.position"' in raw]


@contextlib.contextmanager
def serving(areas: str, url: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """Yields a ready server of this checkout, its address, and how long it took to be ready."""
    port = free_port()
    given = {"GRIDWALL_AREAS": areas, "GRIDWALL_REDIS_URL": url, "GRIDWALL_DATA_DIR": str(folder / "data")}
    command = [sys.executable, "-P", "-m", "dashboard", "serve", "--port", str(port)]
    started = time.perf_counter()
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | given, stdout=log, stderr=log)
        try:
            wait(lambda: is_ready(f"http://127.0.0.1:{port}/readyz"), 60)
            yield process, f"http://127.0.0.1:{port}", time.perf_counter() - started
        finally:
            process.terminate()
            process.wait()


def is_ready(address: str) -> bool:
    """Says whether a server has caught up with the log."""
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def start(browser: Any, address: str, state: str, kpi: str) -> float:
    """Returns the seconds from the request to the live page with its numbers, cold, median of `LOADS`."""
    took = []
    for _ in range(LOADS):
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        started = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_selector(state, state="attached")
        page.wait_for_selector(NUMBER.format(kpi), state="attached")
        took.append(time.perf_counter() - started)
        context.close()
    return statistics.median(took)


def freshness(browser: Any, address: str, url: str, raws: list[bytes]) -> float:
    """Returns the median milliseconds from an entry's id to the text that counts it."""
    page, client = browser.new_page(viewport={"width": 1920, "height": 1080}), redis.Redis.from_url(url)
    page.goto(address)
    page.wait_for_selector(WALL)
    page.wait_for_timeout(1000)
    page.evaluate(WATCH)
    shown = int(page.get_attribute('[data-kpi="reports"]', "data-value"))
    sent = [append_fresh(client, number, raws[number % len(raws)], page) for number in range(int(SECONDS * RATE))]
    page.wait_for_timeout(1000)
    seen, place, delays = page.evaluate("window.seen"), 0, []
    for number, sent_ms in enumerate(sent, 1):
        while place < len(seen) and seen[place][1] < shown + number:
            place += 1
        delays += [seen[place][0] - sent_ms] if place < len(seen) else []
    if len(delays) < len(sent) * 0.9:
        raise SystemExit(f"only {len(delays)} of {len(sent)} reports were shown")
    return statistics.median(delays)


def append_fresh(client: Any, number: int, raw: bytes, page: Any) -> int:
    """Appends a report under an id of its own; returns when it arrived (ms)."""
    page.wait_for_timeout(1000 / RATE)
    fresh = raw.replace(b'"id":"', f'"id":"paired{number}-'.encode(), 1)
    return int(client.xadd("reports", {"event": fresh}).split(b"-")[0])


def memory_mb(pid: int) -> float:
    """Returns what a process keeps in memory (RSS)."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def free_port() -> int:
    """Returns a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait(condition: Any, seconds: float) -> None:
    """Waits until something holds; ends the program when it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(redis.RedisError, urllib.error.URLError):
            if condition():
                return
        time.sleep(0.02)
    raise SystemExit(f"waited {seconds} s in vain")


if __name__ == "__main__":
    main(*sys.argv[1:])
