"""Whether a log is still the one that was folded: an entry that was trimmed is no other log, an older copy is.

What was folded is known again by marks: ids of entries and hashes of what they held, the newest one and others spread
back ever more widely. Everything is told by what Redis 6.2 answers; where a newer one counts what was ever added or
deleted, that decides what the marks leave open.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import redis.exceptions
from xxhash import xxh3_64_intdigest

from dashboard.domain.reports import ms_seq
from dashboard.feeds.keys import log_name, stream_names
from dashboard.feeds.streams import connect

_TIERS = 24  # marks of one shard at most; the oldest lies up to 2**23 batches back


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """One entry: its id, the hash of its fields, and how many entries of its stream were folded up to it."""

    position: bytes
    hash: int
    number: int


class Marks:
    """The marks of one shard, and the name of its log, as far as it is known."""

    def __init__(self, dumped: Any = None) -> None:
        """Begins empty, or with what `dump` returned."""
        name, count, marks = dumped or (None, 0, {})
        self.name: bytes | None = name
        self._count: int = count
        self._tiers: dict[int, Mark] = {int(tier): msgspec.convert(mark, Mark) for tier, mark in marks.items()}

    def __bool__(self) -> bool:
        return bool(self._tiers)

    def add(self, entry: Sequence[Any], number: int) -> None:
        """Marks an entry, `[id, [field, value, …]]`, the `number`-th that was folded of its stream.

        Each second mark replaces the one two before it, each fourth the one four before, and so on.
        """
        self._count += 1
        tier = min((self._count & -self._count).bit_length(), _TIERS - 1)
        mark = Mark(bytes(entry[0]), hash_of(entry[1]), number)
        self._tiers[0] = self._tiers[tier] = mark

    def newest_first(self) -> list[Mark]:
        """Returns the marks, each once."""
        return sorted(set(self._tiers.values()), key=lambda mark: -mark.number)

    def dump(self) -> tuple[bytes | None, int, dict[int, Mark]]:
        """Returns what a snapshot keeps."""
        return self.name, self._count, dict(self._tiers)


def hash_of(fields: Iterable[bytes]) -> int:
    """Returns the hash of an entry's fields and values, 64 bits."""
    return xxh3_64_intdigest(b"".join(len(part).to_bytes(4) + part for part in fields))


class Stream(msgspec.Struct, frozen=True):
    """What Redis says of a stream; None where this version of it does not say so."""

    length: int
    last: bytes
    first: bytes | None
    added: int | None
    deleted: bytes | None


class Identity:
    """Asks one Redis about its streams."""

    def __init__(self, url: str, shards: int) -> None:
        self._client, self._streams = connect(url), stream_names(shards)
        self._names = [log_name(shard, shards) for shard in range(shards)]

    async def stream(self, shard: int) -> Stream | None:
        """Returns what Redis says of a shard's stream, None when there is none."""
        try:
            told = await self._client.xinfo_stream(self._streams[shard])
        except redis.exceptions.ResponseError as error:
            if "no such key" in str(error):
                return None
            raise
        first = told["first-entry"]
        return Stream(
            told["length"],
            told["last-generated-id"],
            first[0] if first else None,
            told.get("entries-added"),
            told.get("max-deleted-entry-id"),
        )

    async def other(self, shard: int, position: bytes, marks: Marks) -> str | None:
        """Returns why a shard's log is another one than the one folded up to `position`, None when it is the same."""
        known = marks.newest_first()  # before anything is asked: the fold goes on meanwhile
        stream, name = await self.stream(shard), await self._name(shard)
        if stream is None:
            return "its stream is gone"
        if (short := _too_short(stream, position, known)) is not None:
            return short
        for index, mark in enumerate(known):
            there = await self._client.xrange(self._streams[shard], mark.position, mark.position)
            if not there:
                continue
            if hash_of(there[0][1]) != mark.hash:
                return f"its entry {mark.position.decode()} is another one"
            marks.name = name
            return await self._cut_short(shard, stream, known) if index else None
        found = _unmarked(stream, position, marks.name in (None, name)) if known else None
        marks.name = marks.name or name
        return found

    async def _cut_short(self, shard: int, stream: Stream, known: list[Mark]) -> str | None:
        """Judges a log of which an earlier mark is there and the newest one is not: deleted, or an older copy."""
        newest = known[0]
        [last, *_] = await self._client.xrevrange(self._streams[shard], newest.position, "-", count=1)
        gone = [mark for mark in known if ms_seq(mark.position) > ms_seq(last[0])]
        if stream.deleted is not None:
            same = ms_seq(stream.deleted) >= ms_seq(newest.position)
        else:
            same = len(gone) == 1  # the newest entry may have been deleted, hardly a run of them
        return None if same else f"nothing is left of what came after {bytes(last[0]).decode()}: an older copy"

    async def _name(self, shard: int) -> bytes:
        """Returns the name of a shard's log; it is given when there is none, and ends with everything else."""
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.set(self._names[shard], secrets.token_hex(8), nx=True)
            pipe.get(self._names[shard])
            _, name = await pipe.execute(raise_on_error=False)
        return bytes(name) if isinstance(name, bytes) else b""

    async def holds(self, shard: int, position: bytes) -> bool:
        """Says whether an entry is there."""
        return bool(await self._client.xrange(self._streams[shard], position, position))

    async def is_whole(self, shard: int, position: bytes, entries: int) -> bool:
        """Says whether all entries that were folded up to a position are still there."""
        stream = await self.stream(shard)
        if stream is None:
            return entries == 0
        after, start, page = 0, b"(" + position, 10_000
        while tail := await self._client.xrange(self._streams[shard], start, "+", count=page):
            after, start = after + len(tail), b"(" + tail[-1][0]
            if len(tail) < page:
                break
        return stream.length - after >= entries

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.aclose()


def _too_short(stream: Stream, position: bytes, known: list[Mark]) -> str | None:
    """Says why a stream has never been as long as what was folded of it."""
    if ms_seq(stream.last) < ms_seq(position):
        return f"it ends at {stream.last.decode()}, before {position.decode()}, up to which it was folded"
    if known and stream.added is not None and stream.added < known[0].number:
        return f"it has had {stream.added:,} entries, of which {known[0].number:,} were folded"
    return None


def _unmarked(stream: Stream, position: bytes, same_name: bool) -> str | None:
    """Judges a log that has none of the marks: trimmed beyond what was folded, or emptied and filled again."""
    if stream.first is not None and ms_seq(stream.first) <= ms_seq(position):
        return "it holds entries from before, and none of those that were folded"
    return None if same_name else "nothing of what was folded is there, and it has another name"
