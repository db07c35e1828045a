"""HTTP of electronic supervision under /api/v1: what is late, the ladder, what went wrong, slow steps, urging."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.acting import actor_who_may, given_texts, may_act
from dashboard.api.problems import answer
from dashboard.desk.desk import Desk
from dashboard.domain.reading.casefilter import SEVERAL


def routes(desk: Desk) -> APIRouter:
    """Returns the routes."""
    router, supervision = APIRouter(prefix="/api/v1", tags=["supervision"]), desk.supervision

    @router.get("/supervision")
    async def overview(request: Request) -> Response:
        """Open, overdue and soon overdue cases by level and department, and whether this client may urge."""
        return answer({**supervision.overview(), "allowed": may_act(request)})

    @router.get("/supervision/ladder")
    async def ladder(category: Annotated[list[str] | None, Query()] = None) -> Response:
        """What stands on each rung, the grid first: open cases of some categories (with commas) or of all."""
        return answer(supervision.rungs(SEVERAL.join(category or ())))

    @router.get("/supervision/days")
    async def over_days(day: str = "today") -> Response:
        """Cases that were returned or badly rated (below 4) on some days, by level and department."""
        return answer(await supervision.over_days(day))

    @router.get("/supervision/steps")
    async def steps() -> Response:
        """The share of its limit that each step of each category used: p50 and p90 of the newest closed cases."""
        return answer(await supervision.step_shares())

    @router.get("/supervision/urges")
    async def urges(limit: Annotated[int, Query(ge=1, le=200)] = 20) -> Response:
        """The most overdue cases, and those that were urged and have not replied, late replies first."""
        return answer(await desk.urgings.overview(limit))

    @router.post("/supervision/urge", status_code=202)
    async def urge(request: Request) -> Response:
        """Urges one `case`, or all open cases of a filter (as in `/cases`, at most 500); a reply is due in a day."""
        actor = actor_who_may(request, "urging")
        given = await given_texts(request)
        return answer(await desk.urgings.urge(actor, given), 202)

    return router
