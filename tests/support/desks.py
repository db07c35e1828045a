"""A desk without a server: parts on a real Redis that nothing follows, and a city that a test has folded."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import redis
from fastapi import FastAPI

from dashboard.api.problems import add_problems
from dashboard.app import ROUTERS
from dashboard.atlas.file import CityMap
from dashboard.clock import ManualClock
from dashboard.desk.access import Actor
from dashboard.desk.desk import Desk, open_desk
from dashboard.domain.state.door import Door
from dashboard.feeds.assembly import assemble
from dashboard.feeds.running import Running
from dashboard.settings import load_settings
from tests.support.making import NOON, fold_one, positions, rules, tree

HERE = Actor("here", True)
ELSEWHERE = Actor("somebody at 10.0.0.7", False)


@dataclass(frozen=True)
class Office:
    """A desk, and what lies under it; `clock` moves by hand and shows an hour after NOON."""

    desk: Desk
    running: Running
    clock: ManualClock
    log: redis.Redis

    def write(self, *raws: bytes) -> None:
        """Appends reports to the log and folds them, each where it lies."""
        for raw, position in self._placed(raws):
            self.log.xadd("reports", {"event": raw}, id=position)
        self.fold(*raws)

    def fold(self, *raws: bytes) -> None:
        """Folds reports that the desk has appended by itself."""
        door = Door(self.running.replica.state)
        for raw, position in self._placed(raws):
            fold_one(door, raw, position)

    def _placed(self, raws: tuple[bytes, ...]) -> list[tuple[bytes, bytes]]:
        first_ms = int(NOON * 1000) + 1000 * self.running.replica.state.entries[0]
        return list(zip(raws, positions(first_ms), strict=False))

    def http(self, client: str = "127.0.0.1") -> httpx.AsyncClient:
        """Returns a client of the API over this desk, who sits at that address."""
        app = FastAPI()
        add_problems(app)
        for routes in ROUTERS:
            app.include_router(routes(self.desk))
        transport = httpx.ASGITransport(app=app, client=(client, 5))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8050")


@contextlib.asynccontextmanager
async def office(url: str, folder: Path, raws: Iterable[bytes] = ()) -> AsyncIterator[Office]:
    """Opens a desk over the Redis at an address, with these reports in the log and in the state."""
    settings = load_settings(redis_url=url, data_dir=folder, keeper=False, clock="2026-11-22T13:00:00+08:00")
    bounds = np.array([[111.0 + at / 100, 30.0, 111.01 + at / 100, 30.01] for at in range(4)])
    city = CityMap(tree=tree(), document=b"{}", digest="abc", shapes={}, grid_bounds=bounds, water=None)
    clock = ManualClock(NOON + 3600)
    running = assemble(settings, url, clock, city, rules(), "1")
    with redis.Redis.from_url(url) as client:
        opened = Office(open_desk(running), running, clock, client)
        opened.write(*raws)
        try:
            yield opened
        finally:
            for part in _parts(running):
                await part.close()


def _parts(running: Running) -> tuple[Any, ...]:
    return (
        running.dead_letters,
        running.intake,
        running.traces,
        running.store,
        running.follower,
        running.keeper,
        running.archive,
    )
