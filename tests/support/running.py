"""Runs a real server for tests, as a process of its own that can be killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import psutil

from dashboard.run.processes import ROOT, Child, free_port
from dashboard.run.programs import programs

START_S = 40.0
_STOP_S = 8.0
_APPLICATIONS = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
CHROMIUM_FLAGS = [
    "--no-sandbox",  # tests run as root in containers
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]


class ServerProcess:
    """`gridwall serve` on a fixed loopback port.

    Attributes:
        url: address without a slash at the end.
        log_path: what it wrote to stdout and stderr, over all its lives.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = folder / f"server-{self.port}.log"
        self._folder = folder
        self._environment = clean_environment() | environment | {"GRIDWALL_PORT": str(self.port)}
        self._child: Child | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None, "not started"
        return self._child.pid

    @property
    def settings(self) -> dict[str, str]:
        """What it was started with, but for its port."""
        return {n: v for n, v in self._environment.items() if n.startswith("GRIDWALL_") and n != "GRIDWALL_PORT"}

    @property
    def redis_url(self) -> str:
        return self._environment["GRIDWALL_REDIS_URL"]

    @property
    def log(self) -> str:
        return self.log_path.read_text("utf-8", "replace")

    def start(self, *, ready: bool = True) -> ServerProcess:
        """Starts it and, if wished, waits until it has caught up with the log."""
        with open(self.log_path, "ab") as output:
            self._child = Child(
                [sys.executable, "-m", "dashboard", "serve", "--verbose"],
                environment=self._environment | {"GRIDWALL_DATA_DIR": str(self._folder)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, timeout_s: float = START_S) -> None:
        """Waits for /readyz; raises AssertionError with the end of the log when it does not come."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            assert self._child is not None
            assert self._child.code is None, f"the server ended (code {self._child.code}):\n{self.log[-3000:]}"
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5.0, trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the server is not ready after {timeout_s:g} s:\n{self.log[-3000:]}")

    def get(self, path: str, **parameters: Any) -> Any:
        """Returns the JSON at a path; raises for anything but 2xx."""
        answer = httpx.get(self.url + path, params=parameters, timeout=10.0, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def kill(self) -> None:
        """Ends it without any notice, as a crash would."""
        assert self._child is not None
        self._child.process.send_signal(signal.SIGKILL)
        self._child.wait()

    def stop(self) -> int:
        """Asks it to end and returns its exit code."""
        assert self._child is not None
        self._child.end(_STOP_S)
        return self._child.wait()

    def wait(self, timeout_s: float) -> int:
        """Waits for its end and returns its exit code; raises TimeoutExpired."""
        assert self._child is not None
        return self._child.process.wait(timeout_s)

    def restart(self) -> None:
        """Starts it again on the same port with the same data."""
        if self._child is not None and self._child.code is None:
            self.stop()
        self.start()


def clean_environment() -> dict[str, str]:
    """Returns our environment without Gridwall's settings, and with the packages of this checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRIDWALL_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def gridwall(
    *arguments: str, cwd: Path, timeout_s: float = 60.0, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs the command line to its end in a pipe and returns code and output."""
    return subprocess.run(
        [sys.executable, "-m", "dashboard", *arguments],
        cwd=cwd,
        env=clean_environment() | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60.0,
        check=False,
    )


@cache
def log_servers() -> dict[str, str]:
    """Returns the servers for a log that run here, paths by names such as "valkey-9.1"; the one that we carry first."""
    found: dict[str, str] = {}
    for program in programs():
        found.setdefault(f"{program.kind}-{program.version[0]}.{program.version[1]}", program.path)
    return found


def is_running(pid: int) -> bool:
    """Says whether a process lives; one that ended and that nobody has asked about does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition: Any, timeout_s: float = 10.0, what: str = "it") -> None:
    """Waits until `condition()` is true; raises AssertionError when that takes too long."""
    until = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < until, f"{what} did not happen within {timeout_s:g} s"
        time.sleep(0.02)


def find_chromium() -> str | None:
    """Returns the path of an installed Chromium or Chrome."""
    names = [
        os.environ.get("GRIDWALL_CHROMIUM", ""),
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    found = [path for name in names if name and (path := shutil.which(name))]
    return next(iter(found + [path for path in _APPLICATIONS if Path(path).exists()]), None)
