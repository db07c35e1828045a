"""Processes that we start: they end with us, also when we are killed, and they keep nobody waiting.

On Linux the kernel ends them (a "parent death signal"); elsewhere a small guard process
holds the other end of a pipe and does it when the pipe breaks.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent.parent  # where both packages lie, in a checkout and installed
_PR_SET_PDEATHSIG = 1
_GUARD = "import os, sys; sys.stdin.read(); os.kill(int(sys.argv[1]), 15)"

Output = int | IO[bytes] | None


class Child:
    """A process that belongs to this one.

    The thread that makes it has to live as long as the child: to the kernel, that thread is its parent.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        stdout: Output = None,
        stderr: Output = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        self.process = subprocess.Popen(
            list(arguments),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=None if environment is None else dict(environment),
            pass_fds=tuple(keep_open),
            start_new_session=True,  # Ctrl-C on the terminal is for us, who end children in order
            preexec_fn=_death_signal() if sys.platform == "linux" else None,
        )
        self._guard = None if sys.platform == "linux" else _guard(self.process.pid)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def code(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self.process.poll()

    def wait(self) -> int:
        """Waits for its end and returns its exit code."""
        return self.process.wait()

    def end(self, patience_s: float) -> None:
        """Asks it to end and, when it has not after `patience_s`, ends it."""
        if self._guard is not None:
            self._guard.kill()
            self._guard.wait()
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _death_signal() -> Callable[[], None]:
    """Returns what the child does before it becomes another program: it asks to end with its parent."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it was gone before we asked
            os._exit(1)

    return ask


def _guard(pid: int) -> subprocess.Popen[bytes]:
    """Returns a process that ends `pid` when this process is gone."""
    return subprocess.Popen([sys.executable, "-c", _GUARD, str(pid)], stdin=subprocess.PIPE, start_new_session=True)


def python_environment() -> dict[str, str]:
    """Returns our environment, with which `python -m dashboard` and `python -m simulator` are found anywhere."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def free_port(host: str = "127.0.0.1") -> int:
    """Returns a port of `host` that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
