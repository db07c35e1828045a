"""The intake: checks reports that come over HTTP and appends them to the log.

A report is answered 202 only after Redis has it. A batch is taken as a whole or not at
all. What is checked here is checked again when the log is folded, since reports also
come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import redis.exceptions

from dashboard.domain.reports import FIELD, decode
from dashboard.domain.state.refusals import check
from dashboard.errors import InvalidReport
from dashboard.feeds.follower import Replica
from dashboard.feeds.keys import guard, stream_names
from dashboard.feeds.streams import answering, connect, shard_of

MAX_BATCH = 5000


class RefusedBatch(InvalidReport):
    """A report in a batch that will never count; `field` begins with its index."""


class Intake:
    """Takes reports for the streams of one Redis."""

    def __init__(self, url: str, shards: int, replica: Replica, now: Callable[[], float]) -> None:
        self._url, self._client = url, connect(url)
        self._streams, self._replica, self._now = stream_names(shards), replica, now

    async def take(self, raws: list[bytes], batch: bool) -> list[str]:
        """Appends reports; returns their stream ids.

        Raises:
            InvalidReport: one of them will never count; nothing was appended.
            RedisUnavailable: Redis does not answer; nothing is promised.
            RedisRefuses: it answers, and does not take them.
        """
        codes = [self._check(raw, index if batch else None) for index, raw in enumerate(raws)]
        with answering(self._url):
            return await self._append(raws, codes)

    async def _append(self, raws: list[bytes], codes: list[str]) -> list[str]:
        async with self._client.pipeline(transaction=False) as pipe:
            for raw, code in zip(raws, codes, strict=True):
                pipe.xadd(self._streams[shard_of(code, len(self._streams))], {FIELD: raw})
            answers: list[Any] = await pipe.execute(raise_on_error=False)  # else its words are mixed with ours
        for answer in answers:
            if isinstance(answer, redis.exceptions.RedisError):
                raise answer
        return [stream_id.decode() for stream_id in answers]

    def check(self, raw: bytes) -> None:
        """Raises InvalidReport for a report that will never count."""
        self._check(raw, None)

    async def claim(self, name: str, lasting_s: int) -> bool:
        """Takes a name for a while; returns False when somebody (on any server of this Redis) has taken it.

        Raises:
            RedisUnavailable: Redis does not answer.
            RedisRefuses: it answers, and takes no writes.
        """
        with answering(self._url):
            return bool(await self._client.set(guard(name), b"1", nx=True, ex=lasting_s))

    async def free(self, names: Sequence[str]) -> None:
        """Gives names back before their time."""
        if names:
            await self._client.delete(*map(guard, names))

    def _check(self, raw: bytes, index: int | None) -> str:
        """Returns the area code of a report; raises InvalidReport."""
        try:
            report = decode(raw)
            check(self._replica.state, report, self._now())
        except InvalidReport as error:
            if index is None:
                raise
            field = f"{index}.{error.field}" if error.field else str(index)
            raise RefusedBatch(field, error.reason, error.kind) from None
        return str(report.subject)

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.aclose()


def split_batch(body: bytes) -> list[bytes]:
    """Returns the reports of a JSON array as they stand; raises InvalidReport for anything else."""
    try:
        items = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidReport("", f"not a JSON array: {error}", "not-json") from None
    if not items or len(items) > MAX_BATCH:
        raise InvalidReport("", f"a batch holds 1 to {MAX_BATCH} reports")
    return [bytes(item) for item in items]
