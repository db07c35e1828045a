"""The intake: what will never count is refused with its field, and a batch is taken as a whole or not at all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import redis

from dashboard.domain.state.door import Door
from dashboard.domain.state.horizon import Horizon
from dashboard.errors import InvalidReport, RedisRefuses
from dashboard.feeds import watch
from dashboard.feeds.follower import Replica
from dashboard.feeds.intake import MAX_BATCH, Intake, split_batch
from tests.support.making import DAY, event, reported, state


@pytest.fixture
async def intake(redis_url: str) -> AsyncIterator[Intake]:
    taking = Intake(redis_url, 1, Replica(state))
    yield taking
    await taking.close()


async def test_what_is_taken_is_in_the_log_as_it_came(intake: Intake, redis_client: redis.Redis) -> None:
    raws = [reported("C-1"), reported("C-2")]
    ids = await intake.take(raws, batch=True)
    assert [(key.decode(), fields) for key, fields in redis_client.xrange("reports")] == [
        (key, {b"event": raw}) for key, raw in zip(ids, raws, strict=True)
    ]


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"not JSON", ""),
        (event("case.reported", {"case": "C-1", "category": "nothing", "severity": 1}), "data.category"),
        (reported("C-1", grid="999"), "subject"),
    ],
)
async def test_what_will_never_count_is_refused_with_its_field(
    intake: Intake, redis_client: redis.Redis, raw: bytes, field: str
) -> None:
    with pytest.raises(InvalidReport) as refused:
        await intake.take([raw], batch=False)
    assert refused.value.field == field
    assert redis_client.xlen("reports") == 0


async def test_one_bad_report_keeps_its_whole_batch_out(intake: Intake, redis_client: redis.Redis) -> None:
    with pytest.raises(InvalidReport) as refused:
        await intake.take([reported("C-1"), reported("C-2", grid="999")], batch=True)
    assert refused.value.field == "1.subject"
    assert redis_client.xlen("reports") == 0


async def test_nothing_is_taken_for_a_log_of_another_number_of_shards(
    intake: Intake, redis_url: str, redis_client: redis.Redis
) -> None:
    await intake.take([reported("C-1")], batch=False)
    two = Intake(redis_url, 2, Replica(state))
    with pytest.raises(RedisRefuses, match=r"set GRIDWALL_SHARDS .* to 1$") as refused:
        await two.take([reported("C-2")], batch=False)
    with pytest.raises(RedisRefuses):
        await two.take_each([reported("C-2")])
    await two.close()
    assert refused.value.error == "other-shards"
    assert redis_client.keys("reports*") == [b"reports"]
    await intake.take([reported("C-3")], batch=False)


def test_a_batch_is_split_without_being_written_anew() -> None:
    assert split_batch(b'[ {"b":1, "a":2} , 3]') == [b'{"b":1, "a":2}', b"3"]


@pytest.mark.parametrize("body", [b"{}", b"", b"[1", b"[" * 100_000, json.dumps([0] * (MAX_BATCH + 1)).encode()])
def test_what_is_no_batch_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidReport):
        split_batch(body)


# ---------------------------------------------------------------------- the clock that decides is that of Redis


@pytest.fixture
async def strict(redis_url: str) -> AsyncIterator[Intake]:
    """An intake of a city in which the time of a report has to fit to its arrival."""
    taking = Intake(redis_url, 1, Replica(lambda: state(horizon=Horizon())))
    yield taking
    await taking.close()


async def test_a_report_is_judged_by_the_time_of_redis_and_counts(strict: Intake, redis_client: redis.Redis) -> None:
    seconds, _ = redis_client.time()
    [position] = await strict.take([reported("C-1", at=seconds - 399 * DAY)], batch=False)
    [(_, fields)] = redis_client.xrange("reports")
    assert Door(state(horizon=Horizon())).fold([[position.encode(), [b"event", fields[b"event"]]]], 0, set()) == []
    for late in (-400 * DAY, DAY + 1):
        with pytest.raises(InvalidReport) as refused:
            await strict.take([reported("C-2", at=seconds + late)], batch=False)
        assert refused.value.field == "time"
    assert redis_client.xlen("reports") == 1


async def test_an_id_that_lies_ahead_decides_for_those_that_follow(strict: Intake, redis_client: redis.Redis) -> None:
    seconds, _ = redis_client.time()
    ahead = b"%d-0" % ((seconds + 500 * int(DAY)) * 1000)
    redis_client.xadd("reports", {"event": b"x"}, id=ahead)
    with pytest.raises(InvalidReport):  # it would get an id just as far ahead
        await strict.take([reported("C-1", at=seconds)], batch=False)
    strict._replica.door.fold([[ahead, [b"event", b"x"]]], 0, set())
    assert await strict.take([reported("C-1", at=seconds)], batch=False), "by now the fold knows that it had jumped"


async def test_nothing_is_taken_by_a_server_whose_clock_is_far_off(
    intake: Intake, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = watch.time.time
    monkeypatch.setattr(watch.time, "time", lambda: real() + 25 * 3600)
    with pytest.raises(RedisRefuses) as refused:
        await intake.take([reported("C-1")], batch=False)
    assert (refused.value.error, "off the clock" in refused.value.reason) == ("clock-skew", True)
    assert redis_client.xlen("reports") == 0
    monkeypatch.setattr(watch.time, "time", real)
    assert await intake.take([reported("C-1")], batch=False)


async def test_a_key_of_another_kind_in_place_of_the_log_is_said_as_what_it_is(
    intake: Intake, redis_client: redis.Redis
) -> None:
    redis_client.set("reports", "text")
    with pytest.raises(RedisRefuses) as refused:
        await intake.take([reported("C-1")], batch=False)
    assert (refused.value.error, "WRONGTYPE" in refused.value.reason) == ("redis-refuses", True)


async def test_a_full_redis_refuses_reports_and_claims_in_its_own_words(
    intake: Intake, redis_client: redis.Redis
) -> None:
    """A claim is the first thing that any act writes, so that acts are refused as reports are."""
    redis_client.config_set("maxmemory", 1)
    try:
        for asked in (intake.take([reported("C-1")], batch=False), intake.claim("C-1/close", 5)):
            with pytest.raises(RedisRefuses) as refused:
                await asked
            assert (refused.value.error, "maxmemory" in refused.value.reason) == ("log-full", True)
    finally:
        redis_client.config_set("maxmemory", 0)
