"""Streams: which one takes a report, and how a Redis is named without its password."""

from __future__ import annotations

import pytest
import redis

from dashboard.errors import RedisRefuses, RedisUnavailable
from dashboard.feeds.streams import (
    CONNECTION_ERRORS,
    answering,
    connect,
    shard_of,
    stream_names,
    stream_of,
    told,
    without_password,
)
from tests.support.making import GRIDS


def test_one_shard_has_the_plain_name_and_more_stand_on_different_nodes() -> None:
    assert stream_names(1) == ["reports"]
    assert stream_names(3) == ["reports:{0}", "reports:{1}", "reports:{2}"]


def test_a_grid_always_goes_to_the_same_shard() -> None:
    assert [shard_of(code, 4) for code in GRIDS] == [1, 3, 3, 3]  # written down: other programs write streams, too
    assert stream_of(GRIDS[0], 4) == "reports:{1}"
    assert {stream_of(code, 1) for code in GRIDS} == {"reports"}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:secret@h:1/0", "redis://…@h:1/0"),
        ("rediss://me:p@ss@h:1", "rediss://…@h:1"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown


async def test_entries_come_as_hiredis_made_them(redis_url: str, redis_client: redis.Redis) -> None:
    redis_client.xadd("reports", {"event": b"x"}, id="5-1")
    client = connect(redis_url)
    try:
        assert await client.xread({"reports": b"0-0"}) == [[b"reports", [[b"5-1", [b"event", b"x"]]]]]
    finally:
        await client.aclose()


async def test_nobody_there_is_an_error_that_the_feeds_know() -> None:
    client = connect("redis://127.0.0.1:1")
    with pytest.raises(CONNECTION_ERRORS):
        await client.ping()
    await client.aclose()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (redis.exceptions.ResponseError("WRONGTYPE Operation"), "WRONGTYPE Operation"),
        (redis.exceptions.NoPermissionError("NOPERM no xadd"), "NOPERM no xadd"),
        (redis.exceptions.AuthenticationError("NOAUTH"), "NOAUTH"),
        (redis.exceptions.BusyLoadingError("LOADING the dataset"), "LOADING the dataset"),
        (redis.exceptions.ConnectionError("max number of clients reached"), "max number of clients reached"),
    ],
)
def test_whatever_redis_answers_is_told_in_its_own_words(error: Exception, said: str) -> None:
    with pytest.raises(RedisRefuses) as raised, answering("redis://r"):
        raise error
    assert (raised.value.reason, raised.value.error) == (said, "redis-refuses")
    assert told(error) == f"Redis refuses: {said}"


@pytest.mark.parametrize("error", [redis.exceptions.TimeoutError("t"), ConnectionResetError("r")])
def test_only_silence_is_told_as_silence(error: Exception) -> None:
    with pytest.raises(RedisUnavailable), answering("redis://r"):
        raise error
    assert told(error).startswith("no answer from Redis")
