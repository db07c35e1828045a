"""HTTP of cases under /api/v1: lists, single ones, the list as a file, and what is done to a case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.acting import actor_who_may, given_texts, may_act
from dashboard.api.anyid import AnyId
from dashboard.api.casequery import CasePage, CaseQuery, texts_of
from dashboard.api.files import table_routes
from dashboard.api.problems import answer
from dashboard.desk.desk import Desk
from dashboard.desk.files import Table


def routes(desk: Desk) -> APIRouter:
    """Returns the routes; what is longer comes first, since an id may hold slashes and takes whatever follows."""
    router, cases = APIRouter(prefix="/api/v1", tags=["cases"]), desk.cases
    single = APIRouter(route_class=AnyId)

    @router.get("/cases")
    async def page(asked: Annotated[CasePage, Query()]) -> Response:
        """Cases, newest first; `archived`: those that ended before the window, where `overdue` means closed late."""
        return answer(await cases.page(texts_of(asked), asked.archived, asked.limit, asked.cursor))

    @single.get("/cases/{case:anyid}/actions")
    async def actions(case: str, request: Request) -> Response:
        """What can be done to a case now, why not, and whether this client may."""
        return answer({**cases.actions(case), "allowed": may_act(request)})

    @single.post("/cases/{case:anyid}/actions", status_code=202)
    async def act(case: str, request: Request) -> Response:
        """Acts on a case (`action`, `version`, and the fields it needs); 409 when somebody was faster."""
        actor = actor_who_may(request, "acting on cases")
        given = await given_texts(request)
        return answer({"stream_id": await cases.act(actor, case, given)}, 202)

    @single.get("/cases/{case:anyid}")
    async def one(case: str) -> Response:
        """One case, in memory or archived, with its trace and its deadline explained."""
        return answer(await cases.one(case))

    router.include_router(single)

    @table_routes(router, desk, "/cases")
    async def table(asked: Annotated[CaseQuery, Query()]) -> Table:
        """All cases that match, newest first, with headings in the language `lang` (zh-CN or en)."""
        return cases.table(desk.files.words(asked.lang), texts_of(asked), asked.archived)

    return router
