"""Into Redis and through HTTP: paced by a clock that is passed in, resumed, repeated where it was not confirmed."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import typer

from dashboard.clock import ManualClock
from dashboard.domain.reports import decode
from dashboard.errors import RedisUnavailable
from dashboard.feeds.keys import stream_names
from dashboard.feeds.streams import shard_of
from simulator.cli import duration_s, instant_s
from simulator.life.city import Simulation
from simulator.life.run import Run
from simulator.out.feed import Feed, RedisSink
from simulator.out.fleet import HandsetSink
from simulator.out.restamp import restamp
from simulator.place.city import build_city, city_bytes
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


def _simulate(*arguments: str, redis_url: str, tmp_path: Path) -> subprocess.Popen[bytes]:
    areas = tmp_path / "city.json"
    areas.write_bytes(city_bytes(build_city(30)))
    command = [
        sys.executable,
        "-m",
        "simulator",
        "simulate",
        "--redis-url",
        redis_url,
        "--areas",
        str(areas),
        *arguments,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_simulator_with_code_0(number: int, redis_url: str, tmp_path: Path) -> None:
    process = _simulate("--history", "2", "--speed", "3600", redis_url=redis_url, tmp_path=tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"history: ")
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert errors == b""  # quiet in a pipe


def test_a_run_of_limited_length_ends_by_itself(redis_url: str, redis_client: redis.Redis, tmp_path: Path) -> None:
    start = ("--start", "2026-11-25T10:00:00+08:00", "--anchor", str(time.time()))
    process = _simulate("--for", "1s", "--rate", "200", *start, redis_url=redis_url, tmp_path=tmp_path)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, b"")
    assert 100 < redis_client.xlen("reports") <= 260


def test_no_redis_is_one_clear_line_and_code_1(tmp_path: Path) -> None:
    process = _simulate(redis_url="redis://127.0.0.1:1/0", tmp_path=tmp_path)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert errors.decode().count("\n") == 1


def test_the_city_is_written_to_a_file_or_standard_output(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulator", "city", "--grids", "20", "--seed", "4"]
    written = subprocess.run(command, capture_output=True, check=True, env=os.environ).stdout
    subprocess.run([*command, "--out", str(tmp_path / "c.json")], check=True)
    assert json.loads(written) == json.loads((tmp_path / "c.json").read_bytes())
    assert (tmp_path / "c.json").read_bytes() == city_bytes(build_city(20, 4))


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200), ("1d", 86400)])
def test_durations(text: str, seconds: float) -> None:
    assert duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "5x", "-5s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        duration_s(text)


def test_instants_need_an_offset() -> None:
    assert instant_s("2026-11-25T10:30:00+08:00") == NOW
    for text in ("2026-11-25T10:30:00", "noon"):
        with pytest.raises(typer.BadParameter):
            instant_s(text)


# ---------------------------------------------------------------------- HTTP


class _Intake(http.server.BaseHTTPRequestHandler):
    """Takes batches, refuses any request that contains NaN or is no JSON, and fails now and then."""

    protocol_version = "HTTP/1.1"
    taken: list[Any] = []  # noqa: RUF012
    calls = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        _Intake.calls += 1
        status = 503 if _Intake.calls == 2 else 202
        try:
            content = json.loads(body, parse_constant=lambda _: 1 / 0)
        except (ValueError, ZeroDivisionError):
            status = 422
        if status == 202:
            _Intake.taken += content if isinstance(content, list) else [content]
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def intake() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Intake)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Intake.taken, _Intake.calls = [], 0
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_handsets_post_in_batches_and_spoiled_reports_spoil_nothing(intake: str) -> None:
    sink = HandsetSink(intake, sleep=lambda _: None)
    good = [("g", json.dumps({"n": n}).encode()) for n in range(450)]
    sink.send([*good[:100], ("g", b'{"n": '), *good[100:300], ("g", b'{"n": NaN}'), *good[300:]])
    assert sorted(report["n"] for report in _Intake.taken) == list(range(450))
    assert sink.refused >= 2


# ---------------------------------------------------------------------- another moment


def test_restamping_moves_time_and_day_and_nothing_else(small: dict[str, Any]) -> None:
    for _, _, raw in Simulation(small, Run(1, NOW)).events(NOW + 2 * 86400):
        report = json.loads(raw)
        moved = json.loads(restamp(raw, NOW + 0.25))
        assert moved.pop("time") == "2026-11-25T10:30:00.250000+08:00"
        report.pop("time")
        if "occurred_on" in report["data"]:
            assert moved["data"].pop("occurred_on") == "2026-11-25"
            report["data"].pop("occurred_on")
        assert moved == report


def test_what_is_no_report_comes_back_as_it_is() -> None:
    assert restamp(b'{"time":', NOW) == b'{"time":'
