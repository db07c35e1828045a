"""Into Redis and through HTTP: paced by a clock that is passed in, resumed, repeated where it was not confirmed."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from dashboard.clock import ManualClock
from dashboard.domain.reports import decode
from dashboard.errors import OtherShards, RedisUnavailable
from dashboard.feeds.keys import stream_names
from dashboard.feeds.streams import shard_of
from simulator.life.city import Simulation
from simulator.life.run import Run
from simulator.out.feed import Feed, RedisSink
from simulator.place.city import build_city
from tests.simulator.conftest import NOW


class Recorder:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, bytes]] = []

    def send(self, reports: Any) -> None:
        self.reports += reports


class Stage:
    """A clock of the city and a clock of the machine that move only when somebody sleeps."""

    def __init__(self, speed: float) -> None:
        self.clock, self.speed, self.real = ManualClock(NOW), speed, 0.0

    def sleep(self, seconds: float) -> None:
        self.real += seconds
        self.clock.at += seconds * self.speed

    def monotonic(self) -> float:
        return self.real


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    return build_city(60)


def _feed(city: dict[str, Any], sink: Any, speed: float) -> tuple[Feed, Stage]:
    stage = Stage(speed)
    return Feed(Simulation(city, Run(1, NOW)), sink, stage.clock, stage.sleep, stage.monotonic), stage


def test_the_feed_sends_what_has_happened_by_the_citys_clock(small: dict[str, Any]) -> None:
    sink = Recorder()
    feed, stage = _feed(small, sink, speed=600.0)
    feed.run(duration_s=10.0)
    due = list(Simulation(small, Run(1, NOW)).events(stage.clock.at - 600.0 * 0.05))
    assert [raw for _, raw in sink.reports] == [raw for _, _, raw in due]
    assert feed.sent == len(due) > 100


def test_a_faster_clock_sends_more_in_the_same_time(small: dict[str, Any]) -> None:
    counts = []
    for speed in (60.0, 3600.0):
        feed, _ = _feed(small, Recorder(), speed)
        feed.run(duration_s=5.0)
        counts.append(feed.sent)
    assert counts[1] > 8 * counts[0]


def test_a_fixed_rate_is_kept_and_every_report_bears_the_moment_it_was_sent(small: dict[str, Any]) -> None:
    sink = Recorder()
    feed, stage = _feed(small, sink, speed=1.0)
    feed.run(duration_s=4.0, rate=500.0)
    assert feed.sent == pytest.approx(2000, abs=60)
    times = [decode(raw).time.timestamp() for _, raw in sink.reports if raw.startswith(b'{"specversion"')]
    assert times == sorted(times)
    assert NOW <= times[0] <= times[-1] <= stage.clock.at + 0.01


def test_a_stopped_feed_ends_after_its_batch(small: dict[str, Any]) -> None:
    feed, _ = _feed(small, Recorder(), 60.0)
    feed.stop()
    feed.run()
    assert feed.sent == 0


# ---------------------------------------------------------------------- Redis


def test_a_past_is_written_whole_in_order_and_to_the_right_shards(
    small: dict[str, Any], redis_url: str, redis_client: redis.Redis
) -> None:
    sink = RedisSink(redis_url, 3)
    expected = list(Simulation(small, Run(1, NOW - 3 * 86400, positions_from=NOW)).events(NOW))
    counts = list(sink.send_past(Simulation(small, Run(1, NOW - 3 * 86400, positions_from=NOW)).events(NOW), True))
    assert counts[-1] == len(expected)
    for shard, name in enumerate(stream_names(3)):
        entries: Any = redis_client.xrange(name)
        wanted = [(int(at * 1000), raw) for at, code, raw in expected if shard_of(code, 3) == shard]
        assert [(int(entry_id.split(b"-")[0]), fields[b"event"]) for entry_id, fields in entries] == wanted
    assert sink.newest_ms() == int(expected[-1][0] * 1000)


def test_live_reports_are_appended_as_they_are(redis_url: str, redis_client: redis.Redis) -> None:
    RedisSink(redis_url).send([("a", b"{1}"), ("b", b"\xff")])
    entries: Any = redis_client.xrange("reports")
    assert [fields for _, fields in entries] == [{b"event": b"{1}"}, {b"event": b"\xff"}]


def test_a_redis_that_is_not_there_is_named() -> None:
    with pytest.raises(RedisUnavailable, match=r"127\.0\.0\.1:1"):
        RedisSink("redis://:secret@127.0.0.1:1/0").check()


# ---------------------------------------------------------------------- HTTP


# ---------------------------------------------------------------------- another moment


def test_a_sink_of_another_number_of_shards_than_the_log_sends_nothing(
    redis_url: str, redis_client: redis.Redis
) -> None:
    one = RedisSink(redis_url)
    one.check()
    one.send([("420502001", b"{}")])
    one.check()
    with pytest.raises(OtherShards, match="--shards"):
        RedisSink(redis_url, 3).check()
