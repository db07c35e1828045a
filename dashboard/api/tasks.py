"""HTTP of departments under /api/v1: inboxes, follow-up tasks, the list as a file, and what is done with a task."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from dashboard.api.acting import actor_who_may, given_texts, may_act
from dashboard.api.anyid import AnyId
from dashboard.api.files import table_routes
from dashboard.api.problems import answer
from dashboard.desk.desk import Desk
from dashboard.desk.files import Table
from dashboard.desk.tasks import TasksWanted


class TaskQuery(BaseModel):
    """Which tasks are wanted; what is left out asks for nothing."""

    department: str | None = None
    area: str | None = None
    state: str | None = Field(None, description="`open` or one state")
    overdue: bool | None = None
    week: bool = Field(False, description="came to their state within the last seven days")
    lang: str | None = Field(None, description="language of the headings of a file")

    def wanted(self) -> TasksWanted:
        """Returns the same for the desk."""
        return TasksWanted(self.department, self.area, self.state, self.overdue, self.week)


class TaskPage(TaskQuery):
    """One page of them."""

    limit: int = Field(50, ge=1, le=1000)
    cursor: str | None = Field(None, description="`next` of the page before")
    offset: int = Field(0, ge=0, description="so many lines are left out, where there is no cursor")


def routes(desk: Desk) -> APIRouter:
    """Returns the routes."""
    router, tasks = APIRouter(prefix="/api/v1", tags=["departments"]), desk.tasks
    single = APIRouter(route_class=AnyId)

    @router.get("/tasks")
    async def page(asked: Annotated[TaskPage, Query()]) -> Response:
        """Follow-up tasks of departments: open ones by due time, others newest first; from `cursor` or `offset` on."""
        return answer(tasks.page(asked.wanted(), asked.limit, asked.cursor, asked.offset))

    @single.post("/tasks/{task:anyid}/actions", status_code=202)
    async def act(task: str, request: Request) -> Response:
        """Takes a task, reports it done, or declines it (with a `reason`); 409 when somebody was faster."""
        actor = actor_who_may(request, "acting on tasks")
        given = await given_texts(request)
        return answer({"stream_id": await tasks.act(actor, task, given)}, 202)

    router.include_router(single)

    @router.get("/departments")
    async def departments(request: Request) -> Response:
        """How full each department's inbox is, and whether this client may act on tasks."""
        return answer({"departments": tasks.inboxes(), "allowed": may_act(request)})

    @router.get("/departments/{name:anyid}")
    async def department(name: str, request: Request) -> Response:
        """How full one inbox is, and whether this client may act on its tasks."""
        return answer({**tasks.inbox(name), "allowed": may_act(request)})

    @table_routes(router, desk, "/tasks")
    async def table(asked: Annotated[TaskQuery, Query()]) -> Table:
        """All follow-up tasks that match the filters of the list, in its order."""
        return tasks.table(desk.files.words(asked.lang), asked.wanted())

    return router
