"""A very large city: 20,000 grids and 5,000 categories; how soon it is ready, and how quickly its pages answer."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
from playwright.sync_api import sync_playwright

from benchmarks.rig import Rig, Row, append
from simulator.place.city import build_city, city_bytes
from tests.support.making import event
from tests.support.running import CHROMIUM_FLAGS, ServerProcess, find_chromium

GRIDS, CATEGORIES, CASES = 20_000, 5_000, 60_000
DAY_S = 86_400.0
_SHOWN = 'body[data-live="live"][data-map="ready"] [data-kpi="cases-open"]:not([data-value=""])'


def measure(rig: Rig) -> list[Row]:
    """Measures with a log of 60,000 cases of which 40 % are open; the wall in one real browser."""
    areas, rules = rig.folder / "large.json", rig.folder / "large.toml"
    city = build_city(GRIDS, 3)
    areas.write_bytes(city_bytes(city))
    rules.write_text(_rules(), "utf-8")
    settings = {"GRIDWALL_AREAS": str(areas), "GRIDWALL_RULES": str(rules), "GRIDWALL_LANG": "en"}
    with rig.redis() as log:
        append(log.url, _reports(city))
        with rig.server(log.url, **settings) as server:
            server.stop()  # with a snapshot, as a server is usually started
            times = [_ready(server) for _ in range(1 if rig.quick else 3)]
            rows = [
                _row("ready, with a snapshot", times, 8.0),
                *_answers(server),
                *_wall(server, 2 if rig.quick else 5),
            ]
            memory = psutil.Process(server.pid).memory_info().rss / 1e6
            rows.append(Row(_what("memory after all of that"), "–", f"{memory:.0f} MB", None, {"mb": memory}))
    return rows


def _what(what: str) -> str:
    return f"{GRIDS:,} grids, {CATEGORIES:,} categories: {what}"


def _row(what: str, times: list[float], target_s: float) -> Row:
    median = statistics.median(times)
    shown, wanted = (f"{value:.1f} s" if value >= 1 else f"{value * 1000:.0f} ms" for value in (median, target_s))
    return Row(_what(what), f"≤ {wanted}", shown, median <= target_s, {"s": times})


def _rules() -> str:
    lines = ['[duties]\nall = { name = "全部", name_en = "All" }', "[departments]"]
    lines += [f'd{n} = {{ name = "部门{n}", name_en = "Department {n}" }}' for n in range(40)]
    lines.append("[categories]")
    limits = 'limits.close = ["1 day", "3 day", "7 day"]'
    lines += [
        f'c{n} = {{ name = "类别{n}", name_en = "Request type {n}", duty = "all", department = "d{n % 40}", {limits} }}'
        for n in range(CATEGORIES)
    ]
    return "\n".join(lines)


def _reports(city: dict[str, Any]) -> list[bytes]:
    """Returns reports of cases all over the city, few categories with most of them."""
    grids = [f["properties"]["code"] for f in city["features"] if f["properties"]["level"] == "grid"]
    chance, now, raws = random.Random(4), time.time(), []
    for number in range(CASES):
        at, grid = now - chance.random() * 20 * DAY_S, chance.choice(grids)
        category = f"c{min(CATEGORIES - 1, int(chance.paretovariate(0.5)))}"
        data = {"case": f"C-{number}", "category": category, "severity": 2}
        raws.append(event("case.reported", data, at=at, grid=grid, id=f"r{number}"))
        if chance.random() < 0.6:
            closed = {"case": f"C-{number}", "by": "x"}
            raws.append(event("case.closed", closed, at=at + 60, grid=grid, id=f"z{number}"))
    return raws


def _ready(server: ServerProcess) -> float:
    started = time.perf_counter()
    server.restart()
    return time.perf_counter() - started


def _answers(server: ServerProcess) -> list[Row]:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60.0) as client:
        return [
            _row("worklist filtered by category", _asked(client, "/api/v1/cases?state=open&category=c1"), 0.2),
            _row("worklist filtered by area", _asked(client, "/api/v1/cases?state=open&area=420502"), 0.2),
            _row("/performance, all workers", _asked(client, "/api/v1/performance?level=grid"), 2.0),
        ]


def _asked(client: httpx.Client, path: str) -> list[float]:
    times = []
    for _ in range(5):
        started = time.perf_counter()
        client.get(path).raise_for_status()
        times.append(time.perf_counter() - started)
    return times


def _wall(server: ServerProcess, count: int) -> list[Row]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(Path(find_chromium() or "")), args=CHROMIUM_FLAGS)
        times = []
        for _ in range(count):
            page = chromium.new_context(viewport={"width": 1920, "height": 1080}).new_page()
            started = time.perf_counter()
            page.goto(server.url)
            page.wait_for_selector(_SHOWN, state="attached")
            times.append(time.perf_counter() - started)
            page.context.close()
        chromium.close()
    return [_row("the wall's first load, nothing kept", times, 2.0)]
