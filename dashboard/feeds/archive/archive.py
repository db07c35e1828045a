"""The archive: cases that ended before the window, written as Parquet files and searched by DuckDB.

The state hands over what it forgets in `CityState.ended`; a batch leaves that queue only
when it is safe on the disk. The queue is part of every snapshot, so a crash loses nothing; and whoever
searches finds what waits in it beside what the files hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from dashboard.domain.reading.caserows import CaseRow, as_listed
from dashboard.domain.reading.cases import step_row
from dashboard.domain.reading.deadline import explained
from dashboard.domain.reports import ms_seq
from dashboard.domain.rules.lifecycle import STEP_CODES, Step
from dashboard.domain.state.deadlines import Deadlines
from dashboard.errors import ArchiveUnavailable, InvalidReport
from dashboard.feeds.archive.files import SCHEMA, ArchiveFiles, failures
from dashboard.feeds.archive.waiting import Waiting
from dashboard.feeds.follower import Replica

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger(__name__)

SORTS = (
    "id", "area", "category", "severity", "state", "level", "reported_at", "due_at", "closed_at", "overdue", "score",
    "paused_s", "self_handled",
)  # fmt: skip
EVERY_S = 1.0
_MERGE_AGAIN_S = 600.0  # after a failure; nothing waits for it
_SEARCHES = 2  # at once; each may use both cores
_CHUNK = 2000
_T = TypeVar("_T")
# Instants as numbers: turning them into Python's would need another package, and we write them as text anyway.
_SHOWN = """id, category, severity, area, state, level, epoch(reported_at) AS reported_at, epoch(due_at) AS due_at,
 epoch(closed_at) AS closed_at, overdue, false AS suspended, score, lat, lon, channel"""
_TRACE = """list_transform(trace, lambda s: struct_pack(kind := s."type", at := epoch(s."time"),
 stream_id := s.stream_id, shard := s.shard, argument := s.argument)) AS trace, epoch(promised_at) AS promised_at"""


class ArchiveFilter(msgspec.Struct, frozen=True):
    """Which archived cases are wanted; None = all.

    Attributes:
        grids: codes of grids; an area is the slice of the grid axis that belongs to it.
        columns: what columns of the files hold, or one of several such values as a tuple. A state that is `open` finds
            none, since nothing open is archived; `overdue` was closed after it was due.
        text: part of the id, in upper or lower case.
    """

    grids: tuple[str, ...] | None = None
    columns: Mapping[str, Any] = {}
    text: str | None = None


class Order(msgspec.Struct, frozen=True):
    """How found cases are sorted; equal ones always by id."""

    by: str = "reported_at"
    descending: bool = True


class Found(msgspec.Struct, frozen=True):
    """Some of the cases that match.

    Attributes:
        cases: as `GET /api/v1/cases` gives them.
        total: how many match in all.
        last: (microseconds, id) of the last one of `cases` when more come behind it, else None.
    """

    cases: list[dict[str, Any]]
    total: int
    last: tuple[int, str] | None = None


class Archive:
    """The archive of one server.

    Attributes:
        files: where it lies.
        error: why the last attempt to write failed, or None.
    """

    def __init__(self, folder: Path, replica: Replica) -> None:
        self.files = ArchiveFiles(folder)
        self._replica = replica
        self._searching = asyncio.Semaphore(_SEARCHES)
        self._draining = asyncio.Lock()
        self.error: str | None = None

    @property
    def waiting(self) -> int:
        """How many cases have left the memory and are not in the archive yet."""
        return sum(map(len, self._replica.state.ended))

    @property
    def waiting_bytes(self) -> int:
        """How much memory these cases take, about."""
        return self._waiting().bytes_used

    def _waiting(self) -> Waiting:
        """Returns what waits now; take it before the files are looked at."""
        return Waiting.of(self._replica.state)

    async def run(self) -> None:
        """Writes what the state forgets until cancelled, and merges the files of past months."""
        to_merge, not_before = True, 0.0
        while True:
            added = await self.drain()
            to_merge = to_merge or added > 0
            if to_merge and time.monotonic() >= not_before:
                to_merge = await self._tried(self.files.merge) is None
                not_before = time.monotonic() + _MERGE_AGAIN_S if to_merge else 0.0
            await asyncio.sleep(EVERY_S)

    async def drain(self) -> int:
        """Writes all that waits; returns how many cases were new. What cannot be written goes on waiting."""
        added = 0
        async with self._draining:
            while True:
                waiting = self._replica.state.ended
                if not waiting:
                    await self._tried(self.files.look)
                    return added
                batch, state = waiting[0], self._replica.state
                categories = [category.id for category in state.rules.categories]
                written = await self._tried(partial(self.files.add, batch, state.tree.grids, categories))
                if written is None:
                    return added
                added += written
                if waiting and waiting[0] is batch:  # else another state has been loaded meanwhile
                    del waiting[0]

    async def _tried(self, work: Callable[[], _T]) -> _T | Literal[True] | None:
        """Does work on the files in a thread; returns None and remembers why when it fails."""
        try:
            done = await asyncio.to_thread(work)
        except failures() as error:
            reason = _first_line(error)
            if self.error is None:
                told = "archive in %s: %s; %d cases wait for it in %.1f MB of memory, and are found there"
                log.warning(told, self.files.folder, reason, self.waiting, self.waiting_bytes / 1e6)
            self.error = reason
            return None
        if self.error is not None:
            log.warning("archive in %s can be written again", self.files.folder)
        self.error = None
        return True if done is None else done

    async def search(
        self,
        wanted: ArchiveFilter,
        order: Order = Order(),  # noqa: B008 - frozen
        *,
        offset: int = 0,
        limit: int = 50,
        after: tuple[int, str] | None = None,
    ) -> Found:
        """Returns one page of the cases that match.

        Args:
            wanted: the filter.
            order: how they are sorted.
            offset, limit: which of them.
            after: (microseconds, id) of the last case of the page before, instead of an offset; for the usual order.

        Raises:
            InvalidReport: a filter or the order names something that does not exist.
            ArchiveUnavailable: the files cannot be read.
        """
        where, given = conditions(wanted)
        ordered, waiting = _ordered(order), self._waiting()
        page, behind = where, {}
        if after is not None:
            behind = {"at": after[0], "id": after[1]}
            page += " AND (reported_at < make_timestamptz($at) OR (reported_at = make_timestamptz($at) AND id > $id))"

        def work(cursor: duckdb.DuckDBPyConnection, live: list[str]) -> Found:
            source, read = self.files.source_with(cursor, live, waiting)
            total = _all(cursor, f"SELECT count(*) AS n FROM {source} WHERE {where}", given | read)[0]["n"]
            query = f"SELECT {_SHOWN} FROM {source} WHERE {page} {ordered} LIMIT {limit + 1:d} OFFSET {offset:d}"
            rows = _all(cursor, query, given | read | behind)
            return Found([as_listed(CaseRow(**row)) for row in rows[:limit]], total, _last(rows, limit))

        return await self._ask(work, Found([], 0), waiting)

    async def one(self, case: str, deadlines: Deadlines, now_s: float) -> dict[str, Any] | None:
        """Returns an archived case with its steps and its deadline explained as far as it is known, or None."""
        waiting = self._waiting().one(case, deadlines, now_s)
        if waiting is not None:
            return waiting

        def work(cursor: duckdb.DuckDBPyConnection, live: list[str]) -> list[dict[str, Any]]:
            source, read = self.files.source(live)
            query = f"SELECT {_SHOWN}, {_TRACE} FROM {source} WHERE id = $id ORDER BY reported_at DESC LIMIT 1"
            return _all(cursor, query, {**read, "id": case})

        nothing: list[dict[str, Any]] = []
        rows = await self._ask(work, nothing)
        return _whole(rows[0], deadlines, now_s) if rows else None

    def rows(self, wanted: ArchiveFilter) -> Iterator[CaseRow]:
        """Yields all cases that match, newest report first, a few at a time; blocks, so call it in a thread."""
        where, given = conditions(wanted)
        waiting, live = self._waiting(), self._live()
        if not live and not waiting:
            return
        try:
            with contextlib.closing(self.files.cursor()) as cursor:
                source, read = self.files.source_with(cursor, live, waiting)
                query = f"SELECT {_SHOWN} FROM {source} WHERE {where} {_ordered(Order())}"
                cursor.execute(query, given | read)
                names = [column[0] for column in cursor.description or ()]
                while chunk := cursor.fetchmany(_CHUNK):
                    yield from (CaseRow(**dict(zip(names, row, strict=True))) for row in chunk)
        except failures() as error:
            raise self._unavailable(error) from None

    async def _ask(
        self, work: Callable[[duckdb.DuckDBPyConnection, list[str]], _T], nothing: _T, waiting: Waiting | None = None
    ) -> _T:
        """Does a query in a thread on the files that count now; asks again when they change or break meanwhile."""
        async with self._searching:
            return await asyncio.to_thread(self._asked, work, nothing, waiting)

    def _asked(
        self, work: Callable[[duckdb.DuckDBPyConnection, list[str]], _T], nothing: _T, waiting: Waiting | None
    ) -> _T:
        for again in (self.files.look, self.files.doubt, None):
            try:
                live = list(self._live())
                if not live and not waiting:
                    return nothing
                with contextlib.closing(self.files.cursor()) as cursor:
                    return work(cursor, live)
            except failures() as error:
                if again is None:
                    raise self._unavailable(error) from None
                with contextlib.suppress(*failures()):
                    again()
        raise AssertionError

    def _live(self) -> tuple[str, ...]:
        """Returns the files that count; raises OSError when the folder was never seen and cannot be."""
        if self.files.live is None:
            self.files.look()
        return self.files.live or ()

    def _unavailable(self, error: Exception) -> ArchiveUnavailable:
        return ArchiveUnavailable(str(self.files.folder), _first_line(error))

    async def close(self) -> None:
        """Writes what waits a last time, and closes the database."""
        await self.drain()
        self.files.close()


def conditions(wanted: ArchiveFilter) -> tuple[str, dict[str, Any]]:
    """Returns what stands behind WHERE, and the values bound in it; KeyError for a column that there is not."""
    parts = ["true"]
    given: dict[str, Any] = {}
    if wanted.grids is not None:
        parts.append("area IN (SELECT unnest($grids))")
        given["grids"] = list(wanted.grids)
    for name, value in wanted.columns.items():
        if name not in SCHEMA:
            raise KeyError(name)
        values = value if isinstance(value, tuple) else (value,)
        bound = {f"{name}_{number}": each for number, each in enumerate(values)}
        parts.append(f"{name} IN ({', '.join(f'${key}' for key in bound)})")
        given |= bound
    if wanted.text:
        text = wanted.text.lower()
        has_case = text != wanted.text.upper()  # lowering a million ids takes as long as looking into them
        parts.append("contains(lower(id), $text)" if has_case else "contains(id, $text)")
        given["text"] = text
    return " AND ".join(parts), given


def _ordered(order: Order) -> str:
    if order.by not in SORTS:
        raise InvalidReport("sort", f"{order.by!r} is not one of {', '.join(SORTS)}")
    direction = "DESC" if order.descending else "ASC"
    return f"ORDER BY {order.by} {direction} NULLS LAST, id"


def _all(cursor: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns all rows of a query by column name."""
    cursor.execute(query, given)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _last(rows: list[dict[str, Any]], limit: int) -> tuple[int, str] | None:
    """Returns the key of the last row of a page, if there is a row behind it."""
    if len(rows) <= limit:
        return None
    return round(rows[limit - 1]["reported_at"] * 1e6), rows[limit - 1]["id"]


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _whole(row: dict[str, Any], deadlines: Deadlines, now_s: float) -> dict[str, Any]:
    """Returns a case with its trace; without a deadline when its category is no longer in the rules."""
    trace, promised_at = row.pop("trace") or [], row.pop("promised_at")
    steps = [_step(step) for step in trace]
    category = deadlines.rules.category_index().get(row["category"])
    deadline = None
    if category is not None and steps:
        deadline = explained(deadlines, category, row["severity"], promised_at, steps, now_s)
    return {**as_listed(CaseRow(**row)), "trace": [step_row(step) for step in steps], "deadline": deadline}


def _step(step: dict[str, Any]) -> Step:
    place = ms_seq(step["stream_id"].encode())
    return Step(STEP_CODES[step["kind"]], step["argument"], step["shard"], step["at"], *place)
