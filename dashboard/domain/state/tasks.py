"""Follow-up tasks of departments: what was opened, and what became of it."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec

from dashboard.domain.rules.tasks import STATES

KEPT_TASKS = 200_000
RANKS = {"opened": 0, "taken": 1, "done": 2, "declined": 2}  # of two steps at the same instant the higher one stands
_STATE_AFTER = {f"task.{state}": state for state in STATES}
_FORGOTTEN_AT_ONCE = 1000  # taking the first key out of a dict costs as much as keys were taken out before


class Task(msgspec.Struct, gc=False):
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
            if len(self.by_id) > KEPT_TASKS:
                self._forget_oldest()
        if kind == "task.opened":
            del self.by_department[task.department][task.id]
            self.by_department.setdefault(data.department, {})[task.id] = task
            task.department, task.area, task.cause, task.case = data.department, area, data.cause, data.case
            task.opened_at = at
            task.due_at = data.due.timestamp() if data.due is not None else None
        state, known_at = _STATE_AFTER[kind], task.state_at
        if at > known_at or (at == known_at and RANKS[state] >= RANKS[task.state]):
            task.state, task.state_at = state, at
            task.by, task.reason = data.by, data.reason

    def _forget_oldest(self) -> None:
        for task in list(itertools.islice(self.by_id.values(), _FORGOTTEN_AT_ONCE)):
            del self.by_id[task.id], self.by_department[task.department][task.id]

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
