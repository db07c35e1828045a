"""Traffic for tests: the simulator's life of the small city, written to a Redis at a steady pace."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import redis

from dashboard.feeds.streams import stream_of
from simulator.life.city import Simulation
from simulator.life.run import Run

DAY_S = 86_400.0


def past(areas: Path, days: float, until: float, seed: int = 3) -> Iterator[tuple[float, str, bytes]]:
    """Yields (arrival, grid, report) of the last days before `until`."""
    city = json.loads(areas.read_bytes())
    yield from Simulation(city, Run(seed, until - days * DAY_S, positions_from=until - 3600)).events(until)


def write(client: redis.Redis, arrivals: Iterator[tuple[float, str, bytes]], shards: int = 1) -> int:
    """Appends reports in bulk; returns how many."""
    count = 0
    pipe = client.pipeline(transaction=False)
    for _, grid, raw in arrivals:
        pipe.xadd(stream_of(grid, shards), {"event": raw})
        count += 1
        if count % 500 == 0:
            pipe.execute()
    pipe.execute()
    return count


def log_of(client: redis.Redis, stream: str = "reports") -> list[bytes]:
    """Returns the raw reports of a stream in order."""
    return [fields.get(b"event", b"") for _, fields in client.xrange(stream)]


def log_behind(url: str) -> list[bytes]:
    """Returns the raw reports in the Redis at an address, in order."""
    with redis.Redis.from_url(url) as client:
        return log_of(client)


class Pump:
    """Appends reports in a thread at a steady rate, each exactly once; waits for a Redis that is away.

    Args:
        url: of the Redis, whose log has one shard.
        raws: (area, report) pairs, as many as there are.
        rate: reports a second; what could not be sent while Redis was away is not made up for.

    Attributes:
        sent: how many it has appended.
    """

    def __init__(self, url: str, raws: Iterable[tuple[str, bytes]], rate: float) -> None:
        self._client = redis.Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=0.5)
        self._raws, self._rate = raws, rate
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.sent = 0

    def __enter__(self) -> Pump:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)
        self._client.close()

    def _run(self) -> None:
        started, reports = time.monotonic(), iter(self._raws)
        while not self._stop.wait(min(0.02, 1.0 / self._rate)):
            due = int((time.monotonic() - started) * self._rate) - self.sent
            lot = list(itertools.islice(reports, max(0, due)))
            began = time.monotonic()
            while lot and not self._sends(lot):
                if self._stop.wait(0.1):
                    return
                started += time.monotonic() - began
                began = time.monotonic()

    def _sends(self, lot: list[tuple[str, bytes]]) -> bool:
        """Appends some reports, all of them or none."""
        try:
            with self._client.pipeline() as pipe:
                for area, raw in lot:
                    pipe.xadd(stream_of(area, 1), {"event": raw})
                pipe.execute()
        except redis.RedisError:
            return False
        self.sent += len(lot)
        return True
