"""The parts of a running server, put together once and handed to whoever needs them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from dashboard.atlas.file import CityMap
from dashboard.clock import Clock
from dashboard.errors import RedisUnavailable
from dashboard.feeds.archive.archive import Archive
from dashboard.feeds.deadletters import DeadLetters
from dashboard.feeds.follower import Follower, Replica
from dashboard.feeds.intake import Intake
from dashboard.feeds.keeper import Keeper
from dashboard.feeds.live.publisher import Publisher
from dashboard.feeds.snapshots import Snapshots
from dashboard.feeds.streams import CONNECTION_ERRORS, without_password
from dashboard.feeds.traces import Traces
from dashboard.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """Everything that a server consists of."""

    settings: Settings
    clock: Clock
    city: CityMap
    version: str
    replica: Replica
    follower: Follower
    snapshots: Snapshots
    dead_letters: DeadLetters
    intake: Intake
    traces: Traces
    publisher: Publisher
    archive: Archive
    keeper: Keeper


@contextlib.asynccontextmanager
async def run_all(running: Running) -> AsyncIterator[None]:
    """Restores the state, follows the log and publishes frames while the context is open; closes in order."""
    await _restore(running)
    parts = (
        running.follower,
        running.snapshots,
        running.dead_letters,
        running.archive,
        running.publisher,
        running.keeper,
    )
    loops = [part.run() for part in parts]
    tasks = [asyncio.create_task(loop) for loop in loops]
    for task in tasks:
        task.add_done_callback(_crash_loudly)
    try:
        yield
    finally:
        for task in reversed(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await running.archive.close()  # what it cannot write goes on waiting in the last snapshot
        await running.snapshots.close()
        for part in (running.keeper, running.dead_letters, running.intake, running.traces, running.follower):
            await part.close()


async def _restore(running: Running) -> None:
    """Loads the snapshot; a Redis that does not answer at the start is waited for like at any other time."""
    try:
        restored = await running.snapshots.restore()
        log.info("state restored from a snapshot" if restored else "no snapshot: folding the log from the start")
    except CONNECTION_ERRORS as error:
        url = without_password(running.settings.redis_url or "")
        log.warning("%s", RedisUnavailable(url, str(error)))


def _crash_loudly(task: asyncio.Task[None]) -> None:
    """Ends the process when one of its loops has a bug: a server that half works tells no truth."""
    if not task.cancelled() and task.exception() is not None:
        log.critical("a loop of the server ended by itself", exc_info=task.exception())
        asyncio.get_running_loop().call_soon(_exit)


def _exit() -> None:
    raise SystemExit(70)
