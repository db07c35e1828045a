"""The watch: what is wrong with a Redis that answers is noticed, said once, and taken back when it is over."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import redis

from dashboard.feeds import watch as watching
from dashboard.feeds.watch import TOLERATED_SKEW_S, Watch, skew, too_far
from tests.support.making import NOON


@pytest.fixture
def changeable(redis_client: redis.Redis) -> Iterator[redis.Redis]:
    """A Redis whose limits a test may change."""
    yield redis_client
    redis_client.config_set("maxmemory", 0)
    redis_client.config_set("maxmemory-policy", "noeviction")
    redis_client.replicaof("NO", "ONE")


@pytest.fixture
async def watch(redis_url: str) -> AsyncIterator[Watch]:
    made = Watch(redis_url, 4, lambda: NOON)
    yield made
    await made.close()


async def test_nothing_is_wrong_with_a_redis_that_takes_writes_and_the_question_leaves_nothing(
    watch: Watch, changeable: redis.Redis
) -> None:
    await watch.look()
    assert (watch.notices, watch.unwritable, watch.policy) == ([], None, "noeviction")
    assert changeable.dbsize() == 0


async def test_full_memory_is_said_in_the_words_of_redis_since_when_and_once(
    watch: Watch, changeable: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    changeable.config_set("maxmemory", 1)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            await watch.look()
    [notice] = watch.notices
    assert (notice.name, notice.since, notice.grave) == ("writes-refused", int(NOON * 1000), True)
    assert "maxmemory" in notice.detail
    assert notice.detail in (watch.unwritable or "")
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    changeable.config_set("maxmemory", 0)
    await watch.look()
    assert (watch.notices, watch.unwritable) == ([], None)


async def test_streams_of_another_number_of_shards_are_named_and_counted(
    watch: Watch, changeable: redis.Redis, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "STRAYS_S", 0.0)
    changeable.xadd("reports:{1}", {"event": "ours"})
    await watch.look()
    assert (watch.notices, watch.strays) == ([], 0)
    for _ in range(3):
        changeable.xadd("reports", {"event": "of a writer with one shard"})
    changeable.xadd("reports:{6}", {"event": "of one with seven"})
    await watch.look()
    [notice] = watch.notices
    assert (notice.name, notice.detail, notice.grave) == ("other-shards", "reports (3), reports:{6} (1)", False)
    assert watch.strays == 4
    assert "GRIDWALL_SHARDS" in caplog.text
    changeable.delete("reports", "reports:{6}")
    await watch.look()
    assert (watch.notices, watch.strays) == ([], 0)


async def test_another_log_is_said_for_a_while(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.note_other("gridwall:{snapshot}:aside:1")
    await watch.look()
    assert [(n.name, n.detail) for n in watch.notices] == [("log-replaced", "gridwall:{snapshot}:aside:1")]
    monkeypatch.setattr(watching, "SAID_OTHER_S", -1.0)
    await watch.look()
    assert watch.notices == []


async def test_a_replica_takes_no_writes(watch: Watch, changeable: redis.Redis) -> None:
    changeable.replicaof("127.0.0.1", 1)
    await watch.look()
    assert [notice.name for notice in watch.notices] == ["writes-refused"]


async def test_a_policy_that_evicts_is_a_warning_and_asked_for_once_a_minute(
    watch: Watch, changeable: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    changeable.config_set("maxmemory-policy", "allkeys-lru")
    await watch.look()
    [notice] = watch.notices
    assert (notice.name, notice.detail, notice.grave, watch.unwritable) == ("eviction", "allkeys-lru", False, None)
    changeable.config_set("maxmemory-policy", "noeviction")
    await watch.look()
    assert watch.notices == [notice]
    monkeypatch.setattr(watching, "POLICY_S", 0.0)
    await watch.look()
    assert watch.notices == []


@pytest.mark.parametrize(
    ("ahead_s", "said"), [(1.0, []), (3.0, ["clock-skew"]), (-3.0, ["clock-skew"]), (90_000.0, ["clock-wrong"])]
)
async def test_a_clock_that_is_off_is_said_from_two_seconds_on(
    watch: Watch, changeable: redis.Redis, monkeypatch: pytest.MonkeyPatch, ahead_s: float, said: list[str]
) -> None:
    real = watching.time.time
    monkeypatch.setattr(watching.time, "time", lambda: real() + ahead_s)
    await watch.look()
    assert [notice.name for notice in watch.notices] == said
    assert abs(watch.skew_s - ahead_s) < 0.5
    assert (watch.unwritable is None) == (abs(ahead_s) <= TOLERATED_SKEW_S)


def test_the_way_of_an_answer_is_no_difference_of_clocks() -> None:
    assert skew(100.0, 99.0, 104.0) == 0.0
    assert skew(100.0, 103.0, 104.0) == 3.0
    assert skew(100.0, 90.0, 96.0) == -4.0
    assert too_far(TOLERATED_SKEW_S) is None
    assert "-61 s" in (too_far(-61.0) or "")
