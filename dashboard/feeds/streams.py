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


def shard_of(code: str, shards: int) -> int:
    """Returns the shard of an area's reports: all that happens in one grid is in order."""
    return zlib.crc32(code.encode()) % shards


def stream_of(code: str, shards: int) -> str:
    """Returns the name of the stream that takes the reports of an area."""
    return stream_names(shards)[shard_of(code, shards)]


def connect(url: str, *, timeout_s: float = 5.0) -> Any:
    """Returns a client that answers or fails within `timeout_s` and keeps stream replies as plain lists.

    redis-py's own parsing of stream entries costs half of the time of reading them, so
    the reply of XREAD is left as hiredis made it (RESP 2 lists).
    """
    client: Any = aioredis.Redis.from_url(
        url,
        protocol=2,
        socket_timeout=timeout_s,
        socket_connect_timeout=2.0,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
    client.set_response_callback("XREAD", lambda reply, **_: reply)
    return client


def without_password(url: str) -> str:
    """Returns a Redis URL that can be shown."""
    scheme, sep, rest = url.partition("://")
    return f"{scheme}{sep}…@{rest.rpartition('@')[2]}" if "@" in rest else url


def refusal(error: redis.exceptions.ResponseError) -> RedisRefuses:
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
    except redis.exceptions.ResponseError as error:
        raise refusal(error) from None
    except CONNECTION_ERRORS as error:
        raise RedisUnavailable(without_password(url), str(error)) from None
