"""What an inbox tells of a task: what is to be done, why, who had it before, and who gets it next."""

from __future__ import annotations

import json

import pytest

from dashboard.domain.acting.keeper import follow_ups
from dashboard.domain.reading import tasks
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reports import decode
from dashboard.domain.state.city import CityState
from dashboard.domain.state.tasks import KEPT_TASKS, Tasks
from dashboard.errors import InvalidReport
from tests.support.making import DAY, NOON, event, fold, reported, state


def opened(*raws: bytes) -> CityState:
    """Returns a city with reports and the tasks that the keeper opens for them."""
    city = state()
    for raw in raws:
        fold(city, [raw])
        fold(city, [deed.raw for deed in follow_ups(city, decode(raw), NOON)])
    assert city.dead_letters == 0
    return city


def declined(task: str, by: str) -> bytes:
    data = {"task": task, "by": by, "reason": "not here"}
    return event("task.declined", data, at=NOON + 60, source=f"/departments/{by}")


def test_a_task_says_what_is_to_be_done_and_leads_to_its_case() -> None:
    reading = Reading(opened(reported("C-1", category="dispute")), NOON)
    [task] = tasks.matching(reading, "civil-affairs", None, "open")
    told = tasks.task_row(reading, task)
    assert told["duty"] == {"name": "核查困难情况", "name_en": "Check for hardship"}
    assert (told["cause_type"], told["case"], told["goes_to"]) == ("case.reported", "C-1", "governance")
    assert told["place"] == {"name": "甲社区 001", "name_en": "甲社区 001"}
    assert told["declined_by"] is None


def test_a_task_handed_on_keeps_its_case_and_says_who_had_it() -> None:
    city = opened(reported("C-1", category="dispute"))
    [task] = tasks.matching(Reading(city, NOON), "civil-affairs", None, "open")
    raw = declined(task.id, "civil-affairs")
    fold(city, [raw])
    deeds = follow_ups(city, decode(raw), NOON + 60)
    assert json.loads(deeds[0].raw)["data"]["case"] == "C-1"
    fold(city, [deed.raw for deed in deeds])
    reading = Reading(city, NOON + 120)
    [handed] = tasks.matching(reading, "governance", None, "open")
    told = tasks.task_row(reading, handed)
    assert (told["case"], told["declined_by"], told["goes_to"]) == ("C-1", "civil-affairs", None)
    assert told["duty"]["name_en"] == "Check for hardship"


def test_the_longest_reason_is_handed_on_too() -> None:
    city = opened(reported("C-1", category="dispute"))
    [task] = tasks.matching(Reading(city, NOON), "civil-affairs", None, "open")
    data = {"task": task.id, "by": "civil-affairs", "reason": "x" * 4000}
    raw = event("task.declined", data, at=NOON + 60, source="/departments/civil-affairs")
    fold(city, [raw])
    fold(city, [deed.raw for deed in follow_ups(city, decode(raw), NOON + 60)])
    assert city.dead_letters == 0
    assert len(tasks.matching(Reading(city, NOON + 120), "governance", None, "open")) == 1


@pytest.mark.parametrize("state_asked", ["open", "opened", None])
def test_pages_go_on_where_they_were_when_a_task_leaves_the_list(state_asked: str | None) -> None:
    city = state()
    due = ["2026-11-23T10:00:00Z", None, "2026-11-23T09:00:00Z"]
    for number in range(6):
        data = {"task": f"T-{number}", "department": "labour", "due": due[number % 3]}
        fold(city, [event("task.opened", data, at=NOON + number // 2)])
    found = tasks.matching(Reading(city, NOON), "labour", None, state_asked)
    cursor = tasks.cursor_of(found[2], state_asked)
    assert tasks.behind(found, state_asked, cursor) == 3
    left = [task for task in found if task is not found[2]]
    assert left[tasks.behind(left, state_asked, cursor) :] == found[3:]
    for nonsense in ("", "T-1", "x~0.0~T-1", "nan~0.0~T-1"):
        with pytest.raises(InvalidReport, match="cursor"):
            tasks.behind(found, state_asked, nonsense)


def test_a_task_of_no_rule_is_told_all_the_same() -> None:
    city = state()
    fold(city, [event("task.opened", {"task": "T-1", "department": "health"})])
    told = tasks.task_row(Reading(city, NOON), city.tasks.by_id["T-1"])
    assert [told[name] for name in ("duty", "cause_type", "case", "goes_to", "declined_by")] == [None] * 5


def test_counters_are_filters_of_the_list() -> None:
    city = state()
    raws = [event("task.opened", {"task": f"T-{n}", "department": "health"}, at=NOON - 20 * DAY) for n in range(6)]
    raws += [event("task.done", {"task": f"T-{n}", "by": "x"}, at=NOON - n * 4 * DAY) for n in range(3)]
    raws += [event("task.declined", {"task": "T-3", "by": "x", "reason": "y"}, at=NOON - DAY)]
    raws += [event("task.taken", {"task": "T-4", "by": "x"}, at=NOON - DAY)]
    fold(city, raws)
    reading = Reading(city, NOON)
    counts = tasks.inbox(reading, "health")
    assert counts == {"open": 2, "overdue": 0, "taken": 1, "done_week": 2, "declined_week": 1}
    for key, state_, week in (
        ("open", "open", False),
        ("done_week", "done", True),
        ("declined_week", "declined", True),
    ):
        assert len(tasks.matching(reading, "health", None, state_, week=week)) == counts[key]
    with pytest.raises(InvalidReport):
        tasks.matching(reading, "health", None, "nonsense")


def test_tasks_by_department_are_those_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.domain.state.tasks.KEPT_TASKS", 5)
    monkeypatch.setattr("dashboard.domain.state.tasks._FORGOTTEN_AT_ONCE", 1)
    city = state()
    raws = [event("task.taken", {"task": "T-early", "by": "x"}, at=NOON + 1)]
    for number in range(9):
        department = ("health", "labour")[number % 2]
        raws.append(event("task.opened", {"task": f"T-{number}", "department": department}, at=NOON + number))
    raws.append(event("task.opened", {"task": "T-8", "department": "education"}, at=NOON + 20))
    fold(city, raws)
    for table in (city.tasks, Tasks.load(city.tasks.dump())):
        assert len(table.by_id) == 5 < KEPT_TASKS
        grouped = {id: task for group in table.by_department.values() for id, task in group.items()}
        assert grouped == table.by_id
        assert all(task.department == name for name, group in table.by_department.items() for task in group.values())
