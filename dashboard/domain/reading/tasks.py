"""Departments' inboxes: how full they are, and their tasks with their due times."""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Collection
from typing import Any

from dashboard.domain.reading.cursors import checked, not_ours
from dashboard.domain.reading.moment import Reading, instant, place_of
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.tasks import STATES, cause_type, declined_by, duty_of, handed_on
from dashboard.domain.state.tasks import Task
from dashboard.errors import InvalidReport

OPEN_STATES = ("opened", "taken")
WEEK_S = 7 * 86_400.0


def inbox(reading: Reading, department: str) -> dict[str, Any]:
    """Returns how full a department's inbox is; a task is overdue when it is open after its due time.

    Raises:
        InvalidReport: there is no such department.
    """
    if department not in reading.state.rules.departments and department not in reading.field.tasks.by_department:
        raise InvalidReport("department", f"there is no department {department[:40]!r}")
    return _counts(reading, reading.field.tasks.by_department.get(department, {}).values())


def inboxes(reading: Reading) -> dict[str, dict[str, Any]]:
    """Returns the same for every department of the rules, in their order, then of those that there are no more.

    The latter have tasks from before the rules were changed: what is open there would be in no sum.
    """
    rules, tasks = reading.state.rules.departments, reading.field.tasks.by_department
    gone = [name for name in tasks if name is not None and name not in rules]
    told = {name: inbox(reading, name) for name in (*rules, *gone)}
    return {name: counts for name, counts in told.items() if name in rules or counts["open"]}


def _counts(reading: Reading, tasks: Collection[Task]) -> dict[str, Any]:
    """Counts in one pass: there may be 200,000 tasks, and somebody who looks asks every two seconds."""
    now, week = reading.now_s, reading.now_s - WEEK_S
    states = dict.fromkeys(STATES, 0)
    overdue = done = declined = 0
    for task in tasks:
        state = task.state
        states[state] += 1
        if state == "done":
            done += task.state_at >= week
        elif state == "declined":
            declined += task.state_at >= week
        elif task.due_at is not None and task.due_at < now:
            overdue += 1
    opened = states["opened"] + states["taken"]
    return {"open": opened, "overdue": overdue, "taken": states["taken"], "done_week": done, "declined_week": declined}


def matching(
    reading: Reading,
    department: str | None,
    area: Area | None,
    state: str | None,
    overdue: bool | None = None,
    week: bool = False,
) -> list[Task]:
    """Returns tasks: open ones by due time, the first to be due first; others newest first.

    Args:
        reading: the state at a moment.
        department, area: only theirs; None = all.
        state: one state, or `open` for those opened and taken; None = all.
        overdue: only open ones after their due time, or only the others.
        week: only those that came to their state within the last seven days.

    Raises:
        InvalidReport: there is no such state, or no such department.
    """
    known = reading.state.rules.departments
    if department is not None and department not in known and department not in reading.field.tasks.by_department:
        raise InvalidReport("department", f"there is no department {department[:40]!r}")
    if state not in (None, "open", *STATES):
        raise InvalidReport("state", f"{state[:40]!r} is not open or one of {', '.join(STATES)}")
    tree, since = reading.state.tree, reading.now_s - WEEK_S if week else 0.0
    tasks = reading.field.tasks
    theirs = tasks.by_id if department is None else tasks.by_department.get(department, {})

    def inside(code: str | None) -> bool:
        found = tree.by_code.get(code or "")
        return area is None or (found is not None and area.start <= found.start and found.stop <= area.stop)

    def wanted(task: Task) -> bool:
        is_open = task.state in OPEN_STATES
        if state == "open" and not is_open:
            return False  # most tasks are done: nothing else needs a look
        late = is_open and task.due_at is not None and task.due_at < reading.now_s
        return (
            (state in (None, "open") or task.state == state)
            and (overdue is None or late == overdue)
            and task.state_at >= since
            and inside(area_of(reading, task))
        )

    found = [task for task in reversed(theirs.values()) if wanted(task)]
    return sorted(found, key=_order(state))


def area_of(reading: Reading, task: Task) -> str | None:
    """Returns the code of the area that a task lies in: of a retired one, who takes over from it, by its case's place.

    One that has ended stays where it was then.
    """
    cases, at_s = reading.state.cases, reading.now_s if task.state in OPEN_STATES else task.state_at
    if task.area is None or not reading.state.succession.is_over(task.area, at_s):
        return task.area
    row = cases.rows.get(task.case or "")
    place = () if row is None else (float(cases.columns["lat"][row]), float(cases.columns["lon"][row]))
    return reading.state.succession.heir(task.area, at_s, *place)


def is_overdue(reading: Reading, task: Task) -> bool:
    """Says whether a task is open after its due time."""
    return task.state in OPEN_STATES and task.due_at is not None and task.due_at < reading.now_s


def _order(state: str | None) -> Callable[[Task], tuple[float, float, str]]:
    """Returns what a list of a state is sorted by, different for each task."""
    if state in ("open", *OPEN_STATES):
        return lambda task: (task.due_at or math.inf, -(task.opened_at or 0.0), task.id)
    return lambda task: (-task.state_at, 0.0, task.id)


def cursor_of(task: Task, state: str | None) -> str:
    """Returns what names the place behind a task, which stays where it is when the task leaves the list."""
    first, second, name = _order(state)(task)
    return f"{first!r}~{second!r}~{name}"


def behind(found: list[Task], state: str | None, cursor: str) -> int:
    """Returns where the list goes on behind a cursor; raises InvalidReport for one that no list gave."""
    try:
        first, second, name = checked(cursor).split("~", 2)
        place = (float(first), float(second), name)
    except ValueError:
        place = (math.nan, math.nan, "")
    if math.isnan(place[0]) or math.isnan(place[1]):
        raise not_ours()
    return bisect.bisect_right(found, place, key=_order(state))


def task_row(reading: Reading, task: Task) -> dict[str, Any]:
    """Returns a task as lists give it; `version` changes with everything that happens to it.

    `duty` says what is to be done (None when the rules of today do not know it), `cause_type` which type of report
    asked for it, `goes_to` who gets it when it is declined, `declined_by` who has handed it on.
    """
    rules, area = reading.state.rules, area_of(reading, task)
    duty = duty_of(rules.follow_ups, task.id)
    following = handed_on(rules.follow_ups, rules.last_resort, task.id, task.department or "")
    shown = {
        "id": task.id,
        "department": task.department,
        "duty": None if duty is None else {"name": duty.name, "name_en": duty.name_en},
        "area": area,
        "place": place_of(reading.state.tree, area),
        "cause": task.cause,
        "cause_type": cause_type(rules.follow_ups, task.id),
        "case": task.case,
        "declined_by": declined_by(task.id),
        "goes_to": None if following is None else following.department,
        "state": task.state,
        "by": task.by,
        "reason": task.reason,
        "overdue": is_overdue(reading, task),
        "version": version_of(task),
    }
    for name in ("due_at", "opened_at", "state_at"):
        at = getattr(task, name)
        shown[name] = instant(at) if at else None
    return shown


def version_of(task: Task) -> str:
    """Returns what an action on a task must name as what it has seen."""
    return f"{task.state}.{int(task.state_at * 1000)}"
