"""Tables to take along: each list has a route that ends in `.csv` and one in `.xlsx`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator
from typing import IO, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from dashboard.desk.desk import Desk
from dashboard.desk.files import For, Format, Table, TableFile

FILE_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PIECE_BYTES = 1 << 16
_WHOM = Query(alias="for", description="excel: codes and other texts with digits stay whole when Excel opens the file")
_FOR = inspect.Parameter("whom", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[For | None, _WHOM])
MakesTable = Callable[..., Awaitable[Table]]


def table_routes(router: APIRouter, desk: Desk, path: str) -> Callable[[MakesTable], MakesTable]:
    """Gives a function that returns a table its two routes; its parameters and docstring are theirs."""

    def add(make: MakesTable) -> MakesTable:
        for kind in FILE_TYPES:
            name = f"{path.rpartition('/')[2]}.{kind}"
            router.get(f"{path}.{kind}", name=name)(_route(desk, make, kind))
        return make

    return add


def _route(desk: Desk, make: MakesTable, kind: Format) -> Callable[..., Awaitable[StreamingResponse]]:
    @functools.wraps(make)
    async def route(whom: For | None = None, **asked: Any) -> StreamingResponse:
        return _answer(await desk.files.write(await make(**asked), kind, whom))

    # Annotations are texts that mean something only in the module of `make`.
    signature = inspect.signature(make, eval_str=True)
    parameters = [*signature.parameters.values(), *([_FOR] if kind == "csv" else [])]
    route.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=parameters, return_annotation=StreamingResponse
    )
    route.__annotations__ = {each.name: each.annotation for each in parameters}
    return route


def _answer(file: TableFile) -> StreamingResponse:
    headers = {"Content-Disposition": disposition(file), "Cache-Control": "no-store"}
    return StreamingResponse(_pieces(file.body), 200, headers, FILE_TYPES[file.kind], BackgroundTask(file.body.close))


def disposition(file: TableFile) -> str:
    """Returns the header that names the file: in Chinese where the client can, and in ASCII for all others."""
    ending = f"-{file.stamp}.{file.kind}"
    named = quote(file.table.title + ending)
    return f"attachment; filename=\"{file.table.name}{ending}\"; filename*=UTF-8''{named}"


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE_BYTES):
        yield piece
