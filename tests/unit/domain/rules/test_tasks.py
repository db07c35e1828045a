"""Which reports open which tasks, and where a declined one goes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.domain.acting.deed import Deed
from dashboard.domain.acting.keeper import counts, follow_ups
from dashboard.domain.reports import decode
from dashboard.domain.rules.tasks import duty_of, parse_follow_ups, parse_last_resort
from dashboard.domain.state.city import CityState
from dashboard.errors import RulesError
from tests.support.making import NOON, event, fold, reported, rules, state

BIRTH = {"sex": "f", "occurred_on": "2026-11-22"}
DEPARTMENTS = ["public-security", "health", "education", "civil-affairs"]


def follow(city: CityState, raw: bytes, at: float = NOON) -> list[Deed]:
    """Folds a report, lets the keeper's rule answer, and folds the answers."""
    fold(city, [raw])
    deeds = follow_ups(city, decode(raw), at)
    fold(city, [deed.raw for deed in deeds])
    assert city.dead_letters == 0
    return deeds


def said(deed: Deed) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(deed.raw)["data"]
    return data


def test_a_birth_opens_a_task_in_four_inboxes_once() -> None:
    city, birth = state(), event("population.birth", BIRTH, id="b-1")
    deeds = follow(city, birth)
    assert [said(deed)["department"] for deed in deeds] == DEPARTMENTS
    assert {task.cause for task in city.tasks.by_id.values()} == {"b-1"}
    assert all(task.due_at and task.due_at > NOON for task in city.tasks.by_id.values())
    assert not follow_ups(city, decode(birth), NOON + 5), "they are open"


def test_the_same_report_opens_the_same_tasks_wherever_it_is_kept() -> None:
    birth = event("population.birth", BIRTH, id="b-1")
    first, second = (follow(state(), birth, NOON + delay) for delay in (0, 7))
    assert [deed.key for deed in first] == [deed.key for deed in second]


@pytest.mark.parametrize(("floating", "departments"), [(True, 3), (False, 0)])
def test_conditions_choose(floating: bool, departments: int) -> None:
    data = {"sex": "m", "age": 30, "floating": floating, "other": "outside"}
    assert len(follow(state(), event("population.move-in", data))) == departments


@pytest.mark.parametrize(
    ("category", "departments"),
    [("dispute", 2), ("food-safety", 1), ("emergency", 2), ("urban-management", 0)],
)
def test_cases_open_tasks_by_category(category: str, departments: int) -> None:
    assert len(follow(state(), reported("C-1", category=category))) == departments


def test_a_declined_task_goes_where_the_rule_says_and_then_to_the_last_resort() -> None:
    city = state()
    deeds = follow(city, event("population.birth", BIRTH, id="b-1"))
    task, path = said(deeds[2])["task"], ["education"]
    for at in (60.0, 120.0, 180.0):
        data = {"task": task, "by": path[-1], "reason": "not ours"}
        answer = follow(city, event("task.declined", data, at=NOON + at, source=f"/departments/{path[-1]}"), NOON + at)
        if not answer:
            break
        task = said(answer[0])["task"]
        path.append(said(answer[0])["department"])
        assert said(answer[0])["reason"].endswith("not ours")
        assert said(answer[0])["cause"] == "b-1"
        assert duty_of(city.rules.follow_ups, task) is not None
    assert path == ["education", "civil-affairs", "governance"]


def test_a_report_that_does_not_count_opens_nothing() -> None:
    city = state()
    fold(city, [reported("C-1"), reported("C-1", id="again", severity=3)])
    first = city.cases.steps("C-1")[0].stream_id.encode()
    assert counts(city, decode(reported("C-1")), 0, first)
    assert not counts(city, decode(reported("C-1", severity=3)), 0, b"9-0")
    assert not counts(city, decode(event("population.birth", BIRTH, grid="999")), 0, b"1795320000000-0")


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"on": "task.opened"}, "follow_ups.x.on"),
        ({"on": "population.birth", "where": {"floating": True}}, "follow_ups.x.where"),
        ({"tasks": []}, "follow_ups.x.tasks"),
        ({"tasks": [{"department": "nobody", "name": "n", "limit": "1 day"}]}, "follow_ups.x.tasks.0.department"),
        ({"tasks": [{"department": "health", "name": "n", "limit": "soon"}]}, "follow_ups.x.tasks.0.limit"),
        (
            {"tasks": [{"department": "health", "name": "n", "limit": "1 day", "declined_to": "x"}]},
            "follow_ups.x.tasks.0.declined_to",
        ),
    ],
)
def test_a_wrong_rule_is_named(rule: dict[str, Any], field: str) -> None:
    good = {"on": "population.birth", "tasks": [{"department": "health", "name": "n", "limit": "1 day"}]}
    with pytest.raises(RulesError) as caught:
        parse_follow_ups({"follow_ups": {"x": good | rule}}, rules().departments)
    assert str(caught.value).startswith(f"rules, {field}")


@pytest.mark.parametrize("name", ["health.north", "x" * 91])
def test_a_department_of_which_no_id_of_a_task_can_be_made_is_refused(name: str) -> None:
    departments = {**rules().departments, name: rules().departments["health"]}
    task = {"department": "health", "name": "n", "limit": "1 day"}
    for wrong in ({"department": name}, {"declined_to": name}):
        with pytest.raises(RulesError, match="90 characters"):
            parse_follow_ups({"follow_ups": {"x": {"on": "population.birth", "tasks": [task | wrong]}}}, departments)
    with pytest.raises(RulesError, match="90 characters"):
        parse_last_resort({"last_resort": name}, departments)
