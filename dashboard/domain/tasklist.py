"""Departments' inboxes: open tasks with their due times, and what can be done with each."""

from __future__ import annotations

from typing import Any

from dashboard.domain.areas import Area
from dashboard.domain.tasks import Task
from dashboard.domain.views import Reading, instant
from dashboard.errors import InvalidReport

OPEN_STATES = ("opened", "taken")
ACTIONS = {
    "take": ("task.taken", ("opened",)),
    "done": ("task.done", OPEN_STATES),
    "decline": ("task.declined", OPEN_STATES),
}
WEEK_S = 7 * 86_400.0


def inbox(reading: Reading, department: str) -> dict[str, Any]:
    """Returns how full a department's inbox is; a task is overdue when it is open after its due time.

    Raises:
        InvalidReport: there is no such department.
    """
    if department not in reading.state.rules.departments:
        raise InvalidReport("department", f"there is no department {department[:40]!r}")
    return _counts(reading, [task for task in reading.state.tasks.by_id.values() if task.department == department])


def inboxes(reading: Reading) -> dict[str, dict[str, Any]]:
    """Returns the same for every department of the rules, in their order."""
    by_department: dict[str | None, list[Task]] = {name: [] for name in reading.state.rules.departments}
    for task in reading.state.tasks.by_id.values():
        by_department.setdefault(task.department, []).append(task)
    return {name: _counts(reading, by_department[name]) for name in reading.state.rules.departments}


def _counts(reading: Reading, tasks: list[Task]) -> dict[str, Any]:
    now, week = reading.now_s, reading.now_s - WEEK_S
    open_tasks = [task for task in tasks if task.state in OPEN_STATES]
    return {
        "open": len(open_tasks),
        "overdue": sum(task.due_at is not None and task.due_at < now for task in open_tasks),
        "taken": sum(task.state == "taken" for task in open_tasks),
        "done_week": sum(task.state == "done" and task.state_at >= week for task in tasks),
        "declined_week": sum(task.state == "declined" and task.state_at >= week for task in tasks),
    }


def matching(
    reading: Reading, department: str | None, area: Area | None, state: str | None, overdue: bool | None = None
) -> list[Task]:
    """Returns tasks: open ones by due time, the first to be due first; others newest first."""
    tree = reading.state.tree

    def inside(code: str | None) -> bool:
        found = tree.by_code.get(code or "")
        return area is None or (found is not None and area.start <= found.start and found.stop <= area.stop)

    def wanted(task: Task) -> bool:
        is_open = task.state in OPEN_STATES
        late = is_open and task.due_at is not None and task.due_at < reading.now_s
        return (
            (department is None or task.department == department)
            and (state is None or task.state == state or (state == "open" and is_open))
            and (overdue is None or late == overdue)
            and inside(task.area)
        )

    found = [task for task in reversed(list(reading.state.tasks.by_id.values())) if wanted(task)]
    return sorted(found, key=lambda task: task.due_at or float("inf")) if state in ("open", *OPEN_STATES) else found


def told(reading: Reading, task: Task) -> dict[str, Any]:
    """Returns a task as lists give it; `version` changes with everything that happens to it."""
    shown = {
        "id": task.id,
        "department": task.department,
        "area": task.area,
        "cause": task.cause,
        "state": task.state,
        "by": task.by,
        "reason": task.reason,
        "overdue": task.state in OPEN_STATES and task.due_at is not None and task.due_at < reading.now_s,
        "version": version_of(task),
    }
    for name in ("due_at", "opened_at", "state_at"):
        at = getattr(task, name)
        shown[name] = instant(at) if at else None
    return shown


def version_of(task: Task) -> str:
    """Returns what an action on a task must name as what it has seen."""
    return f"{task.state}.{int(task.state_at * 1000)}"
