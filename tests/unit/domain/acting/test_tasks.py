"""What a department may do with a task: as a deed with the same bytes as ever, or refused with the reason."""

from __future__ import annotations

import pytest

from dashboard.domain.acting.tasks import act
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.tasks import version_of
from dashboard.errors import GridwallError, Impossible, InvalidReport, Overtaken, Unknown
from tests.support.making import NOON, event, fold, state

COMMUNITY = "420502001001"
OPENED = {"task": "t.1", "department": "health", "cause": "r-1", "due": "2026-11-25T00:00:00Z"}


@pytest.fixture
def reading() -> Reading:
    city = state()
    fold(city, [event("task.opened", OPENED, at=NOON + 5, grid=COMMUNITY)])
    return Reading(city, NOON + 100)


def seen(reading: Reading) -> str:
    return version_of(reading.state.tasks.by_id["t.1"])


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"action": "take"}, "taken", '"by":"health"'),
        ({"action": "done", "by": "Li"}, "done", '"by":"Li"'),
        ({"action": "decline", "reason": " not ours "}, "declined", '"by":"health","reason":"not ours"'),
    ],
)
def test_an_action_becomes_the_same_report_as_ever(
    reading: Reading, given: dict[str, str], kind: str, said: str
) -> None:
    deed = act(reading, "t.1", {**given, "version": seen(reading)})
    assert deed.raw.decode() == (
        f'{{"specversion":"1.0","id":"{given["action"]}/t.1/opened.1795320005000","source":"/departments/health",'
        f'"type":"task.{kind}","subject":"{COMMUNITY}","time":"2026-11-22T04:01:40.000Z",'
        f'"data":{{"task":"t.1",{said}}}}}'
    )


@pytest.mark.parametrize(
    ("given", "error", "where"),
    [
        ({"action": "burn"}, InvalidReport, "action"),
        ({"action": "decline"}, InvalidReport, "reason"),
        ({"action": "decline", "reason": " "}, InvalidReport, "reason"),
        ({"action": "take", "version": "opened.1"}, Overtaken, "version"),
    ],
)
def test_what_is_refused_says_why_and_where(
    reading: Reading, given: dict[str, str], error: type[GridwallError], where: str
) -> None:
    with pytest.raises(error) as caught:
        act(reading, "t.1", {"version": seen(reading), **given})
    assert isinstance(caught.value, InvalidReport | Overtaken)
    assert caught.value.field == where


def test_a_task_that_is_done_is_done(reading: Reading) -> None:
    done = act(reading, "t.1", {"action": "done", "version": seen(reading)})
    fold(reading.state, [done.raw], first_ms=int((NOON + 200) * 1000))
    with pytest.raises(Impossible, match="a task that is done"):
        act(reading, "t.1", {"action": "take", "version": seen(reading)})


def test_a_task_that_nobody_knows_is_named(reading: Reading) -> None:
    with pytest.raises(Unknown, match=r"t\.9"):
        act(reading, "t.9", {"action": "take", "version": ""})
