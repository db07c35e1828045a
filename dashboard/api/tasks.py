"""HTTP of departments under /api/v1: inboxes, follow-up tasks, and what is done with them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.areas import Limit, Problem, answer, area_of, no_redis
from dashboard.api.cases import given_texts, is_loopback, same_origin
from dashboard.desk.cases import Impossible, Overtaken
from dashboard.domain.reading import tasks as tasklist
from dashboard.domain.reading.moment import Reading, instant
from dashboard.errors import InvalidReport
from dashboard.feeds.running import Running
from dashboard.feeds.streams import CONNECTION_ERRORS

_GUARD_S = 120


def task_routes(running: Running) -> APIRouter:
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
        told = [tasklist.told(reading, task) for task in shown]
        return answer(
            {"tasks": told, "total": len(found), "next": tasklist.cursor_of(shown[-1], state) if more else None}
        )

    @router.get("/departments")
    async def departments(request: Request) -> Response:
        """How full each department's inbox is, and whether this client may act on tasks."""
        return answer({"departments": tasklist.inboxes(_reading(running)), "allowed": is_loopback(request)})

    @router.get("/departments/{name}")
    async def department(name: str, request: Request) -> Response:
        """How full one inbox is, and whether this client may act on its tasks."""
        reading = _reading(running)
        if name not in reading.state.rules.departments:
            raise Problem(404, "unknown-department", f"no department {name[:40]}", "name")
        return answer({**tasklist.inbox(reading, name), "allowed": is_loopback(request)})

    @router.post("/tasks/{task}/actions", status_code=202)
    async def act(task: str, request: Request) -> Response:
        """Takes a task, reports it done, or declines it (with a `reason`); 409 when somebody was faster."""
        if not is_loopback(request):
            raise Problem(403, "loopback-only", "acting on tasks is allowed on the server's own machine only")
        same_origin(request)
        given = await given_texts(request)
        try:
            return answer({"stream_id": await _act(running, task, given)}, 202)
        except KeyError:
            raise Problem(404, "unknown-task", f"no task {task[:80]}", "id") from None
        except Overtaken as error:
            raise Problem(409, "overtaken", str(error), "version") from None
        except Impossible as error:
            raise Problem(409, "impossible", str(error), "action") from None
        except CONNECTION_ERRORS:
            raise no_redis() from None

    return router


async def _act(running: Running, task_id: str, given: dict[str, Any]) -> str:
    """Appends the report of an action on a task; returns its stream id.

    Raises:
        KeyError: there is no such task.
        Overtaken, Impossible: somebody was faster, or the task does not allow it now.
        InvalidReport: the action is unknown, or its reason is missing.
    """
    reading = _reading(running)
    task = reading.state.tasks.by_id[task_id]
    name, version = str(given.get("action", "")), tasklist.version_of(task)
    if name not in tasklist.ACTIONS:
        raise InvalidReport("action", f"{name[:40]!r} is not one of {', '.join(tasklist.ACTIONS)}")
    if given.get("version") != version:
        raise Overtaken(f"{task_id} has changed since you looked at it")
    kind, states = tasklist.ACTIONS[name]
    if task.state not in states or task.area is None:
        raise Impossible(f"a task that is {task.state} cannot be followed by {kind}")
    reason = str(given.get("reason") or "").strip()
    if name == "decline" and not reason:
        raise InvalidReport("reason", "decline needs reason")
    raw = msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": f"{name}/{task_id}/{version}",
            "source": f"/departments/{task.department}",
            "type": kind,
            "subject": task.area,
            "time": instant(max(reading.now_s, task.state_at + 0.001)),
            "data": {
                "task": task_id,
                "by": given.get("by") or task.department,
                **({"reason": reason} if reason else {}),
            },
        }
    )
    taken = await running.intake.take_once(f"{task_id}/{version}", raw, _GUARD_S)
    if taken is None:
        raise Overtaken(f"somebody else has just acted on {task_id}")
    return taken


def _reading(running: Running) -> Reading:
    return Reading(running.replica.state, running.clock.now())
