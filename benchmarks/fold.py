"""Fold: XREAD → decode → dedupe → apply, against bare reading of the same stream in the same run.

Bare reading is `xread` of redis-py as it comes, in a process that does nothing else. The follower
leaves the entries as hiredis gives them, which is faster; the share of such unparsed reading is
told as well.
"""

from __future__ import annotations

import asyncio
import statistics
import time

from benchmarks.bare import bare as read_bare
from benchmarks.rig import Rig, Row, append
from dashboard.atlas.file import read_areas
from dashboard.atlas.rules import read_rules
from dashboard.feeds.assembly import make_state
from dashboard.feeds.follower import BATCH, Follower, Replica
from dashboard.settings import load_settings


async def _fold(url: str, replica: Replica, count: int) -> float:
    """Returns the seconds that the follower takes to fold the whole stream."""
    follower = Follower(url, 1, replica, lambda *_: None)
    started = time.perf_counter()
    task = asyncio.create_task(follower.run())
    while sum(replica.state.entries.values()) < count:
        replica.changed.clear()
        await replica.changed.wait()
    took = time.perf_counter() - started
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await follower.close()
    return took


def measure(rig: Rig) -> list[Row]:
    """Measures both in turn; the median ratio counts."""
    import uvloop

    raws = rig.reports(10 if rig.quick else 30, 5)
    settings = load_settings(areas=rig.areas)
    city, rules = read_areas(rig.areas), read_rules(None)
    runs = []
    with rig.redis() as server:
        append(server.url, raws)
        for _ in range(2 if rig.quick else 5):
            replica = Replica(lambda: make_state(settings, city, rules))
            runs.append((*read_bare(server.url, BATCH), uvloop.run(_fold(server.url, replica, len(raws)))))
    rate = statistics.median(len(raws) / fold for *_, fold in runs)
    bare = statistics.median(len(raws) / plain for plain, *_ in runs)
    ratio = statistics.median(plain / fold for plain, _, fold in runs)
    raw_ratio = statistics.median(unparsed / fold for _, unparsed, fold in runs)
    measured = f"{rate:,.0f}/s; bare XREAD {bare:,.0f}/s; ratio {ratio:.2f} ({raw_ratio:.2f} of unparsed reading)"
    figures = {
        "reports": len(raws),
        "fold_per_s": rate,
        "bare_per_s": bare,
        "ratio": ratio,
        "ratio_to_unparsed_reading": raw_ratio,
    }
    met = rate >= 150_000 and ratio >= 0.30
    return [
        Row(
            "fold, one core, mixed types, 1,110 grids", "≥ 150,000/s and ≥ 0.30 of bare reading", measured, met, figures
        )
    ]
