"""The intake: checks reports that come over HTTP and appends them to the log.

A report is answered 202 only after Redis has it, and only if it will count. A batch is taken as a whole or not at
all. What is checked here is checked again, by the same function, when the log is folded, since reports also come from
elsewhere: there by the id that an entry has, here by the id that it is going to have. Ids are made of the time of
Redis, so that is what is asked for, never our own clock; where the two are too far apart, nothing is taken, since
whoever acts by ours would write a wrong time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from dashboard.domain.reports import FIELD, decode, ms_seq
from dashboard.domain.state.refusals import check
from dashboard.errors import InvalidReport, RedisRefuses
from dashboard.feeds.follower import Replica
from dashboard.feeds.keys import SHARDS, guard, stream_names
from dashboard.feeds.streams import agree, answering, connect, refusal, shard_of
from dashboard.feeds.watch import clocks, too_far

MAX_BATCH = 5000
_TIMEOUT_S = 5.0
_UNDERWAY_MS = int(_TIMEOUT_S * 1000) + 1000  # for so long may an entry be on its way; later it is no 202 any more


class RefusedBatch(InvalidReport):
    """A report in a batch that will never count; `field` begins with its index."""


class Intake:
    """Takes reports for the streams of one Redis."""

    def __init__(self, url: str, shards: int, replica: Replica) -> None:
        self._url, self._client = url, connect(url, timeout_s=_TIMEOUT_S)
        self._streams, self._replica = stream_names(shards), replica

    async def take(self, raws: list[bytes], batch: bool) -> list[str]:
        """Appends reports, all of them or none; returns their stream ids.

        Raises:
            InvalidReport: one of them will never count; nothing was appended.
            RedisUnavailable: Redis does not answer; nothing is promised.
            RedisRefuses: it answers, and does not take them, or its clock and ours are too far apart.
        """
        shards = await self._judge(raws, batch)
        with answering(self._url):
            answers = await self._append(raws, shards)
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
        return [stream_id.decode() for stream_id in answers]

    async def take_each(self, raws: list[bytes]) -> list[str | InvalidReport | RedisRefuses]:
        """Appends those that will count; returns for each its stream id, or why it was not taken.

        Raises:
            RedisUnavailable: Redis does not answer; nothing is promised.
            RedisRefuses: it takes none of them, or its clock and ours are too far apart.
        """
        judged = await self._checked([_tried(decode, raw) for raw in raws])
        fit = {index: shard for index, shard in enumerate(judged) if isinstance(shard, int)}
        found: list[Any] = list(judged)
        with answering(self._url):
            answers = await self._append([raws[index] for index in fit], list(fit.values()))
            _raise_when_all_failed(answers)
        for index, answer in zip(fit, answers, strict=True):
            found[index] = refusal(answer) if isinstance(answer, Exception) else answer.decode()
        return found

    async def check(self, raw: bytes) -> None:
        """Raises InvalidReport for a report that will never count, and the same as `take` when nothing is taken."""
        await self._judge([raw], batch=False)

    async def _judge(self, raws: list[bytes], batch: bool) -> list[int]:
        """Returns the shard that is to take each report; raises InvalidReport when one would not count."""
        decoded = []
        for index, raw in enumerate(raws):
            with _at(index if batch else None):
                decoded.append(decode(raw))
        shards = []
        for index, judged in enumerate(await self._checked(decoded)):
            with _at(index if batch else None):
                if isinstance(judged, InvalidReport):
                    raise judged
                shards.append(judged)
        return shards

    async def _checked(self, decoded: list[Any]) -> list[int | InvalidReport]:
        """Returns for each report the shard that is to take it, or why it would not count; what is none stays so."""
        shards = {
            index: shard_of(report.subject, len(self._streams))
            for index, report in enumerate(decoded)
            if not isinstance(report, InvalidReport)
        }
        if not shards:
            return decoded
        with answering(self._url):
            next_ms = await self._next_ids(sorted(set(shards.values())))
        judged: list[int | InvalidReport] = list(decoded)
        for index, shard in shards.items():
            ms = next_ms[shard]
            error = _tried(check, self._replica.state, decoded[index], shard, ms, ms + _UNDERWAY_MS)
            judged[index] = shard if error is None else error
        return judged

    async def _next_ids(self, shards: list[int]) -> dict[int, int]:
        """Returns the time (epoch ms) that the next id of each shard will have at least.

        Raises:
            RedisRefuses: our clock is too far from that of Redis, or the log is of another number of shards than ours.
        """
        theirs_s, skew_s = await clocks(self._client)
        if (reason := too_far(skew_s)) is not None:
            raise RedisRefuses(reason, "clock-skew")
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.get(SHARDS)
            for shard in shards:
                pipe.xinfo_stream(self._streams[shard])
            kept, *found = await pipe.execute(raise_on_error=False)  # a stream without any entry is not there
        if kept != b"%d" % len(self._streams):
            await agree(self._client, len(self._streams))
        last = [ms_seq(each["last-generated-id"])[0] if isinstance(each, dict) else 0 for each in found]
        return {shard: max(int(theirs_s * 1000), ms) for shard, ms in zip(shards, last, strict=True)}

    async def _append(self, raws: list[bytes], shards: list[int]) -> list[Any]:
        """Returns for each report its stream id, or the error that Redis answered with."""
        if not raws:
            return []
        async with self._client.pipeline(transaction=False) as pipe:
            for raw, shard in zip(raws, shards, strict=True):
                pipe.xadd(self._streams[shard], {FIELD: raw})
            answers: list[Any] = await pipe.execute(raise_on_error=False)  # else its words are mixed with ours
        return answers

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

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.aclose()


def _raise_when_all_failed(answers: list[Any]) -> None:
    if answers and all(isinstance(answer, Exception) for answer in answers):
        raise answers[0]


def _tried(work: Callable[..., Any], *given: Any) -> Any:
    """Returns what work gives, or the InvalidReport that it raises."""
    try:
        return work(*given)
    except InvalidReport as error:
        return error


@contextlib.contextmanager
def _at(index: int | None) -> Iterator[None]:
    """Names the report of a batch (None: the only one) in what is said against it."""
    try:
        yield
    except InvalidReport as error:
        if index is None:
            raise
        field = f"{index}.{error.field}" if error.field else str(index)
        raise RefusedBatch(field, error.reason, error.kind) from None


def split_batch(body: bytes) -> list[bytes]:
    """Returns the reports of a JSON array as they stand, which may be none; raises InvalidReport for anything else."""
    try:
        items = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidReport("", f"not a JSON array: {error}", "not-json") from None
    if len(items) > MAX_BATCH:
        raise InvalidReport("", f"a batch holds at most {MAX_BATCH} reports")
    return [bytes(item) for item in items]
