"""Searching 1,000,000 archived cases: a year of days, written and merged as a server does it."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import numpy as np

from benchmarks.rig import DAY_S, Rig, Row, percentile
from dashboard.atlas.file import read_areas
from dashboard.atlas.rules import read_rules
from dashboard.domain.rules.lifecycle import CLOSED, DISPATCHED, HANDLED, REPORTED, State, Step, pack
from dashboard.domain.state.cases import COLUMNS
from dashboard.domain.state.city import CityState
from dashboard.domain.state.ended import EndedCases
from dashboard.feeds.archive.archive import SORTS, Archive, ArchiveFilter, Order
from dashboard.feeds.assembly import make_state
from dashboard.feeds.follower import Replica
from dashboard.settings import load_settings

CASES = 1_000_000
DAYS = 365
SEARCHES = 400


def day_of(state: CityState, before_s: float, count: int, rng: np.random.Generator) -> EndedCases:
    """Returns the cases that ended on one day, each with four steps."""
    columns = {name: np.zeros(count, dtype=dtype) for name, dtype in COLUMNS.items()}
    closed = before_s - rng.uniform(0, DAY_S, count)
    reported = closed - rng.exponential(4 * DAY_S, count)
    columns["grid"][:] = rng.integers(0, len(state.tree.grids), count)
    columns["category"][:] = rng.integers(0, len(state.rules.categories), count)
    columns["severity"][:], columns["level"][:] = rng.integers(1, 4, count), rng.integers(0, 5, count)
    columns["state"][:] = rng.choice([State.CLOSED] * 8 + [State.REJECTED, State.MERGED], count)
    columns["score"][:] = rng.integers(0, 6, count)
    columns["reported_at"][:], columns["closed_at"][:] = reported, closed
    columns["base_due_at"][:] = columns["due_at"][:] = reported + 5 * DAY_S
    columns["lat"][:], columns["lon"][:] = rng.normal(30.7, 0.05, count), rng.normal(111.3, 0.05, count)
    day = time.strftime("%Y%m%d", time.gmtime(before_s))
    ids = [f"C-{day}-{number:06d}" for number in range(count)]
    return EndedCases(before_s, ids, [_trace(a, b) for a, b in zip(reported, closed, strict=True)], columns)


def _trace(reported: float, closed: float) -> bytes:
    span = closed - reported
    steps = [(REPORTED, 0.0), (DISPATCHED, 0.1), (HANDLED, 0.9), (CLOSED, 1.0)]
    return b"".join(pack(Step(c, 0, 0, reported + span * f, int((reported + span * f) * 1000), 0)) for c, f in steps)


def some_search(state: CityState, chance: random.Random) -> tuple[ArchiveFilter, Order]:
    """Returns a search as people make them: an area or none, up to three conditions, any order."""
    area = chance.choice(list(state.tree.by_code.values())) if chance.random() < 0.6 else state.tree.root
    grids = None if area == state.tree.root else state.tree.grids[area.start : area.stop]
    if chance.random() < 0.2:
        return ArchiveFilter(grids, text=f"{chance.randrange(10_000):04d}"), Order()
    columns = {
        "category": chance.choice([None, *(category.id for category in state.rules.categories)]),
        "severity": chance.choice([None, None, 1, 2, 3]),
        "state": chance.choice([None, None, "closed", "rejected"]),
        "level": chance.choice([None, None, "grid", "street"]),
        "overdue": chance.choice([None, None, True, False]),
    }
    wanted = ArchiveFilter(grids, {name: value for name, value in columns.items() if value is not None})
    return wanted, chance.choice([Order(), Order(chance.choice(SORTS), chance.random() < 0.5)])


def measure(rig: Rig) -> list[Row]:
    """Fills an archive, searches it, and looks up single cases."""
    state = make_state(load_settings(areas=rig.areas), read_areas(rig.areas), read_rules(None))
    archive = Archive(rig.folder / "archive", Replica(lambda: state))
    return asyncio.run(_measured(archive, state, 4 if rig.quick else 1))


async def _measured(archive: Archive, state: CityState, part: int) -> list[Row]:
    added = await _filled(archive, state, CASES // part)
    archive.files.merge()
    chance = random.Random(1)
    found, looked = [], []
    for number in range(SEARCHES // part):
        wanted, order = some_search(state, chance)
        started = time.perf_counter()
        await archive.search(wanted, order, offset=chance.choice([0, 0, 0, 50, 1000]))
        found.append((time.perf_counter() - started) * 1000)
        case = f"C-{time.strftime('%Y%m%d', time.gmtime(time.time() - (number % DAYS) * DAY_S))}-000{number % 999:03d}"
        started = time.perf_counter()
        await archive.one(case, state.deadlines, time.time())
        looked.append((time.perf_counter() - started) * 1000)
    size = _size(archive)
    await archive.close()
    return [
        _row(f"search among {size}: a page of 50 and the total", "p95 ≤ 200 ms", found, 200),
        _row("one archived case by its id, with its trace", "p95 ≤ 200 ms", looked, 200),
        _row("archiving the cases of one day, in the background", "–", added[-30:], None),
    ]


async def _filled(archive: Archive, state: CityState, cases: int) -> list[float]:
    """Archives a year day by day; returns how long each day took (ms)."""
    rng, took = np.random.default_rng(1), []
    today = time.time() // DAY_S
    for ago in reversed(range(DAYS)):
        state.ended.append(day_of(state, (today - ago) * DAY_S, cases // DAYS + (ago < cases % DAYS), rng))
        started = time.perf_counter()
        await archive.drain()
        took.append((time.perf_counter() - started) * 1000)
    return took


def _size(archive: Archive) -> str:
    live = archive.files.live or ()
    megabytes = sum(Path(path).stat().st_size for path in live) / 1e6
    return f"{archive.files.rows:,} archived cases ({len(live)} files, {megabytes:.0f} MB)"


def _row(what: str, target: str, ms: list[float], limit: float | None) -> Row:
    p95 = percentile(ms, 0.95)
    measured = f"p50 {percentile(ms, 0.5):.0f} ms, p95 {p95:.0f} ms, worst {max(ms):.0f} ms"
    return Row(what, target, measured, None if limit is None else p95 <= limit, {"ms": ms})
