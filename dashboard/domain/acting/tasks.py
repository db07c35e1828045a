"""What a department can do with a follow-up task: take it, report it done, or decline it with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from dashboard.domain.acting.deed import Deed, just_after
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.tasks import OPEN_STATES, version_of
from dashboard.domain.state.tasks import Task
from dashboard.errors import Impossible, InvalidReport, Overtaken, Unknown


class Action(msgspec.Struct, frozen=True):
    """One thing that can be done.

    Attributes:
        type: of the report that it becomes.
        follows: states of a task in which it is possible.
        needs_reason: it does not do without a reason.
    """

    type: str
    follows: tuple[str, ...]
    needs_reason: bool = False


ACTIONS = {
    "take": Action("task.taken", ("opened",)),
    "done": Action("task.done", OPEN_STATES),
    "decline": Action("task.declined", OPEN_STATES, needs_reason=True),
}


def act(reading: Reading, task_id: str, given: Mapping[str, Any]) -> Deed:
    """Returns what an action does to a task.

    Args:
        reading: the state at a moment.
        task_id: of the task.
        given: `action`, the `version` that was seen, and perhaps `by` and `reason`.

    Raises:
        Unknown: there is no such task.
        InvalidReport: the action is unknown, or its reason is missing.
        Overtaken: something has happened to the task since.
        Impossible: the task does not allow it now.
    """
    task = reading.field.tasks.by_id.get(task_id)
    if task is None:
        raise Unknown("task", task_id)
    name, action, area = _possible(task, given)
    reason = str(given.get("reason") or "").strip()
    if action.needs_reason and not reason:
        raise InvalidReport("reason", f"{name} needs reason")
    data = {"task": task_id, "by": given.get("by") or task.department, **({"reason": reason} if reason else {})}
    key, at_s = f"{name}/{task_id}/{version_of(task)}", just_after(task.state_at, reading.now_s)
    return Deed(key, f"/departments/{task.department}", action.type, area, at_s, data)


def _possible(task: Task, given: Mapping[str, Any]) -> tuple[str, Action, str]:
    """Returns name and action that are asked for, and the area of the task, if it allows them; raises as `act`."""
    name = str(given.get("action", ""))
    action = ACTIONS.get(name)
    if action is None:
        raise InvalidReport("action", f"{name[:40]!r} is not one of {', '.join(ACTIONS)}")
    if given.get("version") != version_of(task):
        raise Overtaken(f"{task.id} has changed since you looked at it")
    if task.state not in action.follows or task.area is None:
        raise Impossible(f"a task that is {task.state} cannot be followed by {action.type}")
    return name, action, task.area
