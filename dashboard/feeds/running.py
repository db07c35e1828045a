"""The parts of a running server, and their loops from the first to the last."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field

from dashboard.atlas.file import CityMap
from dashboard.clock import Clock
from dashboard.errors import RedisUnavailable
from dashboard.feeds.archive.archive import Archive
from dashboard.feeds.deadletters import DeadLetters
from dashboard.feeds.follower import Follower, Replica
from dashboard.feeds.intake import Intake
from dashboard.feeds.keeper import Keeper
from dashboard.feeds.live.publisher import Publisher
from dashboard.feeds.loops import Loops
from dashboard.feeds.moments import Moments
from dashboard.feeds.snapshots.snapshots import Snapshots
from dashboard.feeds.store import Store
from dashboard.feeds.strangers import Strangers
from dashboard.feeds.streams import CONNECTION_ERRORS, without_password
from dashboard.feeds.traces import Traces
from dashboard.feeds.watch import Watch
from dashboard.settings import Settings

log = logging.getLogger(__name__)

_LOOPS_S = 2.0  # for so long may the loops take to end; none has more to do than to let go
_LAST_WORDS_S = 4.0  # for so long may the archive and the last snapshot take


@dataclass(frozen=True, slots=True)
class Running:
    """Everything that a server consists of; `url` is the address of the Redis that it follows."""

    settings: Settings
    url: str
    clock: Clock
    city: CityMap
    version: str
    replica: Replica
    moments: Moments
    follower: Follower
    snapshots: Snapshots
    dead_letters: DeadLetters
    watch: Watch
    strangers: Strangers
    intake: Intake
    traces: Traces
    store: Store
    publisher: Publisher
    archive: Archive
    keeper: Keeper
    loops: Loops = field(default_factory=Loops)


@contextlib.asynccontextmanager
async def run_all(running: Running) -> AsyncIterator[None]:
    """Restores the state, follows the log and publishes frames while the context is open; closes in order."""
    await _restore(running)
    loops = running.loops
    loops.start("follower", running.follower.run)
    loops.start("watch", running.watch.run)
    loops.start("strangers", running.strangers.run)
    loops.start("snapshots", running.snapshots.run)
    loops.start("dead letters", running.dead_letters.run)
    loops.start("archive", running.archive.run)
    loops.start("publisher", running.publisher.run)
    loops.start("keeper", running.keeper.run)
    loops.start("look at Redis", running.store.run)
    try:
        yield
    finally:
        await _close(running)


async def _close(running: Running) -> None:
    """Ends everything in order, whatever hangs.

    The keeper is first: from here on the state does not move, and nothing may be decided on it; another server takes
    over at once.
    """
    running.keeper.retire()
    await running.loops.end(["keeper"], within_s=1.0)
    await _within(1.0, running.keeper.close())
    await running.loops.end(within_s=_LOOPS_S)
    await _within(_LAST_WORDS_S, running.archive.close())  # what it cannot write waits in the last snapshot
    await _within(_LAST_WORDS_S, running.snapshots.close())
    for part in (running.dead_letters, running.intake, running.traces, running.store, running.follower, running.watch):
        await _within(0.5, part.close())


async def _within(most_s: float, closing: Awaitable[None]) -> None:
    """Closes a part; one that cannot be closed in time, or not at all, keeps no other from being closed."""
    task = asyncio.ensure_future(closing)
    await asyncio.wait({task}, timeout=most_s)
    if not task.done():
        task.cancel()
        log.error("a part was not closed within %g s", most_s)
    elif not task.cancelled() and (error := task.exception()) is not None:
        log.error("a part was not closed: %r", error)


async def _restore(running: Running) -> None:
    """Loads the snapshot; a Redis that does not answer at the start is waited for like at any other time."""
    try:
        restored = await running.snapshots.restore()
        log.info("state restored from a snapshot" if restored else "no snapshot: folding the log from the start")
    except CONNECTION_ERRORS as error:
        log.warning("%s", RedisUnavailable(without_password(running.url), str(error)))
