"""Parquet files of ended cases in one folder: written whole or not at all, merged by month, read by DuckDB.

Rules that keep every case in once, whatever crashes:

- A file never changes. It is written under another name, synced, and renamed.
- What is added is only what no file holds yet, by (id, reported_at), so folding the same
  day again from an older snapshot adds nothing.
- The files of a month that is over are merged into one, which names them in its metadata
  (`replaces`). From the moment it has its name they do not count; then they are deleted.
- Writers of several servers take turns by a lock on the folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import fcntl
import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dashboard.domain.rules.channel import CHANNELS, UNKNOWN
from dashboard.domain.rules.lifecycle import LEVEL_NAMES, STATE_NAMES, STEP_TYPES
from dashboard.domain.state.cases import COLUMNS
from dashboard.domain.state.ended import EndedCases
from dashboard.feeds.archive.waiting import Waiting

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger(__name__)

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
PATTERN = "ended-*.parquet"
_INSTANT = "TIMESTAMP WITH TIME ZONE"
_TRACE = f'STRUCT("type" VARCHAR, "time" {_INSTANT}, stream_id VARCHAR, shard UTINYINT, argument UTINYINT)[]'
# Column of the files: (type, how it is made from a row of the case table).
SCHEMA: dict[str, tuple[str, str]] = {
    "id": ("VARCHAR", "id"),
    "area": ("VARCHAR", "area"),
    "category": ("VARCHAR", "category"),
    "severity": ("UTINYINT", "severity"),
    "state": ("VARCHAR", "state_name"),
    "level": ("VARCHAR", "level_name"),
    "reported_at": (_INSTANT, "to_timestamp(reported_at)"),
    "due_at": (_INSTANT, "to_timestamp(due_at)"),
    "closed_at": (_INSTANT, "to_timestamp(closed_at)"),
    "overdue": ("BOOLEAN", "state_name = 'closed' AND closed_at > due_at"),
    "paused_s": ("DOUBLE", "paused_s"),
    "score": ("UTINYINT", "nullif(score, 0)"),
    "self_handled": ("BOOLEAN", "self_handled > 0"),
    "lat": ("DOUBLE", "CASE WHEN isnan(lat) THEN NULL ELSE lat END"),
    "lon": ("DOUBLE", "CASE WHEN isnan(lon) THEN NULL ELSE lon END"),
    "promised_at": (_INSTANT, "CASE WHEN promised > 0 THEN to_timestamp(base_due_at) END"),
    "trace": (_TRACE, "trace"),
    "channel": ("VARCHAR", "channel_name"),
}
LATER = {"channel": f"'{CHANNELS[UNKNOWN]}'"}  # columns that files of earlier versions do not have, and what they mean
_COLUMNS = ", ".join(SCHEMA)
_MADE = ", ".join(f"CAST({source} AS {kind}) AS {name}" for name, (kind, source) in SCHEMA.items())
_MADE_WITHOUT_TRACE = _MADE.replace("CAST(trace AS", "CAST(NULL AS")
# Snappy: a third larger than zstd, and a third faster to search. Small groups: more of them can be skipped.
_FORMAT = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 61440"
_ORDER = "ORDER BY reported_at DESC, id"  # the order in which lists begin
_STEPS = """
SELECT owner, list(struct_pack("type" := kind, "time" := to_timestamp("at"), stream_id := ms || '-' || seq,
    shard := shard, argument := arg) ORDER BY code <> 0, "at", code, ms, seq) AS trace
FROM step_rows GROUP BY owner"""


def failures(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """Returns what reading and writing can raise, and `more`."""
    import duckdb  # 40 MB of memory, so it is loaded when the first case needs it

    return OSError, duckdb.Error, *more


class _Unfit(ValueError):
    """A Parquet file that is not one of ours."""


class _File(NamedTuple):
    """What is known of one file: rows, which files it replaces, whether it can be read, and lacks columns of LATER."""

    rows: int
    replaces: tuple[str, ...]
    readable: bool
    lacks: bool = False


class ArchiveFiles:
    """The files of one folder; every method may be called from any thread.

    Attributes:
        live: paths of the files that count, as of the last look; None before the first one.
        rows: how many cases they hold.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.live: tuple[str, ...] | None = None
        self.rows = 0
        self._known: dict[tuple[str, int, int], _File] = {}
        self._changing = threading.Lock()
        self._database: duckdb.DuckDBPyConnection | None = None

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Returns a connection for one thread; it sees this folder and nothing else of the machine."""
        with self._changing:
            if self._database is None:
                self._database = _connect(self.folder)
            return self._database.cursor()

    def look(self) -> None:
        """Takes stock of the folder; raises OSError when it cannot be listed."""
        self._make_folder()
        found: dict[tuple[str, int, int], _File] = {}
        for path in sorted(self.folder.glob(PATTERN)):
            with contextlib.suppress(FileNotFoundError):  # merged away by another server at this moment
                status = path.stat()
                key = (path.name, status.st_mtime_ns, status.st_size)
                found[key] = self._known.get(key) or self._inspect(path)
        self._known = found
        replaced = {name for file in found.values() for name in file.replaces}
        live = {key[0]: file.rows for key, file in found.items() if file.readable and key[0] not in replaced}
        self.live = tuple(str(self.folder / name) for name in live)
        self.rows = sum(live.values())

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise  # on a full disk a folder that was never made holds no files

    def source(self, paths: Sequence[str]) -> tuple[str, dict[str, Any]]:
        """Returns what stands behind FROM to read files, and the values bound in it; what older ones lack is put in."""
        lacking = {name for (name, *_), file in self._known.items() if file.lacks}
        older = [path for path in paths if Path(path).name in lacking]
        if not older:
            return "read_parquet($whole)", {"whole": list(paths)}
        whole = [path for path in paths if path not in older]
        added = ", ".join(f"{value} AS {name}" for name, value in LATER.items())
        selects, given = [f"SELECT *, {added} FROM read_parquet($older)"], {"older": older}
        if whole:
            selects, given = [*selects, "SELECT * FROM read_parquet($whole)"], {**given, "whole": whole}
        return f"({' UNION ALL BY NAME '.join(selects)})", given

    def source_with(
        self, cursor: duckdb.DuckDBPyConnection, paths: Sequence[str], waiting: Waiting
    ) -> tuple[str, dict[str, Any]]:
        """Returns what stands behind FROM to read files and what waits for them, each case once, and values bound."""
        source, given = self.source(paths) if paths else ("", {})
        if not waiting:
            return source, given
        categories, parts = [category.id for category in waiting.categories], []
        for number, batch in enumerate(waiting.batches):
            cursor.register(f"waiting_{number}", _case_rows(batch, waiting.grids, categories))
            parts.append(f"SELECT {_MADE_WITHOUT_TRACE} FROM waiting_{number}")
        query = f"SELECT DISTINCT ON (id, reported_at) * FROM ({' UNION ALL '.join(parts)})"
        if not source:
            cursor.execute(f"CREATE TEMP TABLE waiting AS {query}").fetchall()
            return "waiting", {}
        query = f"SELECT w.* FROM ({query}) AS w ANTI JOIN {source} AS f USING (id, reported_at)"
        cursor.execute(f"CREATE TEMP TABLE waiting AS {query}", given).fetchall()
        return f"(SELECT {_COLUMNS} FROM {source} UNION ALL SELECT {_COLUMNS} FROM waiting)", given

    def doubt(self) -> None:
        """Reads every file as a whole and leaves out those whose inside is broken."""
        for path in self.live or ():
            try:
                with contextlib.closing(self.cursor()) as cursor:
                    cursor.execute("SELECT max(hash(f)) FROM read_parquet($path) AS f", {"path": path}).fetchall()
            except failures() as error:
                self._leave_out(Path(path), error)
        self.look()

    def _leave_out(self, path: Path, error: Exception) -> None:
        _judge(path, error)
        for key in self._known:
            if key[0] == path.name:
                self._known[key] = _File(0, (), False)

    def _inspect(self, path: Path) -> _File:
        """Returns what a file says about itself; one that cannot be read counts nothing."""
        try:
            with contextlib.closing(self.cursor()) as cursor:
                given = {"path": str(path)}
                columns = cursor.execute("DESCRIBE SELECT * FROM read_parquet($path)", given).fetchall()
                types = {str(name): str(kind) for name, kind, *_ in columns}
                lacks = any(name not in types for name in LATER)
                types = {**{name: SCHEMA[name][0] for name in LATER}, **types}
                wrong = [name for name, (kind, _) in SCHEMA.items() if types.get(name) != kind]
                if wrong:
                    raise _Unfit(f"not a file of this archive: {', '.join(wrong)}")
                rows = cursor.execute("SELECT num_rows FROM parquet_file_metadata($path)", given).fetchall()[0][0]
                pairs = cursor.execute("SELECT key, value FROM parquet_kv_metadata($path)", given).fetchall()
                replaces = {bytes(key): bytes(value) for key, value in pairs}.get(b"replaces", b"[]")
                return _File(int(rows), tuple(json.loads(replaces)), True, lacks)
        except failures(ValueError) as error:
            _judge(path, error)
            return _File(0, (), False)

    # ------------------------------------------------------------------ writing

    def add(self, ended: EndedCases, grids: Sequence[str], categories: Sequence[str]) -> int:
        """Writes those cases that no file holds yet; returns how many, once they are safe on the disk.

        Raises:
            OSError, duckdb.Error: they could not be written (the disk is full …); nothing was changed.
        """
        with self._lock():
            self.look()
            with contextlib.closing(self.cursor()) as cursor:
                count = self._stage(cursor, ended, grids, categories)
                if count:
                    day = dt.datetime.fromtimestamp(ended.before_s, dt.UTC).date().isoformat()
                    keys = "SELECT id || ' ' || epoch_us(reported_at) FROM fresh ORDER BY ALL"
                    digest = _digest(str(key) for (key,) in cursor.execute(keys).fetchall())
                    self._write(cursor, "SELECT * FROM fresh", f"ended-{day}-{digest}.parquet", ())
            self.look()
        return count

    def _stage(
        self, cursor: duckdb.DuckDBPyConnection, ended: EndedCases, grids: Sequence[str], categories: Sequence[str]
    ) -> int:
        """Fills the temporary table `fresh`; returns its size."""
        cursor.register("case_rows", _case_rows(ended, grids, categories))
        cursor.register("step_rows", _step_rows(ended))
        query = f"SELECT {_MADE} FROM case_rows LEFT JOIN ({_STEPS}) AS s ON s.owner = case_rows.number"
        given: dict[str, Any] = {}
        if self.live:
            source, given = self.source(self.live)
            query = f"SELECT new.* FROM ({query}) AS new ANTI JOIN {source} AS old USING (id, reported_at)"
        cursor.execute(f"CREATE TEMP TABLE fresh AS {query}", given).fetchall()
        return int(cursor.execute("SELECT count(*) FROM fresh").fetchall()[0][0])

    def merge(self) -> int:
        """Merges the files of each month but the newest, and deletes those that were merged; returns how many."""
        with self._lock():
            self.look()
            self._delete_replaced()
            months: dict[str, list[str]] = {}
            for path in self.live or ():
                months.setdefault(Path(path).name[len("ended-") : len("ended-2026-11")], []).append(path)
            over = [(month, paths) for month, paths in sorted(months.items())[:-1] if len(paths) > 1]
            for month, paths in over:
                self._merge_month(month, paths)
            return sum(len(paths) for _, paths in over)

    def _merge_month(self, month: str, paths: list[str]) -> None:
        names = [Path(path).name for path in paths]
        with contextlib.closing(self.cursor()) as cursor:
            source, given = self.source(paths)
            query = f"SELECT DISTINCT ON (id, reported_at) * FROM {source}"
            cursor.execute(f"CREATE TEMP TABLE merged AS {query}", given).fetchall()
            self._write(cursor, "SELECT * FROM merged", f"ended-{month}-{_digest(names)}.parquet", names)
        self.look()
        self._delete_replaced()

    def _delete_replaced(self) -> None:
        """Deletes what was merged, and what a writer that was killed left unfinished; needs the lock."""
        for partial in self.folder.glob(f".{PATTERN}.partial"):
            partial.unlink(missing_ok=True)
        replaced = {name for file in self._known.values() for name in file.replaces}
        for name in replaced & {key[0] for key in self._known}:
            (self.folder / name).unlink(missing_ok=True)

    def _write(self, cursor: duckdb.DuckDBPyConnection, query: str, name: str, replaces: Sequence[str]) -> None:
        """Writes a file that is there as a whole, or not at all."""
        path, partial = self.folder / name, self.folder / f".{name}.partial"
        merged = json.dumps(list(replaces)).replace("'", "''")
        rows = f"SELECT {', '.join(SCHEMA)} FROM ({query}) {_ORDER}"
        copy = f"COPY ({rows}) TO $path ({_FORMAT}, KV_METADATA {{replaces: '{merged}'}})"
        try:
            cursor.execute(copy, {"path": str(partial)}).fetchall()
            _sync(partial)
            partial.rename(path)
            _sync(self.folder)
        finally:
            partial.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Keeps other writers out, those of other servers, too; the system frees it when a process dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / ".lock", "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def close(self) -> None:
        """Closes the database."""
        if self._database is not None:
            self._database.close()
            self._database = None


def _judge(path: Path, error: Exception) -> None:
    """Tells why a file is left out; raises the error again when it says nothing about the file."""
    import duckdb

    if isinstance(error, duckdb.OutOfMemoryException | MemoryError | duckdb.InterruptException):
        raise error
    log.warning("archive: %s cannot be read and is left out: %s", path.name, (str(error) or "?").splitlines()[0])


def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Returns an empty database in memory that may read and write one folder and load nothing from elsewhere."""
    import duckdb

    database = duckdb.connect(config={"threads": 2, "memory_limit": "512MB"})
    place = str(folder).replace("'", "''")
    for setting in (
        "TimeZone = 'UTC'",
        "parquet_metadata_cache = true",
        "python_enable_replacements = false",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        f"temp_directory = '{place}/.spill'",
        f"allowed_directories = ['{place}']",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        database.execute(f"SET {setting}").fetchall()
    return database


def _case_rows(ended: EndedCases, grids: Sequence[str], categories: Sequence[str]) -> dict[str, Any]:
    """Returns columns that DuckDB can read, words instead of codes."""
    columns = ended.columns
    return {
        **{name: columns[name] for name in COLUMNS if name in columns},
        "number": np.arange(len(ended)),
        "id": np.array(ended.ids, dtype=object),
        "area": np.array(grids, dtype=object)[columns["grid"]],
        "category": np.array(categories, dtype=object)[columns["category"]],
        "state_name": np.array(STATE_NAMES, dtype=object)[columns["state"]],
        "level_name": np.array(LEVEL_NAMES, dtype=object)[columns["level"]],
        "channel_name": np.array(CHANNELS, dtype=object)[columns.get("channel", np.full(len(ended), UNKNOWN))],
    }


def _step_rows(ended: EndedCases) -> dict[str, Any]:
    owner, steps = ended.steps()
    kinds = np.array(STEP_TYPES, dtype=object)[steps["code"]]
    return {"owner": owner, "kind": kinds, **{name: steps[name].copy() for name in steps.dtype.names or ()}}


def _digest(words: Any) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:12]


def _sync(path: Path) -> None:
    """Waits until a file or folder is safe on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
