"""The private Redis: a server of our own on a free loopback port, with its log in our data folder.

Which program that is says `programs`. It writes every change to its append-only file before it answers, so that what
was accepted survives a crash (what that costs: docs/operations.md). It ends with the
process that started it, even when that one is killed, and is started again when it
crashes. A lock in the data folder, which the server inherits, lets no second one write
the same file, and is gone when the last of them is.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import threading
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from dashboard.errors import RedisUnavailable
from dashboard.run.processes import Child, free_port
from dashboard.run.programs import server_for

log = logging.getLogger(__name__)

_START_S = 30.0
_STOP_S = 10.0
_LOCK_S = 10.0
_TRIES = 3
_LONGEST_PAUSE_S = 5.0
_STEADY_S = 60.0  # a server that ran so long did not crash because of how it was started


class EmbeddedRedis:
    """A redis-server process that belongs to this one.

    Attributes:
        data_dir: folder of its append-only file; with `fresh`, what is in it is forgotten first.
        url: where it answers, once started; the same after each restart of this object.
        program: path of the server to run; None = the first one at hand that can read the log.
    """

    def __init__(
        self, data_dir: Path, *, fsync: str = "always", fresh: bool = False, program: str | None = None
    ) -> None:
        self.data_dir = data_dir
        self.url = ""
        self.program = program
        self._fsync, self._fresh = fsync, fresh
        self._port = 0
        self._child: Child | None = None
        self._lock: int | None = None
        self._ready = False
        self._failure: str | None = None
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None

    def start(self) -> str:
        """Starts the server, waits until it has loaded its log, and returns its URL.

        Raises:
            RedisUnavailable: there is no server to start, another one uses the folder, or it does not come up.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._lock = _take_lock(self.data_dir)
        try:
            if self._fresh:
                _forget(self.data_dir)
            server = self.program or server_for(self.data_dir)
            self._ready, self._failure = False, None
            self._stopping.clear()
            self._keeper = threading.Thread(target=self._keep, args=(server,), name="embedded-redis", daemon=True)
            self._keeper.start()
            self._wait()
        except BaseException:
            self.stop()
            raise
        url_file(self.data_dir).write_text(self.url + "\n", "utf-8")
        return self.url

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._child is not None and self._child.code is None

    @property
    def pid(self) -> int:
        """Process id of the server."""
        assert self._child is not None, "not started"
        return self._child.pid

    def stop(self) -> None:
        """Ends the server in order; what it was told is on disk already."""
        self._stopping.set()
        if self._lock is not None:
            os.ftruncate(self._lock, 0)  # whoever comes next may wait for us
        if self._child is not None:
            self._child.end(_STOP_S)
        if self._keeper is not None:
            self._keeper.join()
        if self._lock is not None:
            self.forget()
            os.close(self._lock)
        self._child = self._keeper = self._lock = None

    def forget(self) -> None:
        """Removes the file that tells others where we answer, if it is ours."""
        if self._lock is not None:
            url_file(self.data_dir).unlink(missing_ok=True)

    def _keep(self, server: str) -> None:
        """Runs the server until `stop`, again and again if need be (in a thread of its own)."""
        failures = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            code = self._run(server)
            if self._stopping.is_set():
                return
            failures = 1 if time.monotonic() - started > _STEADY_S else failures + 1
            if not self._ready:
                self._port = 0  # somebody may have taken it
                if failures >= _TRIES:
                    self._failure = f"it ended at once (code {code}); see {self.data_dir / 'redis.log'}"
                    return
            log.error("the embedded Redis ended (code %s): starting it again", code)
            self._stopping.wait(min(0.1 * 2**failures, _LONGEST_PAUSE_S))

    def _run(self, server: str) -> int:
        """Runs the server once, to its end."""
        assert self._lock is not None
        self._port = self._port or free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        options = _options(self.data_dir, self._port, self._fsync)
        with open(self.data_dir / "redis.log", "ab") as output:
            self._child = Child([server, *options], stdout=output, stderr=output, keep_open=[self._lock])
        if self._stopping.is_set():
            self._child.end(_STOP_S)
        return self._child.wait()

    def _wait(self) -> None:
        """Waits until the server has loaded its log, which may take long when the log is long."""
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if self._failure is not None:
                raise RedisUnavailable(self.url, self._failure)
            try:
                if self.alive and _answers(self.url):
                    self._ready = True
                    return
            except redis.BusyLoadingError:
                until = time.monotonic() + _START_S
            time.sleep(0.02)
        raise RedisUnavailable(self.url, f"not ready after {_START_S:g} s; see {self.data_dir / 'redis.log'}")


def url_file(data_dir: Path) -> Path:
    """Returns the file in which a running private Redis says where it answers."""
    return data_dir / "redis.url"


def _answers(url: str) -> bool:
    """Says whether a server answers; raises BusyLoadingError while it loads its log."""
    client = redis.Redis.from_url(url, socket_timeout=1.0, retry=Retry(NoBackoff(), 0))
    with contextlib.closing(client):
        try:
            return bool(client.ping())
        except redis.BusyLoadingError:
            raise
        except (redis.ConnectionError, redis.TimeoutError):
            return False


def _take_lock(data_dir: Path) -> int:
    """Returns the lock of a data folder; one that is being left is waited for, one that is in use is not.

    The lock holds the process id of its owner until that one begins to end. Its Redis, which inherits the lock, may
    outlive an owner that was killed by the moment that it takes to end.
    """
    lock = os.open(data_dir / "redis.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + _LOCK_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = _owner(lock)
            if _is_alive(owner) or time.monotonic() > until:
                os.close(lock)
                by = f" (process {owner})" if owner else ""
                reason = f"another Gridwall{by} uses this folder; set GRIDWALL_DATA_DIR or GRIDWALL_REDIS_URL"
                raise RedisUnavailable(str(data_dir), reason) from None
            time.sleep(0.05)
        else:
            os.ftruncate(lock, 0)
            os.pwrite(lock, b"%d\n" % os.getpid(), 0)
            return lock


def _owner(lock: int) -> int | None:
    """Returns the process that a lock names, or None while it names nobody."""
    named = os.pread(lock, 20, 0).strip()
    return int(named) if named.isdigit() else None


def _is_alive(pid: int | None) -> bool:
    """Says whether a process runs, ours or another user's; one that only waits to be asked for its code does not."""
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0] not in "ZX"
    except ProcessLookupError:
        return False
    except (OSError, IndexError):  # not ours to ask, or a system without /proc
        return True


def _forget(data_dir: Path) -> None:
    """Removes the log of an earlier run."""
    for old in data_dir.glob("appendonly*"):
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink()


def _options(data_dir: Path, port: int, fsync: str) -> list[str]:
    return [
        *("--port", str(port), "--bind", "127.0.0.1", "--protected-mode", "yes"),
        *("--dir", str(data_dir.resolve()), "--save", "", "--appendonly", "yes", "--appendfsync", fsync),
        *("--aof-use-rdb-preamble", "yes", "--auto-aof-rewrite-min-size", "64mb", "--daemonize", "no"),
    ]
