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
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from dashboard.domain.reports import ms_seq
from dashboard.domain.state.city import CityState
from dashboard.domain.state.door import Dead, Door
from dashboard.domain.state.refusals import DeadLetter
from dashboard.errors import Fault
from dashboard.feeds.faults import Faults, Place
from dashboard.feeds.identity import Identity, Marks
from dashboard.feeds.keys import stream_names
from dashboard.feeds.streams import CONNECTION_ERRORS, connect, told

log = logging.getLogger(__name__)

SLICE_S = 0.010
BATCH = 1000
BLOCK_MS = 400
PROBE_S = 1.0
REPLACED_S = 4.0  # so long is said that the log is another one, also when it is folded at once
SILENT_S = 1.8  # a stream that is read answers after BLOCK_MS at the latest; so long after, it hangs
_AT_ONCE = 500  # entries folded between two looks at the clock


class ShardAt(msgspec.Struct, frozen=True):
    """How far one stream is folded; `position` is the id of the last entry folded, None before the first."""

    shard: int
    stream: str
    length: int
    folded: int
    position: str | None
    caught_up: bool


class Replica:
    """A state that follows the log, and what has been touched since the last frame.

    Attributes:
        door: through which the city changes.
        fault: the entry that left the state half changed: it is made anew, and until then nobody acts on it.
        faults: entries that are passed over.
        marks: by which the log of each shard is known again.
        replaced: why the log was found to be another one, and when (monotonic seconds); None = it never was.
        touched: grid indexes with a new report since the last frame.
        changed: set whenever something was folded.
    """

    def __init__(self, make_state: Callable[[], CityState]) -> None:
        self.make_state = make_state
        self.fault: Fault | None = None
        self.faults: frozenset[Place] = frozenset()
        self.marks: dict[int, Marks] = {}
        self.replaced: tuple[str, float] | None = None
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
        self.fault = None
        self.pass_over(self.faults)

    def pass_over(self, places: frozenset[Place]) -> bool:
        """Passes over these entries from now on; returns whether the state holds one of them already."""
        city, self.faults = self.state, places
        unmet = {
            (shard, place)
            for shard, place in places - city.skipped
            if shard not in city.positions or ms_seq(place) > ms_seq(city.positions[shard])
        }
        city.faults, city.skipped = places, city.skipped | unmet
        return not city.skipped >= places

    def start_over(self) -> None:
        """Begins with an empty state, since the log is another one than the one that was folded.

        What still waits for the archive has left that state already, so it stays in line.
        """
        waiting = self.state.ended
        self.state = self.make_state()
        self.state.ended = waiting
        self.marks = {}
        self.changed.set()

    def mark(self, shard: int, entries: Sequence[Any]) -> None:
        """Marks some of the entries that were folded last: the newest, the one before, and ever more widely back."""
        marks, folded = self.marks.setdefault(shard, Marks()), self.state.entries[shard]
        for back in reversed(range(len(entries).bit_length())):
            marks.add(entries[-(1 << back)], folded - (1 << back) + 1)


class _Replaced(Exception):
    """The state that was read for is another one by now."""


class Follower:
    """Follows all shards of one Redis.

    Attributes:
        replica: where entries are folded.
        fold_s: seconds spent folding since the start.
        restore: puts the last snapshot into the replica; says whether there was one.
        set_aside: keeps what was folded of a log that was replaced, and says why it was found to be.
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
        self._faults, self._mending = Faults(self._client), asyncio.Lock()
        self._identity, self._looking = Identity(url, shards), asyncio.Lock()
        self.restore: Callable[[], Awaitable[bool]] | None = None
        self.set_aside: Callable[[str], Awaitable[None]] | None = None
        self.error: str | None = "not connected yet"

    @property
    def fault_count(self) -> int:
        """How many entries are passed over, since the code has a mistake that they have met."""
        return len(self.replica.faults)

    @property
    def age_s(self) -> float:
        """Real seconds since every shard was last heard from."""
        return time.monotonic() - min(self._contact_at)

    @property
    def behind(self) -> int:
        """How many entries of the streams are not folded yet, as of the last probe."""
        entries = self.replica.state.entries
        return sum(max(0, length - entries.get(shard, 0)) for shard, length in enumerate(self._lengths))

    def shards(self) -> list[ShardAt]:
        """Returns how far each stream is folded; its length is as of the last probe."""
        state = self.replica.state
        return [
            ShardAt(
                shard=shard,
                stream=stream,
                length=self._lengths[shard],
                folded=state.entries.get(shard, 0),
                position=position.decode() if (position := state.positions.get(shard)) is not None else None,
                caught_up=self._caught_up[shard],
            )
            for shard, stream in enumerate(self.streams)
        ]

    @property
    def ready(self) -> str | None:
        """Returns None when the state has caught up with the log, else why not."""
        if self.error is not None:
            return self.error
        if self.replica.fault is not None:
            return "an entry met a mistake in the code: folding anew without it"
        if (why := self.replaced) is not None:
            return f"log-replaced: {why}; folding anew, {self.behind} entries behind"
        if not all(self._caught_up):
            return f"catching up, {self.behind} entries behind"
        if self.age_s > SILENT_S:
            return f"no answer from Redis for {self.age_s:.0f} s"
        return None

    @property
    def replaced(self) -> str | None:
        """Why the log is another one than the one that was folded, while that is news: it is being folded anew."""
        if self.replica.replaced is None:
            return None
        why, at = self.replica.replaced
        is_news = not all(self._caught_up) or time.monotonic() - at < REPLACED_S
        return why if is_news else None

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
        await self._identity.close()

    async def _follow(self, shard: int) -> None:
        pause_s = 0.05
        while True:
            try:
                await self._mend()
                await self._check_log(shard)
                while True:
                    await self._read(shard)
                    _end_if_cancelled()
                    pause_s = 0.05
            except (Fault, _Replaced):
                self._caught_up[shard] = False
            except CONNECTION_ERRORS as error:
                _end_if_cancelled()
                self._lost(shard, error)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, 0.5)

    def _lost(self, shard: int, error: Exception) -> None:
        if self.error is None or self.error == "not connected yet":
            log.warning("lost Redis (%s): %s; connecting again until it answers", self.streams[shard], error)
        self.error = told(error)
        self._caught_up[shard] = False

    async def _mend(self) -> None:
        """Learns which entries are passed over; makes the state anew when one of them has changed it."""
        async with self._mending:
            replica, fault = self.replica, self.replica.fault
            if fault is not None and not isinstance(fault.error, MemoryError):  # a shortage is over the next time
                await self._faults.add(fault)
            await self._faults.learn()
            if not replica.pass_over(self._faults.places) and fault is None:
                return
            if self.restore is None or not await self.restore() or replica.pass_over(self._faults.places):
                replica.start_over()
            replica.changed.set()

    async def _check_log(self, shard: int) -> None:
        """Starts over when the log is not the one that was folded; what was folded of it is set aside first."""
        async with self._looking:
            replica, city = self.replica, self.replica.state
            position = city.positions.get(shard)
            if position is None:
                return
            why = await self._identity.other(shard, position, replica.marks.setdefault(shard, Marks()))
            if why is None or replica.state is not city:
                return
            why = f"the log in {self.streams[shard]} is another one ({why})"
            if self.set_aside is not None:
                await self.set_aside(why)
            replica.start_over()
            replica.replaced = why, time.monotonic()
            self._caught_up = [False] * len(self.streams)

    async def _read(self, shard: int) -> None:
        """Reads and folds until the log is caught up with; a full batch is folded while the next one is read."""
        door = self.replica.door
        entries = await self._next(shard, door.city.positions.get(shard, b"0-0"))
        while len(entries) == BATCH:
            following = asyncio.create_task(self._next(shard, entries[-1][0]))
            try:
                await asyncio.sleep(0)  # the request is on its way before the fold takes the loop
                await self._fold(door, shard, entries)
                entries = await following
            finally:
                following.cancel()
        if entries:
            await self._fold(door, shard, entries)
        if self.replica.door is not door:
            raise _Replaced
        self._caught_up[shard] = True

    async def _next(self, shard: int, position: bytes) -> list[Any]:
        """Returns the entries behind a position, up to a batch; none when nothing came for BLOCK_MS."""
        reply = await self._client.xread({self.streams[shard]: position}, count=BATCH, block=BLOCK_MS)
        self._contact_at[shard] = time.monotonic()
        self.error = None
        return reply[0][1] if reply else []

    async def _fold(self, door: Door, shard: int, entries: list[Any]) -> None:
        """Folds entries in slices, and lets the loop go on between them; raises _Replaced once the state is another."""
        done = 0
        while done < len(entries):
            if self.replica.door is not door or self.replica.fault is not None:
                raise _Replaced
            done = self._fold_slice(shard, entries, done)
            if done < len(entries):
                await asyncio.sleep(0)

    def _fold_slice(self, shard: int, entries: list[Any], first: int) -> int:
        """Folds from `first` on for at most SLICE_S; returns where to go on."""
        replica, done = self.replica, first
        started = time.perf_counter()
        while done < len(entries):
            for letter, raw in self._folded(entries[done : done + _AT_ONCE], shard):
                self._on_dead(letter, raw)
            done = min(done + _AT_ONCE, len(entries))
            if time.perf_counter() - started > SLICE_S:
                break
        self.fold_s += time.perf_counter() - started
        replica.mark(shard, entries[first:done])
        replica.changed.set()
        return done

    def _folded(self, entries: list[Any], shard: int) -> Dead:
        """Folds; a fault is noted before anybody else can look at the state."""
        replica = self.replica
        try:
            return replica.door.fold(entries, shard, replica.touched)
        except Fault as fault:
            if (shard, fault.position) in replica.faults:
                raise RuntimeError(f"passing it over does not help: {fault}") from fault
            replica.fault = fault
            raise

    async def _probe(self) -> None:
        """Asks once a second how long the streams are and whether they are ours, and what others passed over."""
        while True:
            try:
                for shard, stream in enumerate(self.streams):
                    self._lengths[shard] = await self._client.xlen(stream)
                    await self._check_log(shard)
                await self._mend()
            except CONNECTION_ERRORS:
                pass  # the follower of the shard notices and says so
            _end_if_cancelled()
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
