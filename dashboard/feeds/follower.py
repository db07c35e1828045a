"""The follower: reads every shard from the position in the state, and folds what it reads.

State belongs to the event loop. Entries are folded in slices of at most 10 ms, so that
sockets and pages stay quick even while it catches up. A lost Redis is a state that
screens show, never an exception: the follower connects again for ever.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import Callable
from typing import Any

from dashboard.domain.reports import ms_seq
from dashboard.domain.state.city import CityState
from dashboard.domain.state.door import Door
from dashboard.domain.state.refusals import DeadLetter
from dashboard.feeds.keys import stream_names
from dashboard.feeds.streams import CONNECTION_ERRORS, connect

log = logging.getLogger(__name__)

SLICE_S = 0.010
BATCH = 1000
BLOCK_MS = 400
PROBE_S = 1.0
SILENT_S = 1.8  # a stream that is read answers after BLOCK_MS at the latest; so long after, it hangs
_AT_ONCE = 500  # entries folded between two looks at the clock


class Replica:
    """A state that follows the log, and what has been touched since the last frame.

    Attributes:
        door: through which the city changes.
        touched: grid indexes with a new report since the last frame.
        changed: set whenever something was folded.
    """

    def __init__(self, make_state: Callable[[], CityState]) -> None:
        self.make_state = make_state
        self.state = make_state()
        self.touched: set[int] = set()
        self.changed = asyncio.Event()

    @property
    def state(self) -> CityState:
        """The fold so far; replaced as a whole when the log itself was replaced."""
        return self.door.city

    @state.setter
    def state(self, city: CityState) -> None:
        self.door = Door(city)

    def start_over(self) -> None:
        """Begins with an empty state, since the log is another one than the one that was folded.

        What still waits for the archive has left that state already, so it stays in line.
        """
        waiting = self.state.ended
        self.state = self.make_state()
        self.state.ended = waiting
        self.changed.set()


class Follower:
    """Follows all shards of one Redis.

    Attributes:
        replica: where entries are folded.
        fold_s: seconds spent folding since the start.
    """

    def __init__(
        self,
        url: str,
        shards: int,
        replica: Replica,
        on_dead: Callable[[DeadLetter, bytes | None], None],
    ) -> None:
        self.url, self.streams = url, stream_names(shards)
        self.replica, self._on_dead = replica, on_dead
        self.fold_s = 0.0
        self._client = connect(url)
        self._contact_at = [time.monotonic() - 3600.0] * shards
        self._caught_up = [False] * shards
        self._lengths = [0] * shards
        self.error: str | None = "not connected yet"

    @property
    def age_s(self) -> float:
        """Real seconds since every shard was last heard from."""
        return time.monotonic() - min(self._contact_at)

    @property
    def behind(self) -> int:
        """How many entries of the streams are not folded yet, as of the last probe."""
        entries = self.replica.state.entries
        return sum(max(0, length - entries.get(shard, 0)) for shard, length in enumerate(self._lengths))

    @property
    def ready(self) -> str | None:
        """Returns None when the state has caught up with the log, else why not."""
        if self.error is not None:
            return self.error
        if not all(self._caught_up):
            return f"catching up, {self.behind} entries behind"
        if self.age_s > SILENT_S:
            return f"no answer from Redis for {self.age_s:.0f} s"
        return None

    async def run(self) -> None:
        """Follows until cancelled."""
        _quieten_collector()
        try:
            async with asyncio.TaskGroup() as tasks:
                for shard in range(len(self.streams)):
                    tasks.create_task(self._follow(shard))
                tasks.create_task(self._probe())
        finally:
            gc.unfreeze()  # DuckDB complains on stderr about objects that the end of Python cannot collect

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _follow(self, shard: int) -> None:
        pause_s = 0.05
        while True:
            try:
                await self._check_log(shard)
                while True:
                    await self._read(shard)
                    _end_if_cancelled()
                    pause_s = 0.05
            except CONNECTION_ERRORS as error:
                _end_if_cancelled()
                self._lost(shard, error)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, 0.5)

    def _lost(self, shard: int, error: Exception) -> None:
        if self.error is None or self.error == "not connected yet":
            log.warning("lost Redis (%s): %s; connecting again until it answers", self.streams[shard], error)
        self.error = f"no answer from Redis: {type(error).__name__}"
        self._caught_up[shard] = False

    async def _check_log(self, shard: int) -> None:
        """Starts over when the stream ends before our position: it is not the log that was folded."""
        position = self.replica.state.positions.get(shard)
        if position is None:
            return
        newest = await self._client.xrevrange(self.streams[shard], count=1)
        last = newest[0][0] if newest else b"0-0"
        if ms_seq(last) < ms_seq(position):
            log.error("stream %s ends before our position: folding it from the start", self.streams[shard])
            self.replica.start_over()

    async def _read(self, shard: int) -> None:
        """Reads and folds until the log is caught up with; a full batch is folded while the next one is read."""
        entries = await self._next(shard, self.replica.state.positions.get(shard, b"0-0"))
        while len(entries) == BATCH:
            following = asyncio.create_task(self._next(shard, entries[-1][0]))
            try:
                await asyncio.sleep(0)  # the request is on its way before the fold takes the loop
                await self._fold(shard, entries)
                entries = await following
            finally:
                following.cancel()
        if entries:
            await self._fold(shard, entries)
        self._caught_up[shard] = True

    async def _next(self, shard: int, position: bytes) -> list[Any]:
        """Returns the entries behind a position, up to a batch; none when nothing came for BLOCK_MS."""
        reply = await self._client.xread({self.streams[shard]: position}, count=BATCH, block=BLOCK_MS)
        self._contact_at[shard] = time.monotonic()
        self.error = None
        return reply[0][1] if reply else []

    async def _fold(self, shard: int, entries: list[Any]) -> None:
        """Folds entries in slices, and lets the loop go on between them."""
        done = 0
        while done < len(entries):
            done = self._fold_slice(shard, entries, done)
            if done < len(entries):
                await asyncio.sleep(0)

    def _fold_slice(self, shard: int, entries: list[Any], first: int) -> int:
        """Folds from `first` on for at most SLICE_S; returns where to go on."""
        replica, done = self.replica, first
        started = time.perf_counter()
        while done < len(entries):
            for letter, raw in replica.door.fold(entries[done : done + _AT_ONCE], shard, replica.touched):
                self._on_dead(letter, raw)
            done = min(done + _AT_ONCE, len(entries))
            if time.perf_counter() - started > SLICE_S:
                break
        self.fold_s += time.perf_counter() - started
        replica.changed.set()
        return done

    async def _probe(self) -> None:
        """Asks once a second how long the streams are, so that `behind` can be told."""
        while True:
            try:
                for shard, stream in enumerate(self.streams):
                    self._lengths[shard] = await self._client.xlen(stream)
            except CONNECTION_ERRORS:
                pass  # the follower of the shard notices and says so
            await asyncio.sleep(PROBE_S)


def _quieten_collector() -> None:
    """Keeps the garbage collector from walking the whole state again and again while reports are folded.

    Folding makes many short-lived containers and no cycles; what exists at the start stays.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _end_if_cancelled() -> None:
    """Ends this task if it was told to: under uvloop a blocked read can outlive its cancellation."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
