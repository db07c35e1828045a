"""What measurements share: the city, its traffic, a server process, and how a result is told."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import redis

from dashboard.domain.state.city import CityState
from dashboard.feeds.follower import Replica
from dashboard.feeds.snapshots.snapshots import Snapshots
from dashboard.run.redis import EmbeddedRedis
from simulator.life.city import Simulation
from simulator.life.run import Run
from simulator.place.city import build_city, city_bytes
from tests.support.running import ServerProcess
from tests.support.traffic import Pump

DAY_S = 86_400.0


@dataclass(frozen=True)
class Row:
    """One row of the table; `met` is None where there is no target."""

    what: str
    target: str
    measured: str
    met: bool | None
    figures: dict[str, Any]


@dataclass
class Rig:
    """A folder, a city of 1,110 grids, and whether the run is only a quick look."""

    folder: Path
    areas: Path
    city: dict[str, Any]
    quick: bool

    @contextmanager
    def redis(self) -> Iterator[EmbeddedRedis]:
        """A private Redis, empty."""
        server = EmbeddedRedis(Path(tempfile.mkdtemp(dir=self.folder)), fsync="no")
        server.start()
        try:
            yield server
        finally:
            server.stop()

    @contextmanager
    def server(self, url: str, **environment: str) -> Iterator[ServerProcess]:
        """A real server on that Redis."""
        given = {"GRIDWALL_REDIS_URL": url, "GRIDWALL_AREAS": str(self.areas), **environment}
        process = ServerProcess(Path(tempfile.mkdtemp(dir=self.folder)), given).start()
        try:
            yield process
        finally:
            process.stop()

    def reports(self, days: float = 40.0, positions_days: float = 1.0) -> list[bytes]:
        """Returns the reports of the last days in order of arrival, of all types."""
        return [raw for _, raw in self.arrivals(days, positions_days)]

    def arrivals(self, days: float, positions_days: float) -> Iterator[tuple[float, bytes]]:
        """Yields the same with the instants (epoch seconds) of their arrival."""
        now = time.time()
        life = Simulation(self.city, Run(7, now - days * DAY_S, positions_from=now - positions_days * DAY_S))
        for at, _, raw in life.events(now):
            yield at, raw


def save(url: str, rig: Rig, state: CityState) -> None:
    """Saves a state as the snapshot that a server on that Redis will start from."""

    async def run() -> None:
        replica = Replica(lambda: state)
        state.entries[0] = state.entries.get(0) or 1  # a snapshot is saved when something was folded
        snapshots = Snapshots(url, replica, 1, 60)
        await snapshots.save()
        await snapshots.close()

    asyncio.run(run())


def make_rig(folder: Path, quick: bool) -> Rig:
    """Returns a rig with the demo city."""
    city = build_city()
    areas = folder / "city.json"
    areas.write_bytes(city_bytes(city))
    return Rig(folder, areas, city, quick)


def append(url: str, raws: list[bytes], stream: str = "reports") -> None:
    """Appends reports in bulk."""
    with redis.Redis.from_url(url) as client:
        for start in range(0, len(raws), 1000):
            pipe = client.pipeline(transaction=False)
            for raw in raws[start : start + 1000]:
                pipe.xadd(stream, {"event": raw})
            pipe.execute()


def pump(url: str, raws: list[bytes], rate: float) -> Pump:
    """Returns a pump of these reports, again and again under fresh ids (the load shares the second core)."""
    return Pump(url, _fresh(raws), rate)


def _fresh(raws: list[bytes]) -> Iterator[tuple[str, bytes]]:
    run = os.urandom(4).hex()
    for number, raw in enumerate(itertools.cycle(raws)):
        yield "", raw.replace(b'"id":"', f'"id":"{run}{number}-'.encode(), 1)


def live_mix(rig: Rig) -> list[bytes]:
    """Returns reports of an ordinary day without cases (so that they can be repeated) at the present moment."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 8 * 3600)).encode()
    mix = []
    for raw in rig.reports(2.0):
        if b'"type":"case.' in raw or not raw.endswith(b"}"):
            continue
        before, _, rest = raw.partition(b'"time":"')
        mix.append(before + b'"time":"' + stamp + rest[rest.index(b'"') :])
    return mix[-20_000:]


def cpu_share(pid: int, seconds: float) -> float:
    """Returns the share of one core that a process used over some seconds."""
    process = psutil.Process(pid)
    before = process.cpu_times()
    time.sleep(seconds)
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / seconds


def percentile(values: list[float], share: float) -> float:
    """Returns the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def dump(value: Any) -> str:
    """Returns JSON for people to read."""
    return json.dumps(value, indent=1, ensure_ascii=False)
