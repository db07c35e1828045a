"""The private Redis keeps what it accepted, leaves no orphan, and comes back by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from dashboard.errors import RedisUnavailable
from dashboard.run import programs
from dashboard.run import redis as embedded
from dashboard.run.programs import Program
from dashboard.run.redis import EmbeddedRedis, url_file
from tests.support.running import clean_environment, is_running, log_servers, wait_until

_HOLDER = """
import sys, time
from pathlib import Path
from dashboard.run.redis import EmbeddedRedis
server = EmbeddedRedis(Path(sys.argv[1]))
print(server.start(), server.pid, flush=True)
time.sleep(60)
"""


def _count(url: str) -> int:
    with redis.Redis.from_url(url) as client:
        return int(client.xlen("reports"))


def _add(url: str, count: int = 1) -> None:
    with redis.Redis.from_url(url) as client:
        for number in range(count):
            client.xadd("reports", {"event": str(number)})


def _holder(folder: Path) -> tuple[subprocess.Popen[str], str, int]:
    """Returns a process that holds a private Redis, with the address and the process id of that one."""
    command = [sys.executable, "-c", _HOLDER, str(folder)]
    process = subprocess.Popen(command, env=clean_environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url, pid = process.stdout.readline().split()
    return process, url, int(pid)


@pytest.fixture(params=log_servers().values(), ids=log_servers())
def program(request: pytest.FixtureRequest) -> str:
    """Each server at hand: ours, and those of the system."""
    return str(request.param)


def test_stop_leaves_no_process_and_the_data(tmp_path: Path, program: str) -> None:
    server = EmbeddedRedis(tmp_path, program=program)
    _add(server.start(), 3)
    pid = server.pid
    assert url_file(tmp_path).read_text().strip() == server.url
    server.stop()
    assert not is_running(pid)
    assert not url_file(tmp_path).exists()
    url = server.url
    assert server.start() == url, "the address changed"
    assert _count(url) == 3
    server.stop()


def test_killed_parent_leaves_no_redis_and_all_data(tmp_path: Path) -> None:
    process, url, pid = _holder(tmp_path)
    _add(url, 5)
    process.kill()
    process.communicate()
    wait_until(lambda: not is_running(pid), 5.0, "the end of the orphan")
    server = EmbeddedRedis(tmp_path)  # finds a stale address file and a stale lock file
    assert _count(server.start()) == 5
    server.stop()


def test_crashed_redis_comes_back_on_the_same_address_with_all_data(tmp_path: Path, program: str) -> None:
    server = EmbeddedRedis(tmp_path, program=program)
    url = server.start()
    _add(url, 7)
    crashed = server.pid
    os.kill(crashed, signal.SIGKILL)
    wait_until(lambda: server.alive and server.pid != crashed and embedded._answers(url), 5.0, "the restart")
    assert _count(url) == 7
    server.stop()
    assert not server.alive


def test_torn_end_of_the_log_is_left_out(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    _add(server.start(), 4)
    server.stop()
    log = max(tmp_path.rglob("appendonly*.aof"), key=lambda path: path.stat().st_mtime)
    with open(log, "ab") as file:
        file.write(b"*5\r\n$4\r\nXADD\r\n$7\r\nrepo")
    assert _count(server.start()) == 4
    server.stop()


def test_second_one_on_the_same_folder_is_refused_at_once_and_harms_nobody(tmp_path: Path) -> None:
    first, second = EmbeddedRedis(tmp_path), EmbeddedRedis(tmp_path)
    first.start()
    began = time.monotonic()
    with pytest.raises(RedisUnavailable, match=rf"another Gridwall \(process {os.getpid()}\) uses this folder"):
        second.start()
    second.stop()
    assert time.monotonic() - began < 2.0
    assert embedded._answers(first.url)
    assert url_file(tmp_path).read_text().strip() == first.url, "the file of the first was taken away"
    first.stop()


def test_a_folder_whose_owner_is_not_known_is_refused_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_LOCK_S", 0.1)
    first = EmbeddedRedis(tmp_path)
    first.start()
    for owner in ("", "no number", "999999999"):
        (tmp_path / "redis.lock").write_text(owner)
        with pytest.raises(RedisUnavailable, match=r"another Gridwall .*uses this folder"):
            EmbeddedRedis(tmp_path).start()
    first.stop()


def test_start_waits_for_the_one_that_is_just_ending(tmp_path: Path) -> None:
    process, url, _ = _holder(tmp_path)
    _add(url, 200)
    process.kill()
    process.communicate()
    server = EmbeddedRedis(tmp_path)
    assert _count(server.start()) == 200
    server.stop()


def test_fresh_forgets_what_was_there(tmp_path: Path, program: str) -> None:
    server = EmbeddedRedis(tmp_path, program=program)
    _add(server.start(), 2)
    server.stop()
    again = EmbeddedRedis(tmp_path, fresh=True, program=program)
    assert _count(again.start()) == 0
    again.stop()


def test_log_that_nobody_can_read_is_not_silently_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "appendonlydir").mkdir()
    monkeypatch.setattr(programs, "programs", lambda: iter([Program("redis-server", "redis", (6, 2))]))
    with pytest.raises(RedisUnavailable, match="written by Redis 7"):
        EmbeddedRedis(tmp_path).start()


def test_server_that_cannot_start_is_told_with_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_options", lambda *_: ["--nonsense", "1"])
    started = time.monotonic()
    with pytest.raises(RedisUnavailable, match=r"it ended at once .*redis\.log"):
        EmbeddedRedis(tmp_path).start()
    assert time.monotonic() - started < 10.0
