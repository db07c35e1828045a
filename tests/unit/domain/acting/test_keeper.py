"""What the keeper does has the same bytes as ever, and keys that say what and not when."""

from __future__ import annotations

import pytest

from dashboard.domain.acting.keeper import counts, escalation, follow_ups
from dashboard.domain.reports import decode
from dashboard.domain.state.city import CityState
from tests.support.making import NOON, event, fold, reported, state, step

BIRTH = event("population.birth", {"sex": "m", "occurred_on": "2026-11-22"}, id="b-1")


@pytest.fixture
def city() -> CityState:
    city = state()
    fold(city, [reported("C-1"), step("filed", "C-1", NOON + 60)])
    return city


@pytest.mark.parametrize(("now_s", "time"), [(NOON + 100, "04:01:40.000"), (NOON + 10, "04:01:00.001")])
def test_an_escalation_is_now_or_just_after_the_last_step(city: CityState, now_s: float, time: str) -> None:
    deed = escalation(city, city.cases.rows["C-1"], now_s)
    assert deed.raw.decode() == (
        '{"specversion":"1.0","id":"escalate/C-1/community","source":"/keeper","type":"case.escalated",'
        f'"subject":"420502001001001","time":"2026-11-22T{time}Z",'
        '"data":{"case":"C-1","to_level":"community","by":"keeper","reason":"overdue"}}'
    )


def test_a_second_escalation_says_that_the_levels_time_is_used_up(city: CityState) -> None:
    row = city.cases.rows["C-1"]
    first = escalation(city, row, NOON + 100)
    fold(city, [first.raw], first_ms=int((NOON + 100) * 1000))
    second = escalation(city, row, NOON + 200)
    assert second.key == "escalate/C-1/street"
    assert second.data["reason"] == "level-time-used"


def test_a_follow_up_has_the_same_bytes_as_ever(city: CityState) -> None:
    first = follow_ups(city, decode(BIRTH), NOON + 100)[0]
    assert first.raw.decode() == (
        '{"specversion":"1.0","id":"task/birth.1f6e78b1145c3123.public-security","source":"/keeper",'
        '"type":"task.opened","subject":"420502001001001","time":"2026-11-22T04:01:40.000Z",'
        '"data":{"task":"birth.1f6e78b1145c3123.public-security","department":"public-security","cause":"b-1",'
        '"due":"2026-11-25T09:30:00.000Z","by":"keeper"}}'
    )


def test_a_declined_task_goes_to_whom_the_rule_names_with_the_reason(city: CityState) -> None:
    opened = follow_ups(city, decode(BIRTH), NOON + 100)[1]
    data = {"task": opened.data["task"], "by": "health", "reason": "not ours"}
    declined = event("task.declined", data, at=NOON + 150)
    fold(city, [BIRTH, opened.raw, declined], first_ms=int((NOON + 200) * 1000))
    [handed_on] = follow_ups(city, decode(declined), NOON + 300)
    assert handed_on.data["department"] != "health"
    assert handed_on.data["reason"] == "health: not ours"


def test_a_report_that_was_refused_opens_nothing(city: CityState) -> None:
    good, stray = decode(BIRTH), decode(event("population.birth", {"sex": "m", "occurred_on": "2026-11-22"}, grid="9"))
    at = b"%d-0" % int(NOON * 1000)
    assert counts(city, good, 0, at)
    assert not counts(city, stray, 0, at)
    assert not counts(city, decode(reported("C-9")), 0, at), "the case never came to be"
