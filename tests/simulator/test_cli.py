"""The simulator's command line: what it takes, how it ends, and what it says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
import typer

from simulator.cli import duration_s, instant_s
from simulator.place.city import build_city, city_bytes
from tests.simulator.conftest import NOW


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
