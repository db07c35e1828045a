"""`gridwall demo` brings up a whole city and takes all of it down again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.running import clean_environment, is_running, wait_until

Demo = subprocess.Popen[str]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo of a small city with two days of past, in a pipe."""
    options = ["--grids", "40", "--history", "2", "--port", "0", "--speed", "600"]
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "demo", *options],
        cwd=tmp_path,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


def _address(demo: Demo) -> str:
    assert demo.stdout is not None
    line = demo.stdout.readline()
    assert line.startswith("Gridwall: http://127.0.0.1:"), (line, demo.stderr and demo.stderr.read())
    return line.split()[1].rstrip("/")


def _get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=5.0, trust_env=False)


def _part(demo: Demo, word: str) -> psutil.Process:
    """Returns the process of the demo whose command line has a word."""
    return next(child for child in psutil.Process(demo.pid).children(True) if word in " ".join(child.cmdline()))


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_demo_has_a_past_and_a_present_and_ends_wholly(demo: Demo, ending: signal.Signals) -> None:
    url = _address(demo)
    assert _get(f"{url}/readyz").status_code == 200
    city = _get(f"{url}/api/v1/areas/city").json()
    assert city["log"]["reports"] > 100
    assert city["cases"]["reported"]["yesterday"] > 0
    first = city["log"]["reports"]
    wait_until(lambda: _get(f"{url}/api/v1/areas/city").json()["log"]["reports"] > first, 20.0, "new traffic")
    parts = [child.pid for child in psutil.Process(demo.pid).children(True)]
    assert len(parts) >= 3
    demo.send_signal(ending)
    rest, errors = demo.communicate(timeout=20)
    assert (demo.returncode, rest, errors) == (0, "", "")
    assert not any(is_running(pid) for pid in parts)


def test_killed_demo_leaves_no_process(demo: Demo) -> None:
    _address(demo)
    parts = [child.pid for child in psutil.Process(demo.pid).children(True)]
    demo.kill()
    wait_until(lambda: not any(is_running(pid) for pid in parts), 10.0, "the end of all processes")


def test_demo_without_its_server_says_so_and_ends(demo: Demo) -> None:
    _address(demo)
    parts = [child.pid for child in psutil.Process(demo.pid).children(True)]
    os.kill(_part(demo, " serve").pid, signal.SIGKILL)
    _, errors = demo.communicate(timeout=20)
    assert demo.returncode == 1
    assert "gridwall: the server ended (code -9)" in errors
    assert not any(is_running(pid) for pid in parts)


def test_demo_starts_a_lost_simulator_again(demo: Demo) -> None:
    url = _address(demo)
    lost = _part(demo, "simulator").pid
    os.kill(lost, signal.SIGKILL)
    wait_until(lambda: not is_running(lost), 5.0, "the end of the simulator")
    before = _get(f"{url}/api/v1/areas/city").json()["log"]["reports"]
    wait_until(lambda: _get(f"{url}/api/v1/areas/city").json()["log"]["reports"] > before, 20.0, "new traffic")
    assert _get(f"{url}/api/v1/areas/city").json()["log"]["dead_letters"] <= 5
    demo.send_signal(signal.SIGINT)
    demo.send_signal(signal.SIGTERM)  # asking twice does not cut the cleaning up short
    _, errors = demo.communicate(timeout=20)
    assert (demo.returncode, errors) == (0, "gridwall: the simulator ended (code -9); starting it again\n")
