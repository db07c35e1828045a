"""The HTTP interface under /api/v1, with health and metrics (see the OpenAPI page at /api/docs)."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from dashboard.api.casequery import CasePage, CaseQuery, texts_of
from dashboard.api.metrics import render
from dashboard.desk.archive import archive_filter
from dashboard.domain.reading import cases as caselist
from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.casefilter import CaseFilter, filter_of
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import Area
from dashboard.errors import ArchiveUnavailable, InvalidReport
from dashboard.feeds.intake import split_batch
from dashboard.feeds.running import Running
from dashboard.feeds.streams import CONNECTION_ERRORS

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
Limit = Annotated[int, Query(ge=1, le=1000)]
_LONGEST_MICROSECONDS = 16


class Problem(Exception):
    """An answer that is not the one asked for, as `{error, field, reason}`."""

    def __init__(self, status: int, error: str, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.status, self.body = status, {"error": error, "field": field, "reason": reason}


def add_api(app: FastAPI, running: Running) -> None:
    """Adds all routes and the answers to what cannot be answered."""
    app.include_router(_health_routes(running))
    app.include_router(_area_routes(running), prefix="/api/v1")
    app.include_router(_list_routes(running), prefix="/api/v1")
    app.include_router(_intake_routes(running), prefix="/api/v1")

    @app.exception_handler(Problem)
    async def problem(_: Request, error: Problem) -> JSONResponse:
        return JSONResponse(error.body, error.status)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        kind = "-".join(str(error.detail).lower().split())  # such as method-not-allowed
        body = {"error": kind, "field": None, "reason": str(error.detail)}
        return JSONResponse(body, error.status_code, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def unfit(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        field = str(first["loc"][-1]) if first["loc"] else None
        return JSONResponse({"error": "invalid", "field": field, "reason": first["msg"]}, 422)

    @app.exception_handler(ArchiveUnavailable)
    async def no_archive(_: Request, error: ArchiveUnavailable) -> JSONResponse:
        return JSONResponse({"error": "no-archive", "field": None, "reason": error.reason}, 503)

    @app.exception_handler(InvalidReport)
    async def invalid(_: Request, error: InvalidReport) -> JSONResponse:
        return JSONResponse({"error": "invalid", "field": error.field or None, "reason": error.reason}, 422)


def answer(body: Any, status: int = 200) -> Response:
    """Returns a body as JSON."""
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def _health_routes(running: Running) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> Response:
        """200 while the process lives."""
        return answer({"alive": True, "version": running.version})

    @router.get("/readyz")
    async def readyz() -> Response:
        """200 when the state has caught up with the log, else 503 with the reason."""
        reason = running.follower.ready
        body = {
            "ready": reason is None,
            "reason": reason,
            "behind": running.follower.behind,
            "keeper": running.keeper.status(),
        }
        return Response(msgspec.json.encode(body), 200 if reason is None else 503, media_type="application/json")

    @router.get("/metrics")
    async def metrics() -> Response:
        """Prometheus text."""
        return Response(*render(running))

    return router


def _area_routes(running: Running) -> APIRouter:
    router = APIRouter(tags=["areas"])

    @router.get("/areas/{code}")
    async def area(code: str) -> Response:
        """All numbers of one area; `city` is the root."""
        return answer(area_body(_reading(running), area_of(running, code), running.follower.behind))

    @router.get("/areas/{code}/children")
    async def children(code: str) -> Response:
        """The same for each area directly below."""
        parent, reading = area_of(running, code), _reading(running)
        below = running.replica.state.tree.children(parent.code)
        behind = running.follower.behind
        return answer({"children": [area_body(reading, child, behind) for child in below]})

    return router


def _list_routes(running: Running) -> APIRouter:
    router = APIRouter(tags=["lists"])

    @router.get("/cases")
    async def cases(asked: Annotated[CasePage, Query()]) -> Response:
        """Cases, newest first; `archived`: those that ended before the window, where `overdue` means closed late."""
        reading = _reading(running)
        wanted = case_filter(running, reading, asked)
        if asked.archived:
            return answer(await _archived(running, wanted, asked.limit, asked.cursor))
        return answer(caselist.page(reading, wanted, asked.limit, asked.cursor))

    @router.get("/cases/{case:path}")
    async def case(case: str) -> Response:
        """One case, in memory or archived, with its trace and its deadline explained."""
        found = caselist.one(_reading(running), case)
        if found is None:
            found = await running.archive.one(case, running.replica.state.deadlines, running.clock.now())
        if found is None:
            raise Problem(404, "unknown-case", f"no case {case[:80]}, neither in memory nor archived", "id")
        await running.traces.fill(found["trace"])
        return answer(found)

    @router.get("/dead-letters")
    async def dead_letters(limit: Limit = 50) -> Response:
        """The newest dead letters, newest first."""
        try:
            found = await running.dead_letters.newest(limit)
        except CONNECTION_ERRORS:
            raise no_redis() from None
        return answer({"dead_letters": found, "total": running.replica.state.dead_letters})

    return router


def _intake_routes(running: Running) -> APIRouter:
    router = APIRouter(tags=["intake"])

    @router.post("/reports", status_code=202)
    async def reports(request: Request) -> Response:
        """Takes one CloudEvent or a batch; 202 with the stream ids once Redis has them."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in (SINGLE, BATCH):
            raise Problem(415, "unsupported-media-type", f"send {SINGLE} or {BATCH}", "content-type")
        body = await _body(request, running.settings.max_body_bytes)
        try:
            raws = split_batch(body) if kind == BATCH else [body]
            ids = await running.intake.take(raws, kind == BATCH)
        except InvalidReport as error:
            if error.reason.startswith(("not JSON", "not a JSON", "nested")):
                raise Problem(400, "not-json", error.reason, error.field or None) from None
            raise
        except CONNECTION_ERRORS:
            raise no_redis() from None
        return Response(msgspec.json.encode({"stream_ids": ids}), 202, media_type="application/json")

    return router


def case_filter(running: Running, reading: Reading, asked: CaseQuery) -> CaseFilter:
    """Returns the filter that a query describes; raises Problem 404 for an unknown area."""
    texts = texts_of(asked)
    if "area" in texts:
        area_of(running, texts["area"])
    return filter_of(reading, texts)


async def _archived(running: Running, wanted: CaseFilter, limit: int, cursor: str | None) -> dict[str, Any]:
    """Returns one page of the archive; the cursor is the last row's report time (microseconds) and id."""
    after = None
    if cursor is not None:
        at, _, case = cursor.partition("_")
        if not (at.isascii() and at.isdigit()) or len(at) > _LONGEST_MICROSECONDS:
            raise InvalidReport("cursor", "is not one that this list gave")
        after = (int(at), case)
    found = await running.archive.search(archive_filter(running, wanted), limit=limit, after=after)
    following = None if found.last is None else f"{found.last[0]}_{found.last[1]}"
    return {"cases": found.cases, "total": found.total, "next": following}


async def _body(request: Request, most_bytes: int) -> bytes:
    """Returns the body; raises Problem 413 as soon as it is known to be too large."""
    too_large = Problem(413, "too-large", f"a body holds at most {most_bytes} bytes", "body")
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > most_bytes:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise too_large
    return bytes(body)


def _reading(running: Running) -> Reading:
    return Reading(running.replica.state, running.clock.now())


def area_of(running: Running, code: str) -> Area:
    """Returns the area of a code (`city` for the root); raises Problem 404."""
    tree = running.replica.state.tree
    found = tree.root if code == "city" else tree.by_code.get(code)
    if found is None:
        raise Problem(404, "unknown-area", f"there is no area {code[:40]}", "code")
    return found


def no_redis() -> Problem:
    """Returns the answer when Redis is away."""
    return Problem(503, "no-redis", "Redis does not answer; try again")
