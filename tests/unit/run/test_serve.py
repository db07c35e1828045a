"""A server's socket, and the demo city's file."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dashboard.errors import SettingsError
from dashboard.run import serve
from dashboard.run.serve import CityUnavailable, address, demo_city, listen


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
