"""Follow-up tasks at the desk: lists in their order, inboxes, and what departments do with one."""

from __future__ import annotations

import pytest

from dashboard.desk.tasks import TasksWanted
from dashboard.errors import InvalidReport, Overtaken, Unknown
from dashboard.words import Words
from tests.support.desks import HERE, Office
from tests.support.making import DAY, NOON, event, instant
from tests.support.traffic import log_of


def _opened(task: str, days: float) -> bytes:
    data = {"task": task, "department": "health", "cause": "c", "by": "keeper", "due": instant(NOON + days * DAY)}
    return event("task.opened", data)


async def test_open_tasks_come_by_due_time_and_page_by_page(office: Office) -> None:
    office.write(_opened("t-late", 9), _opened("t-soon", 1))
    wanted = TasksWanted(department="health", state="open")
    first = office.desk.tasks.page(wanted, 1, None, 0)
    second = office.desk.tasks.page(wanted, 1, first["next"], 0)
    assert [page["tasks"][0]["id"] for page in (first, second)] == ["t-soon", "t-late"]
    assert (first["total"], second["next"]) == (2, None)
    assert office.desk.tasks.inbox("health")["open"] == office.desk.tasks.inboxes()["health"]["open"] == 2


async def test_a_task_is_taken_once(office: Office) -> None:
    office.write(_opened("t", 9))
    [task] = office.desk.tasks.page(TasksWanted(), 1, None, 0)["tasks"]
    given = {"action": "take", "version": task["version"]}
    await office.desk.tasks.act(HERE, "t", given)
    assert b'"task.taken"' in log_of(office.log)[-1]
    with pytest.raises(Overtaken):
        await office.desk.tasks.act(HERE, "t", given)


async def test_what_is_not_there_is_named(office: Office) -> None:
    with pytest.raises(Unknown):
        office.desk.tasks.inbox("odd")
    with pytest.raises(Unknown):
        office.desk.tasks.page(TasksWanted(area="odd"), 1, None, 0)
    with pytest.raises(InvalidReport):
        office.desk.tasks.page(TasksWanted(department="odd"), 1, None, 0)


async def test_a_list_can_be_taken_along_in_its_order(office: Office) -> None:
    office.write(_opened("t-late", 9), _opened("t-soon", 1))
    rows = office.desk.tasks.table(Words("en"), TasksWanted(state="open")).rows()
    assert [row["task"] for row in rows] == ["t-soon", "t-late"]
