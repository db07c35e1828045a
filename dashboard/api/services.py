"""HTTP of services handed in at the community under /api/v1: the list, its counts by kind, and the list as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from dashboard.api.files import table_routes
from dashboard.api.problems import answer
from dashboard.desk.desk import Desk
from dashboard.desk.files import Table
from dashboard.domain.reading.services import SCORES, STATES


class ServiceQuery(BaseModel):
    """Which requests are wanted; what is missing asks for nothing."""

    area: str = Field("city", description="handed in within this area")
    kind: str | None = Field(None, description="id of a service")
    department: str | None = Field(None, description="whose service it is")
    state: str | None = Field(None, description=", ".join(STATES))
    requested: str | None = Field(None, description="on these days: a date, today, yesterday, week, window or `30d`")
    completed: str | None = Field(None, description="on these days")
    off_hours: str | None = Field(None, description="true or false: handled in extended hours")
    score: str | None = Field(None, description=", ".join(SCORES))
    q: str | None = Field(None, description="part of the request's id")
    lang: str | None = Field(None, description="language of the headings of a file")

    def filters(self) -> dict[str, str]:
        """Returns what is asked for as the texts of an address."""
        return self.model_dump(exclude={"area", "lang", "limit", "cursor"}, exclude_none=True)


class ServicePage(ServiceQuery):
    """One page of them."""

    limit: int = Field(50, ge=1, le=1000)
    cursor: str | None = Field(None, description="`next` of the page before")


def routes(desk: Desk) -> APIRouter:
    """Returns the routes."""
    router, services = APIRouter(prefix="/api/v1", tags=["services"]), desk.services

    @router.get("/services")
    async def page(asked: Annotated[ServicePage, Query()]) -> Response:
        """Requests of residents: open ones by due time, others newest first."""
        return answer(services.page(asked.area, asked.filters(), asked.limit, asked.cursor))

    @router.get("/services/summary")
    async def summary(area: str = "city", days: int | None = None) -> Response:
        """Counts of an area over a window of days up to today, in all and by kind; open and overdue hold now."""
        return answer(services.summary(area, days))

    @router.get("/services/kinds")
    async def kinds() -> Response:
        """The services of the rules, with the department that each belongs to and its limit."""
        return answer({"kinds": services.kinds()})

    @table_routes(router, desk, "/services")
    async def table(asked: Annotated[ServiceQuery, Query()]) -> Table:
        """The whole list, in its order, at most 100,000 lines."""
        return services.table(desk.files.words(asked.lang), asked.area, asked.filters())

    return router
