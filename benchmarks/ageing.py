"""The ageing heatmap of 100,000 open cases, and the memory of a server with them and 400 days of counters."""

from __future__ import annotations

import statistics
import time

import numpy as np
import psutil

from benchmarks.rig import Rig, Row, save
from dashboard.atlas.file import read_areas
from dashboard.atlas.rules import read_rules
from dashboard.domain.reading.heats import heats
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.lifecycle import REPORTED, Step
from dashboard.domain.state.city import CityState
from dashboard.domain.state.people import COUNTERS
from dashboard.feeds.assembly import make_state
from dashboard.settings import load_settings

CASES = 100_000
DAYS = 400
DAY_S = 86_400.0


def crowded(rig: Rig, now: float) -> CityState:
    """Returns a state with 100,000 open cases of four steps' traces and 400 days of counters in every cell."""
    state = make_state(load_settings(areas=rig.areas), read_areas(rig.areas), read_rules(None))
    rng = np.random.default_rng(1)
    today = state.days.day(now)
    for ago in range(DAYS):
        for code in range(len(COUNTERS)):
            state.counters.add(code, today - ago, 0, 1)
        state.counters.counts[state.counters.rows[today - ago]] = 3
    ages = rng.exponential(6 * DAY_S, CASES)
    for number, age in enumerate(ages.tolist()):
        step = Step(REPORTED, 0, 0, now - age, int((now - age) * 1000), 0)
        row = state.cases.open_case(
            f"C-20261123-{number:06d}", step, number % 1110, number % 8, number % 3 + 1, now - age + 5 * DAY_S,
            False, False, True, 30.7, 111.3,
        )  # fmt: skip
        state.cases.traces[row] *= 4
    return state


def measure(rig: Rig) -> list[Row]:
    """Measures the heatmap here, and the memory in a process of its own."""
    now = time.time()
    state = crowded(rig, now)
    times = []
    for _ in range(30):
        started = time.perf_counter()
        heats(Reading(state, now), state.tree.root)
        times.append((time.perf_counter() - started) * 1000)
    median = statistics.median(times)
    what = "ageing heatmap of 100,000 open cases (by category and by district)"
    row = Row(what, "≤ 5 ms", f"{median:.1f} ms", median <= 5, {"ms": times})
    return [row, _memory(rig, state)]


def _memory(rig: Rig, state: CityState) -> Row:
    """Returns the resident memory of a real server that has started from a snapshot of such a state."""
    with rig.redis() as redis_server:
        save(redis_server.url, rig, state)
        with rig.server(redis_server.url) as server:
            assert server.get("/api/v1/areas/city")["cases"]["open"] == CASES
            megabytes = psutil.Process(server.pid).memory_info().rss / 1e6
    what = "memory: a server with 1,110 grids, 400 days of counters, 100,000 open cases"
    return Row(what, "≤ 250 MB", f"{megabytes:.0f} MB", megabytes <= 250, {"mb": megabytes})
