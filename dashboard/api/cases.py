"""HTTP of the desk under /api/v1: reports behind a number, workers, and actions on cases."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.acting import actor_who_may, given_texts, may_act, refusals
from dashboard.api.areas import Problem, answer, area_of, no_redis
from dashboard.desk.cases import Desk
from dashboard.domain.reading.workers import worker_list
from dashboard.errors import RedisUnavailable
from dashboard.feeds.running import Running
from dashboard.feeds.streams import CONNECTION_ERRORS


def desk_routes(running: Running, desk: Desk) -> APIRouter:
    """Returns the routes."""
    router = APIRouter(tags=["desk"])

    @router.get("/reports")
    async def reports(request: Request) -> Response:
        """Reports that a counter counted (`counter`, `day`, `area`, `limit`, `cursor`), or the newest of the log."""
        try:
            return answer(await desk.reports(dict(request.query_params)))
        except RedisUnavailable:
            raise no_redis() from None

    @router.get("/areas/{code}/reports")
    async def reports_today(code: str) -> Response:
        """Today's newest reports of one grid, newest first."""
        area = area_of(running, code)
        if area.level != "grid":
            raise Problem(422, "not-a-grid", f"{code[:40]} is not a grid", "code")
        try:
            return answer({"reports": await desk.reports_today(area)})
        except CONNECTION_ERRORS:
            raise no_redis() from None

    @router.get("/workers")
    async def workers(area: str = "city", state: str | None = None) -> Response:
        """Workers by grid code, in a state: on-shift, silent or off-shift."""
        found = worker_list(desk.reading(), area_of(running, area), state)
        return answer({"workers": found, "total": len(found)})

    @router.get("/cases/{case:path}/actions")
    async def actions(case: str, request: Request) -> Response:
        """What can be done to a case now, why not, and whether this client may."""
        found = desk.actions(case)
        if found is None:
            raise Problem(404, "unknown-case", f"no case {case[:80]} that can be acted on", "id")
        return answer({**found, "allowed": may_act(request)})

    @router.post("/cases/{case:path}/actions", status_code=202)
    async def act(case: str, request: Request) -> Response:
        """Acts on a case (`action`, `version`, and the fields it needs); 409 when somebody was faster."""
        actor = actor_who_may(request, "acting on cases")
        given = await given_texts(request)
        with refusals():
            return answer({"stream_id": await desk.act(actor, case, given)}, 202)

    return router
