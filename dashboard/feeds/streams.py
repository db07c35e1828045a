"""Which stream takes what, and how to reach the Redis that holds them."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from typing import Any

import redis.asyncio as aioredis
import redis.exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from dashboard.errors import RedisRefuses, RedisUnavailable
from dashboard.feeds.keys import stream_names

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
