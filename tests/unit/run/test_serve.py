"""A server's socket, the demo city's file, and processes that end with us."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.errors import SettingsError
from dashboard.run import serve
from dashboard.run.processes import Child, free_port
from dashboard.run.serve import CityUnavailable, address, demo_city, listen
from tests.support.running import clean_environment, is_running, wait_until

_PARENT = """
import sys, time
from dashboard.run.processes import Child
child = Child([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_listen_takes_the_port_at_once_and_says_when_it_is_taken() -> None:
    with listen("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), 1.0):
            pass
        with pytest.raises(SettingsError, match=f"GRIDWALL_PORT: {port} on 127.0.0.1 is taken"):
            listen("127.0.0.1", port)
    listen("127.0.0.1", port).close()


def test_listen_understands_ipv6() -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        sock = listen("::1", 0)
    except SettingsError:
        pytest.skip("no IPv6 on this machine")
    sock.close()


def test_address_can_be_typed_into_a_browser() -> None:
    assert address("127.0.0.1", 80) == "http://127.0.0.1:80/"
    assert address("0.0.0.0", 8050) == address("::", 8050) == "http://localhost:8050/"
    assert address("::1", 8050) == "http://[::1]:8050/"


def test_demo_city_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = demo_city(tmp_path / "data", grids=12)
    assert path.stat().st_size > 1000
    monkeypatch.setattr(serve.subprocess, "run", None)
    assert demo_city(tmp_path / "data", grids=12) == path
    assert list(path.parent.iterdir()) == [path]


def test_city_that_cannot_be_made_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve.sys, "executable", "/bin/false")
    with pytest.raises(CityUnavailable, match="could not be made"):
        demo_city(tmp_path, grids=12)
    assert list(tmp_path.iterdir()) == []


def test_child_ends_when_asked_and_when_it_does_not_listen() -> None:
    for program in (
        "import time; time.sleep(60)",
        "import signal, time; signal.signal(15, lambda *_: 0); time.sleep(60)",
    ):
        child = Child([sys.executable, "-c", program])
        assert child.code is None
        child.end(0.5)
        assert not is_running(child.pid)


def test_child_ends_with_a_killed_parent() -> None:
    command = [sys.executable, "-c", _PARENT]
    parent = subprocess.Popen(command, env=clean_environment(), stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_running(child)
    parent.kill()
    parent.communicate()
    wait_until(lambda: not is_running(child), 5.0, "the end of the child")


def test_interrupt_of_the_terminal_does_not_reach_children() -> None:
    child = Child([sys.executable, "-c", "import time; time.sleep(60)"])
    assert os.getpgid(child.pid) != os.getpgrp()
    os.kill(child.pid, signal.SIGTERM)
    assert child.wait() == -signal.SIGTERM


def test_free_port_is_free() -> None:
    listen("127.0.0.1", free_port()).close()
