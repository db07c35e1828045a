"""Snapshots: the whole state with its positions, kept in Redis, so that a restart folds only the tail.

A snapshot is one hash, written at once: `head` (what it was made of, and of which log), `state` (compressed),
`seen` (hashes do not compress) and `sum` (of all of them). It is dumped on the event loop (a copy of arrays)
and encoded in a thread. Of several servers, the one that gets the lease writes it.

None is ever thrown away for a log that cannot replace it: one that does not fit is set aside under another name,
one whose log was trimmed is carried over, and where that cannot be, the start is refused.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable

import redis.exceptions

from dashboard.domain.state import snapshot
from dashboard.domain.state.carrying import carried, missing
from dashboard.domain.state.city import CityState
from dashboard.domain.state.validity import sound
from dashboard.errors import OtherShards, SnapshotRefused
from dashboard.feeds.follower import Replica
from dashboard.feeds.identity import Identity, Marks
from dashboard.feeds.keys import SNAPSHOT, SNAPSHOT_LEASE
from dashboard.feeds.snapshots.aside import Aside
from dashboard.feeds.snapshots.origin import CARRIED, EXACT, origin_of
from dashboard.feeds.snapshots.packing import Head, Kept, decode, encode
from dashboard.feeds.streams import CONNECTION_ERRORS, agree, connect

log = logging.getLogger(__name__)

_LOAD_SHARE = 20  # a snapshot that took one second is not repeated for twenty


class Snapshots:
    """Saves the replica's state every `every_s` seconds, and restores it at the start.

    Attributes:
        every_s: seconds between two.
        saved_at: real time (epoch seconds) of the last snapshot that this process knows of, or None.
        on_other: is told in words that the log is another one, and what became of the snapshot.
    """

    def __init__(
        self,
        url: str,
        replica: Replica,
        shards: int,
        every_s: float,
        on_other: Callable[[str], None] = lambda why: None,
    ) -> None:
        self._client, self._identity = connect(url, timeout_s=30.0), Identity(url, shards)
        self._aside = Aside(self._client)
        self._replica, self.every_s, self._shards = replica, every_s, shards
        self._origin = origin_of(replica.state, shards)
        self._token = secrets.token_hex(8)
        self._saved_entries = 0
        self.saved_at: float | None = None
        self.on_other = on_other

    @property
    def unsaved(self) -> int:
        """How many entries have been folded since the last snapshot of this process."""
        return sum(self._replica.state.entries.values()) - max(0, self._saved_entries)

    async def restore(self) -> bool:
        """Loads the newest snapshot into the replica; returns False when there is none that can be used.

        Raises:
            SnapshotRefused: it does not fit what is set now, and its log cannot be folded anew.
        """
        if not await self._is_ours():
            return False
        try:
            fields = await self._client.hgetall(SNAPSHOT)
        except redis.exceptions.ResponseError as error:  # another type of key, from another program
            log.warning("snapshot not used (Redis says of %s: %s): folding the log from the start", SNAPSHOT, error)
            return False
        return (bool(fields) and await self._use(fields)) or await self._found_again()

    async def _is_ours(self) -> bool:
        """Says whether our number of shards is that of the log: otherwise the snapshots are those of others."""
        try:
            await agree(self._client, self._shards)
        except OtherShards:
            return False  # the watch says so
        return True

    async def _found_again(self) -> bool:
        """Loads the newest of the snapshots that were set aside which is of this log and fits as it is, if one does."""
        for name in reversed(await self._aside.names()):
            try:
                kept = decode(await self._client.hgetall(name))
                if kept.origin is None or self._changed(kept) or not await self._goes_on_from(kept):
                    continue
                fresh = self._replica.make_state()
                snapshot.load(fresh, kept.dumped)
                sound(fresh)
            except CONNECTION_ERRORS:
                raise
            except Exception as error:  # noqa: BLE001  it is one of several, and the log is there
                log.warning("snapshot %s not used (%s: %s)", name, type(error).__name__, error)
                continue
            log.warning("snapshot %s fits again, and is used", name)
            self._begin(fresh, kept)
            return True
        return False

    async def _goes_on_from(self, kept: Kept) -> bool:
        """Says whether the log is the one of a snapshot and still holds what comes right after it."""
        for shard, position in kept.positions.items():
            marks = Marks(kept.marks.get(shard))
            if await self._identity.other(shard, position, marks) is not None:
                return False
            if not await self._identity.holds(shard, position):
                return False
        return True

    async def _use(self, fields: dict[bytes, bytes]) -> bool:
        """Loads a snapshot if it can be read, is of this log, and fits; sets it aside otherwise."""
        try:
            kept = decode(fields)
            fresh = self._replica.make_state()
            if not await self._is_of_this_log(kept) or not await self._fits(kept):
                return False
            kept = self._carried(kept)
            snapshot.load(fresh, kept.dumped)
            sound(fresh)
        except (SnapshotRefused, *CONNECTION_ERRORS):
            raise
        except Exception as error:  # noqa: BLE001  whatever another program wrote: the log is the truth, and it is there
            name = await self._aside.move()
            log.warning(
                "snapshot not used (%s: %s), it is now %s: folding the log from the start",
                type(error).__name__, error, name,
            )  # fmt: skip
            return False
        self._begin(fresh, kept)
        return True

    def _begin(self, fresh: CityState, kept: Kept) -> None:
        self._replica.state = fresh
        self._replica.marks = {shard: Marks(dumped) for shard, dumped in kept.marks.items()}
        self.saved_at = time.time()
        self._saved_entries = sum(fresh.entries.values())

    async def _is_of_this_log(self, kept: Kept) -> bool:
        """Says whether the log is the one that was folded; otherwise the snapshot is set aside, and it is said."""
        if kept.shards != self._shards:
            return True  # that is for the parts to say
        for shard, position in kept.positions.items():
            marks = Marks(kept.marks.get(shard))
            why = await self._identity.other(shard, position, marks)
            if why is not None:
                self._say_other(
                    f"the log is another one than the one in the snapshot ({why})", await self._aside.move()
                )
                return False
        return True

    async def _fits(self, kept: Kept) -> bool:
        """Says whether a snapshot can be used as it is or carried over; a log that is whole is rather folded anew."""
        changed = [name for name in self._changed(kept) if name not in EXACT]
        if not changed:
            return True
        if kept.shards == self._shards and not await self._is_whole(kept):
            return True
        name = await self._aside.move()
        log.warning("snapshot made with other %s, it is now %s: folding the log anew", ", ".join(changed), name)
        return False

    def _changed(self, kept: Kept) -> list[str]:
        """Returns which parts of what a state starts from are others now; earlier versions told fewer of them."""
        if kept.origin is None:
            return [] if kept.earlier_fits(self._replica.make_state(), self._shards) else ["areas"]
        return self._origin.changed(kept.origin)

    async def _is_whole(self, kept: Kept) -> bool:
        checks = [
            await self._identity.is_whole(shard, position, kept.entries.get(shard, 0))
            for shard, position in kept.positions.items()
        ]
        return all(checks)

    def _carried(self, kept: Kept) -> Kept:
        """Returns a snapshot as one of the areas and rules of now; raises SnapshotRefused when it cannot be one."""
        changed = self._changed(kept)
        if not changed:
            return kept
        if kept.origin is None:
            raise SnapshotRefused(["it was written by an earlier version for other areas, rules or settings"])
        then, now = kept.origin.start, self._origin.start
        problems = [f"another {name} is set" for name in changed if name not in CARRIED]
        problems = problems or missing(kept.dumped, then, now)
        if problems:
            raise SnapshotRefused(problems)
        if set(changed) - set(EXACT):
            log.warning("the log was trimmed: what was counted is carried over to other %s", ", ".join(changed))
        return kept.replaced(carried(kept.dumped, then, now))

    async def set_aside(self, why: str) -> None:
        """Keeps what was folded of a log that is another one by now, under a name of its own."""
        try:
            fields = await asyncio.to_thread(encode, *self._dumped())
            name: str | None = await self._aside.write(fields)
            await self._client.delete(SNAPSHOT)
        except CONNECTION_ERRORS as error:
            name = None
            log.warning("what was folded could not be set aside: %s", error)
        self._saved_entries = -1
        self._say_other(why, name)

    def _say_other(self, why: str, name: str | None) -> None:
        kept = f"what was folded is kept as {name}" if name else "what was folded could not be kept"
        log.error("%s; %s; it is folded anew", why, kept)
        self._replica.replaced = why, time.monotonic()
        self.on_other(name or "–")

    async def run(self) -> None:
        """Saves until cancelled."""
        pause_s = self.every_s
        while True:
            await asyncio.sleep(pause_s)
            took_s = await self.save()
            pause_s = max(self.every_s, took_s * _LOAD_SHARE)

    async def save(self) -> float:
        """Saves now if something was folded since and the lease is ours; returns the seconds it took."""
        entries = sum(self._replica.state.entries.values())
        started = time.monotonic()
        if entries == self._saved_entries or self._replica.fault is not None:
            return 0.0
        try:
            if not await self._is_ours() or not await self._lease():
                return 0.0
            fields = await asyncio.to_thread(encode, *self._dumped())
            await self._client.hset(SNAPSHOT, mapping=fields)
        except CONNECTION_ERRORS as error:
            log.warning("snapshot not saved: %s", error)
            return 0.0
        self._saved_entries, self.saved_at = entries, time.time()
        return time.monotonic() - started

    def _dumped(self) -> tuple[Kept, Head]:
        """Returns a frozen copy of the state, and its head."""
        replica = self._replica
        marks = {shard: marks.dump() for shard, marks in replica.marks.items()}
        return Kept(snapshot.dump(replica.state), self._shards), Head(self._origin, self._shards, marks)

    async def _lease(self) -> bool:
        """Takes or keeps the lease; two holders in a hand-over do no harm, since a snapshot is whole."""
        lasting_ms = int(self.every_s * 1500) + 1000
        if await self._client.set(SNAPSHOT_LEASE, self._token, nx=True, px=lasting_ms):
            return True
        if await self._client.get(SNAPSHOT_LEASE) == self._token.encode():
            await self._client.pexpire(SNAPSHOT_LEASE, lasting_ms)
            return True
        return False

    async def close(self) -> None:
        """Saves a last time, gives the lease back and closes the connection."""
        await self.save()
        try:
            if await self._client.get(SNAPSHOT_LEASE) == self._token.encode():
                await self._client.delete(SNAPSHOT_LEASE)
        except CONNECTION_ERRORS:
            pass  # the lease ends by itself
        await self._identity.close()
        await self._client.aclose()
