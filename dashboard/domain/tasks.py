"""Follow-up tasks of departments: what was opened, and what became of it."""

from __future__ import annotations

from typing import Any

import msgspec

KEPT_TASKS = 200_000
_ORDER = {"task.opened": 0, "task.taken": 1, "task.done": 2, "task.declined": 2}
STATES = ("opened", "taken", "done", "declined")


class Task(msgspec.Struct):
    """One task; instants are epoch seconds, None = not known yet."""

    id: str
    department: str | None = None
    area: str | None = None
    cause: str | None = None
    due_at: float | None = None
    opened_at: float | None = None
    state: str = "opened"
    state_at: float = 0.0
    by: str | None = None
    reason: str | None = None
    case: str | None = None


class Tasks:
    """Tasks by id, oldest first; the order in which their reports arrive does not matter.

    Attributes:
        by_id: all of them.
        by_department: the same by department, each by id; None for tasks whose opening has not come yet.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, Task] = {}
        self.by_department: dict[str | None, dict[str, Task]] = {None: {}}

    def apply(self, kind: str, data: Any, at: float, area: str) -> None:
        """Applies a `task.*` report that happened at `at` (epoch seconds) in `area`."""
        task = self.by_id.get(data.task)
        if task is None:
            task = self.by_id[data.task] = self.by_department[None][data.task] = Task(data.task)
            while len(self.by_id) > KEPT_TASKS:
                oldest = self.by_id.pop(next(iter(self.by_id)))
                del self.by_department[oldest.department][oldest.id]
        if kind == "task.opened":
            del self.by_department[task.department][task.id]
            self.by_department.setdefault(data.department, {})[task.id] = task
            task.department, task.area, task.cause, task.case = data.department, area, data.cause, data.case
            task.opened_at = at
            task.due_at = data.due.timestamp() if data.due is not None else None
        if (at, _ORDER[kind]) >= (task.state_at, _ORDER[f"task.{task.state}"]):
            task.state, task.state_at = kind.removeprefix("task."), at
            task.by, task.reason = data.by, data.reason

    def dump(self) -> list[Any]:
        """Returns a frozen copy."""
        return [msgspec.structs.astuple(task) for task in self.by_id.values()]

    @classmethod
    def load(cls, dumped: list[Any]) -> Tasks:
        """Returns what `dump` described."""
        tasks = cls()
        tasks.by_id = {fields[0]: Task(*fields) for fields in dumped}
        for task in tasks.by_id.values():
            tasks.by_department.setdefault(task.department, {})[task.id] = task
        return tasks
