"""Dead letters: entries that do not count, kept in a stream of their own with the reason and the raw bytes.

Every server finds the same dead letters in the same log. The first to write one wins: a
script remembers which entries are there already, so that none is there twice, however
many servers fold and however often one folds again after a crash.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from dashboard.domain.reports import event_of, ms_seq
from dashboard.domain.state.refusals import DeadLetter
from dashboard.feeds.keys import DEAD_LETTERS, KNOWN_DEAD_LETTERS, stream_names
from dashboard.feeds.scripts import lua
from dashboard.feeds.streams import CONNECTION_ERRORS, answering, connect

log = logging.getLogger(__name__)

KEPT = 100_000
KEPT_RAW_BYTES = 65_536
_WAITING = 50_000
_AT_ONCE = 200
_LOOKED_AT = 1000  # letters that one question looks at
_LOOKED_AT_BYTES = 8_000_000
_PAGE = 100


class Stored(msgspec.Struct, frozen=True):
    """A dead letter as it is shown; `raw` is text, undecodable bytes are replaced.

    `source` is what the report says of who sent it, "" when it cannot be read; `at` is the letter's own place.
    """

    stream_id: str
    shard: int
    field: str
    reason: str
    raw: str
    size_bytes: int
    source: str
    at: str


class Wanted(msgspec.Struct, frozen=True):
    """Which letters; None = all. `before` is the place of the last one seen."""

    reason: str | None = None
    source: str | None = None
    before: str | None = None


class Found(msgspec.Struct, frozen=True):
    """Letters, newest first; `next` is where to go on, None when there are no more."""

    letters: list[Stored]
    next: str | None


class Alike(msgspec.Struct, frozen=True):
    """How many of the letters that were looked at have one reason and one source."""

    field: str
    reason: str
    source: str
    count: int


class _Sourced(msgspec.Struct):
    source: str = ""


ALL = Wanted()


class DeadLetters:
    """Writes dead letters in the background and reads the newest."""

    def __init__(self, url: str, shards: int) -> None:
        self._url, self._client = url, connect(url)
        self._streams = stream_names(shards)
        self._waiting: deque[tuple[DeadLetter, bytes | None]] = deque(maxlen=_WAITING)
        self._work = asyncio.Event()

    def add(self, letter: DeadLetter, raw: bytes | None) -> None:
        """Queues one letter; `raw` may be None when the entry has to be read again."""
        self._waiting.append((letter, raw))
        self._work.set()

    async def run(self) -> None:
        """Writes until cancelled; what Redis does not take stays in the queue."""
        waits = False
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                await self.flush()
                waits = False
            except CONNECTION_ERRORS as error:
                if not waits:  # one line, however often it is tried
                    log.warning("dead letters wait for Redis: %s", error)
                waits = True
                self._work.set()
                await asyncio.sleep(1.0)

    async def flush(self) -> None:
        """Writes all that waits."""
        while self._waiting:
            batch = [self._waiting[i] for i in range(min(_AT_ONCE, len(self._waiting)))]
            whole = [(letter, raw if raw is not None else await self._raw(letter)) for letter, raw in batch]
            async with self._client.pipeline(transaction=False) as pipe:
                for letter, raw in whole:
                    pipe.eval(lua("dead_letter"), 2, DEAD_LETTERS, KNOWN_DEAD_LETTERS, *_arguments(letter, raw))
                await pipe.execute()
            for _ in batch:
                self._waiting.popleft()

    async def _raw(self, letter: DeadLetter) -> bytes:
        """Reads the entry of an early report that was given up, or of one without the field `event`."""
        found = await self._client.xrange(self._streams[letter.shard], letter.position, letter.position)
        if not found:
            return b""
        fields: list[bytes] = found[0][1]
        raw = event_of(fields)
        return raw if raw is not None else msgspec.json.encode({_text(k): _text(v) for k, v in _pairs(fields)})

    async def newest(self, limit: int, wanted: Wanted = ALL) -> Found:
        """Returns the newest letters that are wanted; raises RedisUnavailable.

        A question looks at so many letters and no more: `next` may be given though fewer than `limit` were found.
        """
        found: list[Stored] = []
        last = wanted.before
        async for letter in self._looked_at(wanted.before):
            last = letter.at
            if wanted.reason in (None, letter.reason) and wanted.source in (None, letter.source):
                found.append(letter)
                if len(found) == limit:
                    break
        else:
            last = last if await self._any_before(last) else None
        return Found(found, last)

    async def alike(self) -> tuple[list[Alike], int]:
        """Returns the newest letters by reason and source, most first, and how many; raises RedisUnavailable."""
        counted = Counter([(one.field, one.reason, one.source) async for one in self._looked_at(None)])
        return [Alike(*key, count) for key, count in counted.most_common()], counted.total()

    async def _looked_at(self, before: str | None) -> AsyncIterator[Stored]:
        """Yields letters, newest first, up to what one question may look at."""
        count = size = 0
        while count < _LOOKED_AT and size < _LOOKED_AT_BYTES:
            rows = await self._rows(before, _PAGE)
            for place, fields in rows:
                letter = _stored(place, dict(_pairs(fields)))
                count, size, before = count + 1, size + sum(map(len, fields)), _text(place)
                if letter is not None:
                    yield letter
            if len(rows) < _PAGE:
                return

    async def _any_before(self, place: str | None) -> bool:
        return place is not None and bool(await self._rows(place, 1))

    async def _rows(self, before: str | None, count: int) -> list[Any]:
        with answering(self._url):
            newest = "+" if before is None else f"({before}"
            rows: list[Any] = await self._client.xrevrange(DEAD_LETTERS, max=newest, count=count)
            return rows

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.aclose()


def _arguments(letter: DeadLetter, raw: bytes) -> list[Any]:
    position = letter.position.decode()
    fields = {
        "stream_id": position,
        "shard": letter.shard,
        "field": letter.field,
        "reason": letter.reason,
        "size": len(raw),
        "raw": raw[:KEPT_RAW_BYTES],
    }
    flat = [item for pair in fields.items() for item in pair]
    return [ms_seq(letter.position)[0], f"{letter.shard}/{position}", KEPT, *flat]


def _pairs(fields: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Returns the fields of an entry as (name, value)."""
    return list(zip(fields[::2], fields[1::2], strict=False))


def _stored(place: bytes, fields: dict[bytes, bytes]) -> Stored | None:
    """Returns a letter, None for an entry that another program has put among them."""
    try:
        return Stored(
            stream_id=_text(fields[b"stream_id"]),
            shard=int(fields[b"shard"]),
            field=_text(fields[b"field"]),
            reason=_text(fields[b"reason"]),
            raw=_text(fields[b"raw"]),
            size_bytes=int(fields[b"size"]),
            source=_source(fields[b"raw"]),
            at=_text(place),
        )
    except (KeyError, ValueError):
        return None


def _source(raw: bytes) -> str:
    try:
        return msgspec.json.decode(raw, type=_Sourced).source
    except (msgspec.DecodeError, RecursionError):  # no JSON, no object, or a source that is no text
        return ""


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
