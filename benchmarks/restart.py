"""Restart: how soon a server is ready again that had folded five million reports."""

from __future__ import annotations

import asyncio
import time

import numpy as np

from benchmarks.rig import Rig, Row, append
from dashboard.atlas.file import read_areas
from dashboard.atlas.rules import read_rules
from dashboard.feeds.assembly import make_state
from dashboard.feeds.follower import Replica
from dashboard.feeds.snapshots.snapshots import Snapshots
from dashboard.settings import load_settings

REPORTS = 5_000_000


def measure(rig: Rig) -> list[Row]:
    """Folds a real month, adds remembered reports up to five million, saves, and starts a real server on it.

    The log itself holds the month only; what a snapshot of five million costs is the hashes
    of the reports that were seen, and those are all in it.
    """
    count = REPORTS // 10 if rig.quick else REPORTS
    raws = rig.reports(35)
    with rig.redis() as redis_server:
        append(redis_server.url, raws)
        asyncio.run(_save(rig, redis_server.url, count))
        started = time.monotonic()
        with rig.server(redis_server.url) as server:
            ready_s = time.monotonic() - started
            reports = server.get("/api/v1/areas/city")["log"]["reports"]
            restored = "restored from a snapshot" in server.log
    measured = f"{ready_s:.2f} s ({reports:,} reports counted, {'from' if restored else 'WITHOUT'} the snapshot)"
    met = ready_s <= 3 and restored and reports >= count * 0.99
    return [
        Row(
            f"server restart after {count:,} reports",
            "ready in ≤ 3 s",
            measured,
            met,
            {"s": ready_s, "reports": reports},
        )
    ]


async def _save(rig: Rig, url: str, count: int) -> None:
    """Saves a snapshot of a state that has folded the stream and remembers `count` reports."""
    from dashboard.feeds.streams import connect

    city, rules = read_areas(rig.areas), read_rules(None)
    replica = Replica(lambda: make_state(load_settings(areas=rig.areas), city, rules))
    client = connect(url)
    position = b"0-0"
    while reply := await client.xread({"reports": position}, count=1000):
        replica.door.fold(reply[0][1], 0, set())
        position = reply[0][1][-1][0]
    await client.aclose()
    state = replica.state
    for key in np.random.default_rng(5).integers(1, 2**64 - 2, max(0, count - state.reports), dtype=np.uint64).tolist():
        state.reports += state.seen.add(key) < 0
    snapshots = Snapshots(url, replica, 1, 60)
    await snapshots.save()
    await snapshots.close()
