"""Dead letters: entries that do not count, kept in a stream of their own with the reason and the raw bytes.

Every server finds the same dead letters in the same log. The first to write one wins: a
script remembers which entries are there already, so that none is there twice, however
many servers fold and however often one folds again after a crash.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any

import msgspec

from dashboard.domain.reports import FIELD, ms_seq
from dashboard.domain.state.refusals import DeadLetter
from dashboard.feeds.keys import DEAD_LETTERS, KNOWN_DEAD_LETTERS, stream_names
from dashboard.feeds.scripts import lua
from dashboard.feeds.streams import CONNECTION_ERRORS, answering, connect

log = logging.getLogger(__name__)

KEPT = 100_000
KEPT_RAW_BYTES = 65_536
_WAITING = 50_000
_AT_ONCE = 200


class Stored(msgspec.Struct, frozen=True):
    """A dead letter as it is shown; `raw` is text, undecodable bytes are replaced."""

    stream_id: str
    shard: int
    field: str
    reason: str
    raw: str
    size_bytes: int


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
        fields: dict[bytes, bytes] = found[0][1]
        return fields.get(FIELD) or msgspec.json.encode({_text(k): _text(v) for k, v in fields.items()})

    async def newest(self, limit: int) -> list[Stored]:
        """Returns the newest letters, newest first; raises RedisUnavailable."""
        with answering(self._url):
            rows = await self._client.xrevrange(DEAD_LETTERS, count=limit)
        return [_stored(fields) for _, fields in rows]

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


def _stored(fields: dict[bytes, bytes]) -> Stored:
    return Stored(
        stream_id=_text(fields[b"stream_id"]),
        shard=int(fields[b"shard"]),
        field=_text(fields[b"field"]),
        reason=_text(fields[b"reason"]),
        raw=_text(fields[b"raw"]),
        size_bytes=int(fields[b"size"]),
    )


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
