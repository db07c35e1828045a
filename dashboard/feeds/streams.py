"""Which stream takes what, of how many shards a log is, and how to reach the Redis that holds them.

The stream of a report follows from its area and the number of shards. Whoever has another number writes most reports
to streams that the others do not read, and the rest out of the order in which a grid's reports happened. So the first
who writes keeps the number in Redis, and who has another one does not write: the intake and the keeper of a server,
and programs that append by themselves. Reading is let be, so that a server with another number starts, and can say
what is wrong.

The number can be changed as long as the streams of the old one are empty: then nothing is placed by it. What is in
them is never placed anew, since every entry would get another id, and with it another time of arrival.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from typing import Any

import redis.asyncio as aioredis
import redis.exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from dashboard.domain.reports import ms_seq
from dashboard.errors import OtherShards, RedisRefuses, RedisUnavailable
from dashboard.feeds.keys import MOST_SHARDS, SHARDS, stream_names

_EVERY = ["reports", *stream_names(MOST_SHARDS)]
_LEFT_OVER = 10  # of a log whose number was not kept: so many times more must lie in our streams than in others
_NO_WRITES = ("OOM", "MISCONF", "READONLY", "NOREPLICAS")  # full memory, full disk, replica, too few replicas

CONNECTION_ERRORS = (redis.exceptions.RedisError, OSError, TimeoutError)
_ANSWERS = (  # redis-py counts some of these among the lost connections, though they came over one
    redis.exceptions.ResponseError,
    redis.exceptions.AuthenticationError,
    redis.exceptions.AuthorizationError,
    redis.exceptions.BusyLoadingError,
    redis.exceptions.InvalidResponse,
)
_FULL_HOUSE = "max number of clients"  # has no class of its own
_STREAM_REPLIES = ("XREAD", "XRANGE", "XREVRANGE")


def shard_of(code: str, shards: int) -> int:
    """Returns the shard of an area's reports: all that happens in one grid is in order."""
    return zlib.crc32(code.encode()) % shards


def stream_of(code: str, shards: int) -> str:
    """Returns the name of the stream that takes the reports of an area."""
    return stream_names(shards)[shard_of(code, shards)]


async def agree(client: Any, shards: int) -> None:
    """Keeps our number if there is none, and raises OtherShards if it is not the one of this log."""
    if await client.get(SHARDS) == b"%d" % shards:
        return
    async with client.pipeline(transaction=False) as pipe:
        known, lengths = _told(await _look(pipe).execute(raise_on_error=False))
    if _is_agreed(known, lengths, shards):
        return
    if not await client.set(SHARDS, shards, nx=known is None):
        await agree(client, shards)  # somebody else was first; now there is a number


def agree_waiting(client: Any, shards: int) -> None:
    """Does the same for a client that is not asynchronous."""
    with client.pipeline(transaction=False) as pipe:
        known, lengths = _told(_look(pipe).execute(raise_on_error=False))
    if _is_agreed(known, lengths, shards):
        return
    if not client.set(SHARDS, shards, nx=known is None):
        agree_waiting(client, shards)


def _look(pipe: Any) -> Any:
    pipe.get(SHARDS)
    for name in _EVERY:
        pipe.xlen(name)
    return pipe


def _told(answers: list[Any]) -> tuple[int | None, dict[str, int]]:
    """Returns the number that is kept, and the entries of each stream that has any; raises what Redis refuses.

    What lies under the name of a stream and is none counts nothing; the follower says so.
    """
    known, *lengths = answers
    if isinstance(known, Exception):
        raise known
    filled = {name: n for name, n in zip(_EVERY, lengths, strict=True) if isinstance(n, int) and n}
    return (None if known is None else _number(known)), filled


def _number(kept: bytes) -> int:
    """Returns a kept number, 0 when it is none: no streams belong to it, so it gives way to any other."""
    number = int(kept) if kept.isdigit() and len(kept) < 4 else 0
    return number if number <= MOST_SHARDS else 0


def _is_agreed(known: int | None, lengths: dict[str, int], shards: int) -> bool:
    """Returns whether our number is kept already; raises OtherShards if another one holds."""
    if known == shards:
        return True
    ours = stream_names(shards)
    if known is None:
        placed = {name: n for name, n in lengths.items() if name not in ours}
        holds = sum(placed.values()) * _LEFT_OVER > sum(lengths.get(name, 0) for name in ours)
    else:
        theirs = stream_names(known)
        placed = {name: n for name, n in lengths.items() if name in theirs}
        holds = bool(placed)
    if placed and holds:
        raise OtherShards(shards, known, placed)
    return False


def connect(url: str, *, timeout_s: float = 5.0) -> Any:
    """Returns a client that answers or fails within `timeout_s` and keeps stream replies as plain lists.

    redis-py's own parsing of stream entries costs half of the time of reading them, and makes one of several fields
    of a name; so entries stay [id, [name, value, …]] as hiredis made them (RESP 2 lists), for `event_of` to read.
    """
    client: Any = aioredis.Redis.from_url(
        url,
        protocol=2,
        socket_timeout=timeout_s,
        socket_connect_timeout=2.0,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
    for command in _STREAM_REPLIES:
        client.set_response_callback(command, lambda reply, **_: reply)
    return client


def without_password(url: str) -> str:
    """Returns a Redis URL that can be shown."""
    scheme, sep, rest = url.partition("://")
    return f"{scheme}{sep}…@{rest.rpartition('@')[2]}" if "@" in rest else url


def is_answer(error: BaseException) -> bool:
    """Says whether Redis has answered, and will not do what it was asked; else it was not to be reached."""
    return isinstance(error, _ANSWERS) or _FULL_HOUSE in str(error)


def told(error: BaseException) -> str:
    """Returns in a line what became of a question to Redis: its own words, or that there was no answer."""
    return f"Redis refuses: {error}" if is_answer(error) else f"no answer from Redis: {type(error).__name__}"


def refusal(error: BaseException) -> RedisRefuses:
    """Returns in the words of Redis why it does not do what it was asked, and whether writing is what it refuses."""
    classes = (redis.exceptions.OutOfMemoryError, redis.exceptions.ReadOnlyError)
    said = str(error)
    writing = isinstance(error, classes) or any(name in said for name in _NO_WRITES)
    return RedisRefuses(said, "log-full" if writing else "redis-refuses")


@contextlib.contextmanager
def answering(url: str) -> Iterator[None]:
    """Turns whatever keeps a Redis from doing what it is asked into RedisUnavailable, for those who ask for somebody.

    Where it answers and refuses (RedisRefuses), that is another thing, and said in its own words.
    """
    try:
        yield
    except CONNECTION_ERRORS as error:
        if is_answer(error):
            raise refusal(error) from None
        raise RedisUnavailable(without_password(url), str(error)) from None


def is_beyond(cursor: bytes, newest: bytes) -> bool:
    """Says whether a cursor lies behind the newest entry; one that is no id at all is for Redis to refuse."""
    try:
        return ms_seq(cursor) > ms_seq(newest)
    except ValueError:
        return False
