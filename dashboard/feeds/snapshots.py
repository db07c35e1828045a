"""Snapshots: the whole state with its positions, kept in Redis, so that a restart folds only the tail.

A snapshot is one hash, written at once: `head` (what it was made of), `state` (compressed),
`seen` (hashes do not compress) and `sum` (of all of them). It is dumped on the event loop (a copy of arrays)
and encoded in a thread. Of several servers, the one that gets the lease writes it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
import zlib
from typing import Any

import msgspec
import redis.exceptions
from xxhash import xxh3_128

from dashboard.domain.state import snapshot
from dashboard.domain.state.city import CityState
from dashboard.domain.state.seen import compact
from dashboard.domain.state.validity import sound
from dashboard.errors import SnapshotError
from dashboard.feeds.follower import Replica
from dashboard.feeds.keys import SNAPSHOT, SNAPSHOT_LEASE
from dashboard.feeds.streams import CONNECTION_ERRORS, connect

log = logging.getLogger(__name__)

FORMAT = 6
_EARLIER = 5  # read, too: it has no checksum, and other columns in some parts
_LOAD_SHARE = 20  # a snapshot that took one second is not repeated for twenty


class Head(msgspec.Struct, frozen=True):
    """What a snapshot was made of; it fits only the same."""

    format: int
    grids: int
    areas_digest: str
    categories: list[str]
    timezone: str
    shards: int


def head_of(state: CityState, areas_digest: str, shards: int) -> Head:
    """Returns what a snapshot of `state` is made of."""
    categories = [category.id for category in state.rules.categories]
    return Head(FORMAT, len(state.tree.grids), areas_digest, categories, state.days.timezone, shards)


def encode(dumped: dict[str, Any], head: Head) -> dict[str, bytes]:
    """Returns the fields of a snapshot; slow for a large state, so call it in a thread."""
    pack = msgspec.msgpack.encode
    rest = {name: value for name, value in dumped.items() if name != "seen"}
    parts = {"head": pack(head), "state": zlib.compress(pack(rest), 1), "seen": pack(compact(dumped["seen"]))}
    return {**parts, "sum": _sum(*parts.values())}


def decode(fields: dict[bytes, bytes], head: Head) -> dict[str, Any]:
    """Returns the dumped state; raises SnapshotError unless it was made of the same things as `head`."""
    try:
        made_of = msgspec.msgpack.decode(fields[b"head"], type=Head)
        if msgspec.structs.replace(made_of, format=FORMAT) != head or made_of.format not in (FORMAT, _EARLIER):
            raise SnapshotError("made with other areas, rules or settings")
        if made_of.format == FORMAT and fields[b"sum"] != _sum(fields[b"head"], fields[b"state"], fields[b"seen"]):
            raise SnapshotError("unreadable: its checksum does not fit")
        state: dict[str, Any] = msgspec.msgpack.decode(zlib.decompress(fields[b"state"]), strict=False)
        state["seen"] = msgspec.msgpack.decode(fields[b"seen"], strict=False)
    except (KeyError, zlib.error, msgspec.DecodeError) as error:
        raise SnapshotError(f"unreadable: {error}") from None
    return state


def _sum(*parts: bytes) -> bytes:
    """Returns the checksum of all parts; at 10 GB/s it costs nothing."""
    whole = xxh3_128()
    for part in parts:
        whole.update(len(part).to_bytes(8) + part)
    return whole.digest()


class Snapshots:
    """Saves the replica's state every `every_s` seconds, and restores it at the start.

    Attributes:
        every_s: seconds between two.
        saved_at: real time (epoch seconds) of the last snapshot that this process knows of, or None.
    """

    def __init__(self, url: str, replica: Replica, areas_digest: str, shards: int, every_s: float) -> None:
        self._client = connect(url, timeout_s=30.0)
        self._replica, self.every_s = replica, every_s
        self._head = head_of(replica.state, areas_digest, shards)
        self._token = secrets.token_hex(8)
        self._saved_entries = -1
        self.saved_at: float | None = None

    @property
    def unsaved(self) -> int:
        """How many entries have been folded since the last snapshot of this process."""
        return sum(self._replica.state.entries.values()) - max(0, self._saved_entries)

    async def restore(self) -> bool:
        """Loads the newest snapshot into the replica; returns False when there is none that fits."""
        try:
            fields = await self._client.hgetall(SNAPSHOT)
        except redis.exceptions.ResponseError as error:  # another type of key, from another program
            log.warning("snapshot not used (Redis says of %s: %s): folding the log from the start", SNAPSHOT, error)
            return False
        if not fields:
            return False
        fresh = self._replica.make_state()
        try:
            snapshot.load(fresh, decode(fields, self._head))
            sound(fresh)
        except Exception as error:  # noqa: BLE001  whatever another program wrote: the log is the truth, and it is there
            log.warning("snapshot not used (%s: %s): folding the log from the start", type(error).__name__, error)
            return False
        self._replica.state = fresh
        self.saved_at = time.time()
        self._saved_entries = sum(self._replica.state.entries.values())
        return True

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
            if not await self._lease():
                return 0.0
            fields = await asyncio.to_thread(encode, snapshot.dump(self._replica.state), self._head)
            await self._client.hset(SNAPSHOT, mapping=fields)
        except CONNECTION_ERRORS as error:
            log.warning("snapshot not saved: %s", error)
            return 0.0
        self._saved_entries, self.saved_at = entries, time.time()
        return time.monotonic() - started

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
        await self._client.aclose()
