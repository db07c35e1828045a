"""The program of the private log: ours first, one of the system else, and never one that cannot read what is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.errors import RedisUnavailable
from dashboard.run import programs
from dashboard.run.programs import Program, Written, find_server, server_for, written

SAYS = {
    "redis 5.0": "Redis server v=5.0.14 sha=0",
    "redis 6.2": "Redis server v=6.2.14 sha=00000000:1 malloc=jemalloc-5.1.0 bits=64",
    "redis 7.0": "Redis server v=7.0.15 sha=0",
    "redis 8.2": "Redis server v=8.2.1 sha=0",
    "valkey 8.1": "Valkey server v=8.1.4 sha=0",
    "valkey 9.1": "Valkey server v=9.1.2 sha=00000000:1 malloc=libc bits=64",
}
Make = Callable[..., None]


def _program(path: Path, says: str) -> str:
    path.write_text(f"#!/bin/sh\necho '{SAYS.get(says, says)}'\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Installs programs: one that is carried, and those on the PATH by their file names."""
    (tmp_path / "bin").mkdir()

    def install(carried: str | None = None, **on_path: str) -> None:
        path = None if carried is None else _program(tmp_path / "valkey-server", carried)
        monkeypatch.setattr(programs, "_carried", lambda: path)
        monkeypatch.setenv("PATH", f"{tmp_path}/bin:/bin:/usr/bin" if on_path else str(tmp_path / "bin"))
        for name, says in on_path.items():
            _program(tmp_path / "bin" / name.replace("_", "-"), says)

    return install


def _log(data_dir: Path, head: bytes, *, in_folder: bool = True) -> Path:
    """Writes a log whose base begins with `head`; returns its folder."""
    folder = data_dir / "appendonlydir" if in_folder else data_dir
    folder.mkdir(parents=True, exist_ok=True)
    name = "appendonly.aof.1.base.rdb" if in_folder else "appendonly.aof"
    (folder / name).write_bytes(head + b"\xfa\x09redis-ver")
    if in_folder:
        (folder / "appendonly.aof.1.incr.aof").write_bytes(b"*2\r\n$6\r\nSELECT\r\n")
        (folder / "appendonly.aof.manifest").write_text(f"file {name} seq 1 type b\n")
    return data_dir


def test_what_we_carry_is_taken_first(installed: Make) -> None:
    installed(carried="valkey 9.1", redis_server="redis 8.2")
    assert Path(find_server()).name == "valkey-server"
    assert Path(find_server()).parent.name != "bin"


@pytest.mark.parametrize("broken", ["", "Illegal instruction", "redis 5.0"])
def test_one_that_does_not_run_or_is_too_old_is_passed_over(installed: Make, broken: str) -> None:
    installed(carried=broken, redis_server="redis 6.2")
    assert Path(find_server()).name == "redis-server"


def test_one_that_this_machine_cannot_start_is_passed_over(installed: Make, tmp_path: Path) -> None:
    installed(carried="valkey 9.1", redis_server="redis 6.2")
    (tmp_path / "valkey-server").write_bytes(b"\x7fELF of another processor")
    assert Path(find_server()).name == "redis-server"


def test_valkey_of_the_system_counts_too(installed: Make) -> None:
    installed(valkey_server="valkey 8.1", redis_server="redis 7.0")
    assert Path(find_server()).name == "valkey-server"


def test_nothing_to_start_is_told_with_what_to_do(installed: Make) -> None:
    installed(redis_server="redis 5.0")
    with pytest.raises(RedisUnavailable, match="install valkey or redis, or set GRIDWALL_REDIS_URL"):
        find_server()


def test_the_one_in_the_package_runs_here() -> None:
    carried = programs._carried()
    assert carried is not None
    assert programs._asked(carried) == Program(carried, "valkey", (9, 1))
    assert find_server() == carried


@pytest.mark.parametrize(
    ("head", "in_folder", "expected"),
    [
        (b"REDIS0009", False, Written("redis", 9, False)),
        (b"*2\r\n$6\r\n", False, Written("redis", 0, False)),
        (b"REDIS0010", True, Written("redis", 10, True)),
        (b"REDIS0012", True, Written("redis", 12, True)),
        (b"VALKEY080", True, Written("valkey", 80, True)),
    ],
)
def test_a_log_tells_who_wrote_it(tmp_path: Path, head: bytes, in_folder: bool, expected: Written) -> None:
    assert written(tmp_path) is None
    assert written(_log(tmp_path, head, in_folder=in_folder)) == expected


@pytest.mark.parametrize(
    ("head", "in_folder", "able"),
    [
        (b"REDIS0009", False, {"redis 6.2", "redis 7.0", "redis 8.2", "valkey 8.1", "valkey 9.1"}),
        (b"REDIS0009", True, {"redis 7.0", "redis 8.2", "valkey 8.1", "valkey 9.1"}),  # taken over by a newer one
        (b"REDIS0010", True, {"redis 7.0", "redis 8.2", "valkey 8.1", "valkey 9.1"}),
        (b"REDIS0011", True, {"redis 8.2", "valkey 8.1", "valkey 9.1"}),
        (b"REDIS0012", True, {"redis 8.2"}),
        (b"VALKEY080", True, {"valkey 9.1"}),
    ],
)
def test_who_reads_what(tmp_path: Path, head: bytes, in_folder: bool, able: set[str]) -> None:
    log = written(_log(tmp_path / "data", head, in_folder=in_folder))
    assert log is not None
    asked = {name: programs._asked(_program(tmp_path / "program", name)) for name in SAYS if name != "redis 5.0"}
    assert {name for name, program in asked.items() if program is not None and program.reads(log)} == able


def test_a_log_of_a_newer_redis_is_read_by_that_one(installed: Make, tmp_path: Path) -> None:
    installed(carried="valkey 9.1", redis_server="redis 8.2")
    assert Path(server_for(_log(tmp_path / "data", b"REDIS0012"))).name == "redis-server"
    assert Path(server_for(tmp_path / "empty")).name == "valkey-server"


@pytest.mark.parametrize(
    ("head", "on_path", "told"),
    [
        (b"REDIS0012", "redis 7.0", "written by Redis 7.4 or newer, and only Valkey 8.1, Redis 7.0 is installed"),
        (b"VALKEY080", "redis 8.2", "written by Valkey 9 or newer, and only Valkey 8.1, Redis 8.2 is installed"),
    ],
)
def test_a_log_that_nobody_here_reads_is_told_and_nothing_is_started(
    installed: Make, tmp_path: Path, head: bytes, on_path: str, told: str
) -> None:
    installed(carried="valkey 8.1", redis_server=on_path)
    with pytest.raises(RedisUnavailable, match=told):
        server_for(_log(tmp_path / "data", head))


def test_a_log_of_redis_7_is_not_begun_anew_by_an_older_one(installed: Make, tmp_path: Path) -> None:
    installed(redis_server="redis 6.2")
    (tmp_path / "data" / "appendonlydir").mkdir(parents=True)
    with pytest.raises(RedisUnavailable, match=r"written by Redis 7 or newer, and only Redis 6\.2 is"):
        server_for(tmp_path / "data")
