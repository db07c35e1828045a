"""Drilling down: an area's page until it can be used, and the worklist over 100,000 open and many closed cases.

Of 1,000,000 cases closed in a year, those of the last 92 days (a quarter) are in memory; the
others lie in the archive, which has a measurement of its own.
"""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from typing import Any

import httpx
import numpy as np
import psutil
from playwright.sync_api import sync_playwright

from benchmarks.ageing import CASES, DAY_S, crowded
from benchmarks.rig import Rig, Row, append, percentile, save
from dashboard.domain.rules.lifecycle import CLOSED, REPORTED, Step
from dashboard.domain.state.city import CityState
from tests.support.running import CHROMIUM_FLAGS, find_chromium

CLOSED_IN_MEMORY = 250_000
_READY = 'body[data-live="live"][data-panels="ready"][data-map="ready"]'
_FILTERS = {
    "state": ("open", "closed", "started", ""),
    "category": ("dispute", "labour", "urban-management", ""),
    "severity": ("1", "3", ""),
    "overdue": ("true", "false", ""),
    "area": ("420502", "420505", ""),
    "q": ("0042", ""),
}


def measure(rig: Rig) -> list[Row]:
    """Starts a real server on a snapshot of such a state, and a real browser on its pages."""
    with rig.redis() as redis_server:
        append(redis_server.url, [])
        save(redis_server.url, rig, filled(rig, time.time()))
        with rig.server(redis_server.url) as server:
            rows = [_api(server.url, 40 if rig.quick else 200)]
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
                rows += [_filter(chromium, server.url), _area(chromium, server.url, 3 if rig.quick else 7)]
                chromium.close()
            rows += [_stalls(server.url, 3 if rig.quick else 8), _memory(server.pid)]
    return rows


def filled(rig: Rig, now: float) -> CityState:
    """Returns a state with 100,000 open cases, 250,000 closed ones, and 400 days of counters."""
    state = crowded(rig, now)
    rng = np.random.default_rng(2)
    ages = rng.uniform(2 * DAY_S, 90 * DAY_S, CLOSED_IN_MEMORY)
    for number, age in enumerate(ages.tolist()):
        at = now - age
        step = Step(REPORTED, 0, 0, at, int(at * 1000), 0)
        row = state.cases.open_case(
            f"C-20261001-{number:06d}", step, number % 1110, number % 8, number % 3 + 1, at + 3 * DAY_S,
            False, False, True, 30.7, 111.3,
        )  # fmt: skip
        state.cases.take_next(row, Step(CLOSED, 0, 0, at + (number % 40) * 3600.0 + 60, int(at * 1000), 1))
    state.watermark = now
    return state


def _api(url: str, times: int) -> Row:
    """Returns how long the server takes for a page of 100 cases, over many combinations of filters."""
    combinations = list(itertools.product(*_FILTERS.values()))
    rng = np.random.default_rng(3)
    took = []
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        client.get("/api/v1/cases")
        for index in rng.integers(0, len(combinations), times).tolist():
            query = {name: value for name, value in zip(_FILTERS, combinations[index], strict=True) if value}
            started = time.perf_counter()
            client.get("/api/v1/cases", params={**query, "limit": "100"}).raise_for_status()
            took.append((time.perf_counter() - started) * 1000)
    p50, p95 = statistics.median(took), percentile(took, 0.95)
    what = f"worklist over HTTP: {CASES:,} open, {CLOSED_IN_MEMORY:,} closed in memory"
    measured = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {max(took):.0f} ms"
    return Row(what, "p95 ≤ 200 ms", measured, p95 <= 200, {"p50_ms": p50, "p95_ms": p95})


def _filter(chromium: Any, url: str) -> Row:
    """Returns how long a person waits from choosing a filter to the new rows, in a real browser."""
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{url}/cases?state=open&lang=en")
    page.wait_for_selector(".ag-row a")
    page.wait_for_timeout(1500)
    took = []
    for category in ("dispute", "labour", "emergency", "food-safety", "", "civil-affairs", "dispute", "labour") * 3:
        before = page.inner_text(".ag-row[row-index='0']")
        started = time.perf_counter()
        page.select_option('[data-filter="category"]', category)
        while page.inner_text(".ag-row[row-index='0']") in ("", before) and time.perf_counter() - started < 3:
            page.wait_for_timeout(5)
        took.append((time.perf_counter() - started) * 1000)
    page.close()
    p50, p95 = statistics.median(took), percentile(took, 0.95)
    measured = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms"
    what = "worklist in a browser: a filter changed → its rows on screen"
    return Row(what, "p95 ≤ 200 ms", measured, p95 <= 200, {"ms": took})


def _area(chromium: Any, url: str, times: int) -> Row:
    """Returns how long the city's page takes until map, tables and numbers are there, with a cold cache."""
    took, drawn = [], []
    for _ in range(times):
        context = chromium.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        started = time.perf_counter()
        page.goto(f"{url}/area/city", wait_until="commit")
        page.wait_for_selector(_READY, state="attached")
        page.wait_for_selector("#children a", state="attached")
        took.append(time.perf_counter() - started)
        page.evaluate("document.querySelector('#charts').scrollIntoView()")
        page.wait_for_selector("#chart-rates .main-svg", state="attached")
        drawn.append(time.perf_counter() - started)
        context.close()
    median = statistics.median(took)
    measured = f"{median:.2f} s (min {min(took):.2f}); with charts {statistics.median(drawn):.2f} s"
    figures = {"s": took, "with_charts_s": drawn}
    return Row("area page of the whole city, cold cache", "≤ 1 s to interactive", measured, median <= 1.0, figures)


_ASKED = (
    "/",
    "/area/city",
    "/cases?state=open",
    "/api/v1/areas/city",
    "/api/v1/areas/city/children",
    "/api/v1/cases?state=open&q=0042",
    "/api/v1/cases?state=open&overdue=true&limit=1000",
    "/api/v1/cases/C-20261123-000042",
    "/api/v1/cases.csv?state=open&overdue=true",
    "/api/v1/reports?counter=births&day=window",
    "/api/v1/workers",
    "/api/v1/tasks?state=open",
    "/api/v1/departments",
    "/api/v1/supervision",
    "/api/v1/supervision/steps",
    "/api/v1/performance?days=30",
    "/api/v1/performance/signs",
    "/api/v1/services/summary",
    "/metrics",
)


def _stalls(url: str, times: int) -> Row:
    """Returns how long the event loop kept another client waiting while each address was asked for.

    A second client asks for /healthz without a pause: its longest answer is the longest stall, and the
    noise of the machine. By address the median over the repetitions counts.
    """
    longest: dict[str, list[float]] = {}
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        for _ in range(times):
            for path in _ASKED:
                with _Prober(url) as prober:
                    client.get(path).raise_for_status()
                longest.setdefault(path, []).append(max(prober.took_ms, default=0.0))
    medians = {path: statistics.median(took) for path, took in longest.items()}
    worst = sorted(medians, key=lambda path: -medians[path])[:3]
    measured = ", ".join(f"{medians[path]:.0f} ms ({path.partition('?')[0]})" for path in worst)
    what = f"longest stall of the event loop, {CASES + CLOSED_IN_MEMORY:,} cases in memory"
    return Row(what, "≤ 100 ms", measured, medians[worst[0]] <= 100, {"median_ms": medians})


class _Prober:
    """Asks for /healthz again and again in a thread, and keeps how long each answer took (ms)."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stop, self._warm = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.took_ms: list[float] = []

    def __enter__(self) -> _Prober:
        self._thread.start()
        self._warm.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        time.sleep(0.02)  # what was asked just before the end is answered
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with httpx.Client(base_url=self._url, trust_env=False, timeout=60) as client:
            client.get("/healthz")
            self._warm.set()
            while not self._stop.is_set():
                started = time.perf_counter()
                client.get("/healthz")
                self.took_ms.append((time.perf_counter() - started) * 1000)
                time.sleep(0.002)


def _memory(pid: int) -> Row:
    megabytes = psutil.Process(pid).memory_info().rss / 1e6
    what = f"memory of the server with {CASES + CLOSED_IN_MEMORY:,} cases and 400 days of counters"
    return Row(what, "as measured", f"{megabytes:.0f} MB", None, {"mb": megabytes})
