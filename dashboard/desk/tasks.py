"""Follow-up tasks of departments: inboxes, lists, and what is done with a task."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import msgspec

from dashboard.desk.access import Actor
from dashboard.desk.appending import Appending
from dashboard.desk.areas import area_of
from dashboard.desk.files import Column, Kind, Table
from dashboard.domain.acting import tasks as acting
from dashboard.domain.acting.deed import guard_of
from dashboard.domain.reading import tasks as tasklist
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.tasks import duty_of
from dashboard.domain.state.tasks import Task
from dashboard.errors import Unknown
from dashboard.feeds.moments import Moments
from dashboard.words import Words

_COLUMNS: dict[str, Kind] = {
    "task": "text",
    "what": "text",
    "department": "text",
    "area": "text",
    "state": "text",
    "opened_at": "instant",
    "due_at": "instant",
    "late": "text",
    "by": "text",
    "reason": "text",
    "case": "text",
}


class TasksWanted(msgspec.Struct, frozen=True):
    """Which tasks are wanted; None asks for nothing (see `domain.reading.tasks.matching`)."""

    department: str | None = None
    area: str | None = None
    state: str | None = None
    overdue: bool | None = None
    week: bool = False


class Tasks:
    """Reads tasks; acts on them by appending reports to the log."""

    def __init__(self, moments: Moments, appending: Appending) -> None:
        self._moments, self._appending = moments, appending

    def page(self, wanted: TasksWanted, limit: int, cursor: str | None, offset: int) -> dict[str, Any]:
        """Returns one page, from the cursor or else the offset on: open ones by due time, others newest first.

        Raises:
            Unknown: there is no such area.
            InvalidReport: there is no such department or state, or the cursor is not one of this list.
        """
        reading = self._moments.now()
        found = _matching(reading, wanted)
        start = offset if cursor is None else tasklist.behind(found, wanted.state, cursor)
        shown, more = found[start : start + limit], start + limit < len(found)
        return {
            "tasks": [tasklist.task_row(reading, task) for task in shown],
            "total": len(found),
            "next": tasklist.cursor_of(shown[-1], wanted.state) if more else None,
        }

    def inboxes(self) -> dict[str, dict[str, Any]]:
        """Returns how full each department's inbox is."""
        return tasklist.inboxes(self._moments.now())

    def inbox(self, department: str) -> dict[str, Any]:
        """Returns how full one is; raises Unknown."""
        reading = self._moments.now()
        if department not in reading.state.rules.departments:
            raise Unknown("department", department, "name", f"no department {department[:40]}")
        return tasklist.inbox(reading, department)

    def table(self, say: Words, wanted: TasksWanted) -> Table:
        """Returns all tasks of a list, in its order; raises as `page`."""
        reading = self._moments.now()
        found = [copy.copy(task) for task in _matching(reading, wanted)]
        columns = Column.headed(say, _COLUMNS)
        return Table("tasks", say("file-tasks"), columns, lambda: (_row(say, reading, task) for task in found))

    async def act(self, actor: Actor, task: str, given: Mapping[str, Any]) -> str:
        """Does what somebody asks for to a task; returns the stream id of the report.

        Raises:
            Unknown, Refused, InvalidReport: it is not done, and why.
        """
        deed = acting.act(self._moments.now(), task, given)
        return await self._appending.append(actor, deed, guard_of(deed))


def _matching(reading: Reading, wanted: TasksWanted) -> list[Task]:
    within = None if wanted.area is None else area_of(reading.state.tree, wanted.area)
    return tasklist.matching(reading, wanted.department, within, wanted.state, wanted.overdue, wanted.week)


def _row(say: Words, reading: Reading, task: Task) -> dict[str, Any]:
    """Returns a task as one row, in words; reads only what does not change."""
    rules, late = reading.state.rules, tasklist.is_overdue(reading, task)
    duty, department = duty_of(rules.follow_ups, task.id), rules.departments.get(task.department or "")
    named = [
        None if label is None else say.named({"name": label.name, "name_en": label.name_en})
        for label in (duty, department)
    ]
    return {
        "task": task.id,
        "what": named[0],
        "department": named[1] or task.department,
        "area": task.area,
        "state": say(f"tasks-{task.state}"),
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "late": say("yes" if late else "no"),
        "by": task.by,
        "reason": task.reason,
        "case": task.case,
    }
