"""Streams: which one takes a report, and how a Redis is named without its password."""

from __future__ import annotations

import asyncio

import pytest
import redis

from dashboard.errors import OtherShards, RedisRefuses, RedisUnavailable
from dashboard.feeds.keys import SHARDS
from dashboard.feeds.streams import (
    CONNECTION_ERRORS,
    agree,
    agree_waiting,
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


def _filled(client: redis.Redis, name: str, count: int = 1) -> None:
    for _ in range(count):
        client.xadd(name, {"event": "any"})


async def _ask(url: str, client: redis.Redis, shards: int, *, waiting: bool) -> None:
    if waiting:
        agree_waiting(client, shards)
        return
    asking = connect(url)
    try:
        await agree(asking, shards)
    finally:
        await asking.aclose()


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize(
    ("kept", "entries", "ours", "wanted"),
    [
        (None, {}, 4, None),  # the first
        (b"4", {"reports:{0}": 2}, 4, None),
        (b"4", {}, 2, None),  # nothing is placed by it
        (b"4", {"reports": 3}, 1, None),  # what lies there is ours
        (b"4", {"reports:{3}": 1}, 2, "4"),
        (b"4", {"reports:{0}": 1}, 1, "4"),
        (b"2", {"reports:{1}": 1}, 4, "2"),  # the same stream, where other grids belong
        (b"1", {"reports": 1}, 2, "1"),
        (None, {"reports": 9}, 2, "the number that wrote them"),  # from before the number was kept
        (None, {"reports:{0}": 5, "reports:{1}": 5}, 1, "the number that wrote them"),
        (None, {"reports:{0}": 5, "reports:{1}": 5}, 2, None),
        (None, {"reports": 30, "reports:{1}": 2}, 1, None),  # left over by somebody who was wrong
        (b"many", {"reports": 3}, 1, None),
        (b"999", {"reports": 3}, 1, None),
    ],
)
async def test_who_has_another_number_of_shards_than_the_log_does_not_write(
    redis_url: str,
    redis_client: redis.Redis,
    kept: bytes | None,
    entries: dict[str, int],
    ours: int,
    wanted: str,
    waiting: bool,
) -> None:
    if kept is not None:
        redis_client.set(SHARDS, kept)
    for name, count in entries.items():
        _filled(redis_client, name, count)
    if wanted is None:
        for _ in range(2):
            await _ask(redis_url, redis_client, ours, waiting=waiting)
        assert redis_client.get(SHARDS) == b"%d" % ours
        return
    with pytest.raises(OtherShards, match=rf"and ours is {ours}: .*GRIDWALL_SHARDS .* to {wanted}$"):
        await _ask(redis_url, redis_client, ours, waiting=waiting)
    assert redis_client.get(SHARDS) == kept


async def test_of_two_who_begin_at_once_with_other_numbers_one_holds(redis_url: str, redis_client: redis.Redis) -> None:
    numbers = [2, 3, 4, 5]
    await asyncio.gather(*(_ask(redis_url, redis_client, n, waiting=False) for n in numbers), return_exceptions=True)
    held = int(redis_client.get(SHARDS) or 0)  # type: ignore[arg-type]
    assert held in numbers
    _filled(redis_client, stream_names(held)[0])
    for number in numbers:
        if number != held:
            with pytest.raises(OtherShards):
                await _ask(redis_url, redis_client, number, waiting=False)


async def test_what_is_no_stream_counts_nothing_and_no_number_is_said(
    redis_url: str, redis_client: redis.Redis
) -> None:
    redis_client.set("reports:{7}", "of another program")
    await _ask(redis_url, redis_client, 1, waiting=False)
    redis_client.delete(SHARDS)
    redis_client.lpush(SHARDS, "of another program")
    with pytest.raises(redis.ResponseError, match="WRONGTYPE"):
        await _ask(redis_url, redis_client, 1, waiting=False)
