"""HTTP of workers under /api/v1: who is on shift and who is silent, by grid code, and the list as a file."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from dashboard.api.files import table_routes
from dashboard.api.problems import answer
from dashboard.desk.desk import Desk
from dashboard.desk.files import Table


def routes(desk: Desk) -> APIRouter:
    """Returns the routes."""
    router = APIRouter(prefix="/api/v1", tags=["workers"])

    @router.get("/workers")
    async def listed(area: str = "city", state: str | None = None) -> Response:
        """Workers by grid code, in a state: on-shift, silent or off-shift."""
        found = desk.workers.listed(area, state)
        return answer({"workers": found, "total": len(found)})

    @table_routes(router, desk, "/workers")
    async def table(area: str = "city", state: str | None = None, lang: str | None = None) -> Table:
        """Workers by grid code, in a state."""
        return desk.workers.table(desk.files.words(lang), area, state)

    return router
