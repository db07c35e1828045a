"""Cases to take along: `GET /api/v1/cases.csv` and `.xlsx`, all that match a filter, in words that people read."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import IO, Annotated, Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from fastapi import FastAPI, Query
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from dashboard.api.areas import Problem, case_filter
from dashboard.api.casequery import CaseQuery
from dashboard.desk.archive import archive_filter
from dashboard.desk.files import Column, Kind, csv_chunks, write_xlsx
from dashboard.domain.reading.casefilter import CaseFilter
from dashboard.domain.reading.caserows import CaseRow
from dashboard.domain.reading.cases import FrozenCases
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import AreaTree
from dashboard.domain.rules.indicators import dashed
from dashboard.domain.rules.rules import Rules
from dashboard.errors import TooManyRows
from dashboard.feeds.running import Running
from dashboard.words import Words

Format = Literal["csv", "xlsx"]
_KINDS: dict[str, Kind] = {  # of columns that hold no text
    "severity": "int",
    "reported_at": "instant",
    "due_at": "instant",
    "closed_at": "instant",
    "score": "int",
    "lat": "float",
    "lon": "float",
}
FILE_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_IN_MEMORY_BYTES = 4 << 20
_PIECE_BYTES = 1 << 16


def add_case_tables(app: FastAPI, running: Running) -> None:
    """Adds both routes; one table is made at a time, since each keeps a core busy."""
    turn = asyncio.Semaphore(1)
    for kind in FILE_TYPES:
        app.get(f"/api/v1/cases.{kind}", tags=["lists"], name=f"cases.{kind}")(_route(running, kind, turn))


def _route(running: Running, kind: Format, turn: asyncio.Semaphore) -> Callable[..., Any]:
    """Returns the route of one kind of file, with the filters as its parameters."""

    async def route(asked: Annotated[CaseQuery, Query()]) -> StreamingResponse:
        """All cases that match, newest first, as a file with headings in the language `lang` (zh-CN or en)."""
        words = Words(asked.lang or running.settings.lang)
        reading = Reading(running.replica.state, running.clock.now())
        wanted = case_filter(running, reading, asked)
        async with turn:
            make = _archived_rows(running, wanted) if asked.archived else FrozenCases(reading, wanted).rows
            try:
                file = await asyncio.to_thread(_made, running, make, kind, words)
            except TooManyRows as error:
                raise Problem(413, "too-many-rows", str(error)) from None
        headers = {
            "Content-Disposition": disposition(running, "cases", words("col-file-cases"), kind),
            "Cache-Control": "no-store",
        }
        return StreamingResponse(_pieces(file), 200, headers, FILE_TYPES[kind], BackgroundTask(file.close))

    return route


def _archived_rows(running: Running, wanted: CaseFilter) -> Callable[[], Iterable[CaseRow]]:
    return partial(running.archive.rows, archive_filter(running, wanted))


def _made(running: Running, make: Callable[[], Iterable[CaseRow]], kind: Format, words: Words) -> IO[bytes]:
    """Returns a finished table, to be read from its start; slow, so call it in a thread."""
    timezone, state = running.settings.timezone, running.replica.state
    columns = [Column(key, words(f"col-{dashed(key)}"), _KINDS.get(key, "text")) for key in _columns()]
    rows = worded(make(), state.tree, state.rules, words)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - closed when it is sent
    try:
        if kind == "csv":
            file.writelines(csv_chunks(columns, rows, timezone))
        else:
            write_xlsx(file, columns, rows, timezone, words("col-file-cases"))
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _columns() -> list[str]:
    """Returns the columns: those of a case, and behind the code of its area the names that it has."""
    columns = list(CaseRow.__struct_fields__)
    columns.insert(columns.index("area") + 1, "area_name")
    return columns


def worded(rows: Iterable[CaseRow], tree: AreaTree, rules: Rules, words: Words) -> Iterator[dict[str, Any]]:
    """Yields rows with names instead of ids; an id that is not known any more stays what it is."""
    categories = {c.id: c.label.name_en if words.lang == "en" else c.label.name for c in rules.categories}
    places: dict[str, str] = {}
    for row in rows:
        if row.area not in places:
            places[row.area] = _place(tree, row.area, words)
        yield {
            **msgspec.structs.asdict(row),
            "category": categories.get(row.category, row.category),
            "area_name": places[row.area],
            "state": words(f"col-state-{row.state}"),
            "level": words(f"col-level-{row.level}"),
            "overdue": words("col-yes" if row.overdue else "col-no"),
            "suspended": words("col-yes" if row.suspended else "col-no"),
            "channel": words(f"channel-{row.channel}"),
        }


def _place(tree: AreaTree, code: str, words: Words) -> str:
    """Returns the names of an area and of those above it, the city left out."""
    if code not in tree.by_code:
        return ""
    path = [*tree.path(code)[1:], tree.by_code[code]]
    return " / ".join((area.name_en if words.lang == "en" else None) or area.name for area in path)


def disposition(running: Running, name: str, shown: str, kind: Format) -> str:
    """Returns the header that names the file: in Chinese where the client can, and in ASCII for all others."""
    at = dt.datetime.fromtimestamp(running.clock.now(), ZoneInfo(running.settings.timezone)).strftime("%Y%m%d-%H%M")
    named = quote(f"{shown}-{at}.{kind}")
    return f"attachment; filename=\"{name}-{at}.{kind}\"; filename*=UTF-8''{named}"


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE_BYTES):
        yield piece
