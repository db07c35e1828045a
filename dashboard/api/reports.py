"""HTTP of reports under /api/v1: those behind a number, today's of a grid, and the list as a file."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.files import table_routes
from dashboard.api.problems import answer
from dashboard.desk.desk import Desk
from dashboard.desk.files import Table


def routes(desk: Desk) -> APIRouter:
    """Returns the routes."""
    router = APIRouter(prefix="/api/v1", tags=["reports"])

    @router.get("/reports")
    async def page(request: Request) -> Response:
        """Reports that a counter counted (`counter`, `day`, `area`, `limit`, `cursor`), or the newest of the log."""
        return answer(await desk.reports.page(dict(request.query_params)))

    @router.get("/areas/{code}/reports")
    async def today(code: str) -> Response:
        """Today's newest reports of one grid, newest first."""
        return answer({"reports": await desk.reports.today(code)})

    @table_routes(router, desk, "/reports")
    async def table(request: Request) -> Table:
        """The reports that a counter counted (or the newest ones), at most 10,000."""
        query = dict(request.query_params)
        return await desk.reports.table(desk.files.words(query.get("lang")), query)

    return router
