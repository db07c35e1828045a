"""HTTP of areas under /api/v1: all numbers of one, and of those directly below it."""

from __future__ import annotations

from fastapi import APIRouter, Query
from fastapi.responses import Response

from dashboard.api.files import table_routes
from dashboard.api.problems import answer
from dashboard.desk.desk import Desk
from dashboard.desk.files import Table


def routes(desk: Desk) -> APIRouter:
    """Returns the routes."""
    router = APIRouter(prefix="/api/v1", tags=["areas"])

    @router.get("/areas")
    async def areas(q: str = "", limit: int = Query(20, ge=1, le=1000)) -> Response:
        """The areas in whose names or code each word of `q` occurs, in natural order, and how many there are."""
        return answer(desk.areas.found(q, limit))

    @router.get("/areas/{code}")
    async def area(code: str) -> Response:
        """All numbers of one area; `city` is the root."""
        return answer(desk.areas.numbers(code))

    @router.get("/areas/{code}/children")
    async def children(code: str) -> Response:
        """The same for each area directly below."""
        return answer({"children": desk.areas.children(code)})

    @table_routes(router, desk, "/areas/{code}/children")
    async def children_table(code: str, lang: str | None = None) -> Table:
        """The areas directly below one, with the numbers of its page's table."""
        return desk.areas.children_table(desk.files.words(lang), code)

    return router
