"""HTTP of departments under /api/v1: inboxes, follow-up tasks, and what is done with them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.acting import actor_who_may, given_texts, may_act, refusals
from dashboard.api.areas import Limit, Problem, answer, area_of
from dashboard.desk.tasks import TaskDesk
from dashboard.domain.reading import tasks as tasklist
from dashboard.domain.reading.moment import Reading
from dashboard.feeds.running import Running


def task_routes(running: Running, tasks_desk: TaskDesk) -> APIRouter:
    """Returns the routes."""
    router = APIRouter(tags=["departments"])

    @router.get("/tasks")
    async def tasks(
        department: str | None = None,
        area: str | None = None,
        state: str | None = None,
        overdue: bool | None = None,
        week: bool = False,
        limit: Limit = 50,
        cursor: str | None = None,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        """Follow-up tasks of departments: open ones by due time, others newest first; from `cursor` or `offset` on."""
        within = None if area is None else area_of(running, area)
        reading = _reading(running)
        found = tasklist.matching(reading, department, within, state, overdue, week)
        start = offset if cursor is None else tasklist.behind(found, state, cursor)
        shown, more = found[start : start + limit], start + limit < len(found)
        rows = [tasklist.task_row(reading, task) for task in shown]
        return answer(
            {"tasks": rows, "total": len(found), "next": tasklist.cursor_of(shown[-1], state) if more else None}
        )

    @router.get("/departments")
    async def departments(request: Request) -> Response:
        """How full each department's inbox is, and whether this client may act on tasks."""
        return answer({"departments": tasklist.inboxes(_reading(running)), "allowed": may_act(request)})

    @router.get("/departments/{name}")
    async def department(name: str, request: Request) -> Response:
        """How full one inbox is, and whether this client may act on its tasks."""
        reading = _reading(running)
        if name not in reading.state.rules.departments:
            raise Problem(404, "unknown-department", f"no department {name[:40]}", "name")
        return answer({**tasklist.inbox(reading, name), "allowed": may_act(request)})

    @router.post("/tasks/{task}/actions", status_code=202)
    async def act(task: str, request: Request) -> Response:
        """Takes a task, reports it done, or declines it (with a `reason`); 409 when somebody was faster."""
        actor = actor_who_may(request, "acting on tasks")
        given = await given_texts(request)
        with refusals():
            return answer({"stream_id": await tasks_desk.act(actor, task, given)}, 202)

    return router


def _reading(running: Running) -> Reading:
    return Reading(running.replica.state, running.clock.now())
