"""HTTP of the appraisal under /api/v1: tables by worker, area or department, signs that need a look, both as files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from dashboard.api.files import table_routes
from dashboard.api.problems import answer
from dashboard.desk.desk import Desk
from dashboard.desk.files import Table
from dashboard.desk.performance import AppraisalWanted
from dashboard.domain.reading.appraisal import KINDS


class PerformanceQuery(BaseModel):
    """Which table is wanted."""

    kind: str = Field("worker", description=", ".join(KINDS))
    days: int | None = Field(None, description="city days up to today; that of the indicators if missing")
    area: str = Field("city", description="only what lies in this area")
    sort: str = Field("score", description="score or one of the indicators")
    descending: bool = True
    lang: str | None = Field(None, description="language of the headings of a file")

    def wanted(self) -> AppraisalWanted:
        """Returns the same for the desk."""
        return AppraisalWanted(self.kind, self.days, self.area, self.sort, self.descending)


class PerformancePage(PerformanceQuery):
    """One page of it."""

    limit: int = Field(50, ge=1, le=2000)
    cursor: str | None = Field(None, description="`next` of the page before")


def routes(desk: Desk) -> APIRouter:
    """Returns the routes."""
    router, performance = APIRouter(prefix="/api/v1", tags=["performance"]), desk.performance

    @router.get("/performance")
    async def page(asked: Annotated[PerformancePage, Query()]) -> Response:
        """The indicators of workers, communities, streets, districts or departments, with scores; never by volume."""
        return answer(await performance.page(asked.wanted(), asked.limit, asked.cursor))

    @router.get("/performance/signs")
    async def signs(area: str = "city") -> Response:
        """Workers whose own reports show signs that need a look, with the counts and the cases behind each."""
        return answer(await performance.signs_of(area))

    @table_routes(router, desk, "/performance")
    async def table(asked: Annotated[PerformanceQuery, Query()]) -> Table:
        """The whole table, in its order, with both counts of each rate."""
        return await performance.table(desk.files.words(asked.lang), asked.wanted())

    @table_routes(router, desk, "/performance/signs")
    async def signs_table(area: str = "city", lang: str | None = None) -> Table:
        """The signs that are out, one a line, with what they counted."""
        return await performance.signs_table(desk.files.words(lang), area)

    return router
