"""What may be done to a case: as a deed with the same bytes as ever, or refused with the reason."""

from __future__ import annotations

import pytest

from dashboard.domain.acting.cases import ACTIONS, act, possible, version_of
from dashboard.domain.reading.moment import Reading
from dashboard.errors import GridwallError, Impossible, InvalidReport, Overtaken, Unknown
from tests.support.making import GRIDS, NOON, fold, reported, state, step

HEAD = '{"specversion":"1.0","id":"%s/C-1/2.1795320002000-0","source":"/desk","type":"case.%s",'
REST = '"subject":"420502001001001","time":"2026-11-22T04:01:40.000Z","data":{"case":"C-1"%s}}'


@pytest.fixture
def reading() -> Reading:
    city = state()
    fold(city, [reported("C-1"), reported("C-2"), step("urged", "C-1", NOON + 60)])
    return Reading(city, NOON + 100)


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"action": "dispatch", "to": "health", "by": "me"}, "dispatched", ',"by":"me","to":"health"'),
        ({"action": "file", "note": "n", "by": "me"}, "filed", ',"by":"me","note":"n"'),
        ({"action": "reject", "reason": "no"}, "rejected", ',"reason":"no"'),
        ({"action": "escalate", "reason": "r", "to_level": "city"}, "escalated", ',"to_level":"city","reason":"r"'),
        ({"action": "close", "ignored": "x"}, "closed", ""),
        ({"action": "suspend", "reason": "wait"}, "suspended", ',"reason":"wait"'),
        ({"action": "merge", "into": "C-2"}, "merged", ',"into":"C-2"'),
        ({"action": "urge", "by": "me"}, "urged", ',"by":"me","reply_due":"2026-11-23T04:01:40.000Z"'),
    ],
)
def test_an_action_becomes_the_same_report_as_ever(
    reading: Reading, given: dict[str, str], kind: str, said: str
) -> None:
    deed = act(reading, "C-1", {**given, "version": version_of(reading, "C-1")})
    assert deed.raw.decode() == HEAD % (given["action"], kind) + REST % said


def test_every_deed_is_let_into_the_state_and_changes_the_version(reading: Reading) -> None:
    seen = version_of(reading, "C-1")
    deed = act(reading, "C-1", {"action": "dispatch", "to": GRIDS[1], "version": seen})
    fold(reading.state, [deed.raw], first_ms=int((NOON + 200) * 1000))
    assert reading.state.dead_letters == 0
    assert version_of(reading, "C-1") != seen


def test_a_step_that_a_faster_clock_dated_ahead_is_followed_just_after_it(reading: Reading) -> None:
    behind = Reading(reading.state, NOON + 10)
    assert act(behind, "C-1", {"action": "close", "version": version_of(behind, "C-1")}).at_s == NOON + 60.001


@pytest.mark.parametrize(
    ("given", "error", "where"),
    [
        ({"action": "explode"}, InvalidReport, "action"),
        ({"action": "reject"}, InvalidReport, "reason"),
        ({"action": "reject", "reason": "  "}, InvalidReport, "reason"),
        ({"action": "dispatch", "to": "nobody"}, InvalidReport, "to"),
        ({"action": "escalate", "to_level": "grid", "reason": "x"}, InvalidReport, "to_level"),
        ({"action": "escalate", "to_level": "moon", "reason": "x"}, InvalidReport, "to_level"),
        ({"action": "merge", "into": "C-1"}, InvalidReport, "into"),
        ({"action": "merge", "into": "C-9"}, InvalidReport, "into"),
        ({"action": "resume"}, Impossible, "action"),
        ({"action": "return", "note": "again"}, Impossible, "action"),
        ({"action": "file", "version": "1.0-0"}, Overtaken, "version"),
    ],
)
def test_what_is_refused_says_why_and_where(
    reading: Reading, given: dict[str, str], error: type[GridwallError], where: str
) -> None:
    with pytest.raises(error) as caught:
        act(reading, "C-1", {"version": version_of(reading, "C-1"), **given})
    assert isinstance(caught.value, InvalidReport | Impossible | Overtaken)
    assert caught.value.field == where
    assert caught.value.reason


def test_a_case_that_has_ended_takes_no_other_in(reading: Reading) -> None:
    fold(reading.state, [step("closed", "C-2", NOON + 90)], first_ms=int((NOON + 200) * 1000))
    with pytest.raises(InvalidReport, match="not open"):
        act(reading, "C-1", {"action": "merge", "into": "C-2", "version": version_of(reading, "C-1")})


def test_a_case_that_nobody_knows_is_named(reading: Reading) -> None:
    with pytest.raises(Unknown, match="C-9"):
        act(reading, "C-9", {"action": "file", "version": ""})


def test_what_is_offered_is_what_is_taken(reading: Reading) -> None:
    """Each action that is said to be possible makes a deed, and each of the others is refused with the same reason."""
    fields = {"reason": "r", "to": "health", "to_level": "street", "note": "n", "into": "C-2"}
    given = {**fields, "version": version_of(reading, "C-1")}
    for name, reason in possible(reading, "C-1").items():
        if reason is None:
            assert act(reading, "C-1", {**given, "action": name}).type == ACTIONS[name].type
        else:
            with pytest.raises(Impossible) as caught:
                act(reading, "C-1", {**given, "action": name})
            assert caught.value.reason == reason
