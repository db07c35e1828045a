"""What lies with departments and in areas that there are not is named once and counted."""

from __future__ import annotations

import logging

import msgspec
import pytest

from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.tasks import inboxes, matching
from dashboard.domain.state.city import CityState
from dashboard.feeds.follower import Follower, Replica
from dashboard.feeds.strangers import Strangers
from tests.support.making import NOON, event, fold, rules, tree


def _made() -> CityState:
    """A city whose rules have renamed the department `health`."""
    known = dict(rules().departments)
    known["health-office"] = known.pop("health")
    renamed = [
        msgspec.structs.replace(each, department="health-office") if each.department == "health" else each
        for each in rules().categories
    ]
    return CityState(tree(), msgspec.structs.replace(rules(), departments=known, categories=tuple(renamed)))


def _opened(number: int, department: str) -> bytes:
    data = {"task": f"T-{number}", "department": department, "due": "2026-11-23T12:00:00+08:00", "cause": "x"}
    return event("task.opened", data, at=NOON)


@pytest.fixture
def replica() -> Replica:
    made = Replica(_made)
    raws = [_opened(n, "health") for n in range(5)] + [_opened(9, "fire"), _opened(10, "health")]
    done = event("task.done", {"task": "T-10", "department": "health", "by": "health"}, at=NOON + 5)
    fold(made.state, [*raws, done])
    assert made.state.dead_letters == 0
    return made


def test_open_tasks_of_a_renamed_department_are_named_once_and_counted(
    replica: Replica, caplog: pytest.LogCaptureFixture
) -> None:
    strangers = Strangers(replica, Follower("redis://127.0.0.1:1", 1, replica, lambda letter, raw: None))
    with caplog.at_level(logging.WARNING):
        strangers.look()
        strangers.look()
    assert (dict(strangers.departments), strangers.count) == ({"health": 5}, 5)
    assert [r.getMessage() for r in caplog.records] == [
        "open tasks of departments that the rules do not have: health (5)"
    ]


def test_they_stand_in_a_sum_and_in_a_list(replica: Replica) -> None:
    reading = Reading(replica.state, NOON + 60)
    told = inboxes(reading)
    assert list(told)[-1] == "health"
    assert sum(counts["open"] for counts in told.values()) == 6
    assert len(matching(reading, "health", None, "open")) == 5
