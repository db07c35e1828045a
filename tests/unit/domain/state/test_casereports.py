"""Steps of cases are taken in, wait, or are taken back: what counts is what came, not in which order."""

from __future__ import annotations

import itertools

import pytest

from dashboard.domain.rules.lifecycle import State
from tests.support.making import NOON, fold, packed, reported, state, step

LIFE = (
    reported("C-1"),
    step("dispatched", "C-1", NOON + 60.0, to="governance"),
    step("handled", "C-1", NOON + 120.0),
    step("closed", "C-1", NOON + 180.0),
    step("rated", "C-1", NOON + 240.0, score=5),
)


def _counts(city, *names: str) -> list[int]:
    day = city.days.day(NOON)
    return [int(city.counters.day(name, day).sum()) for name in names]


def test_in_any_order_the_same_case_and_the_same_counts_come_out() -> None:
    for order in itertools.permutations(LIFE):
        city = state()
        fold(city, order)
        facts = city.cases.facts(city.cases.rows["C-1"])
        assert (facts.state, facts.score, city.early.count) == (State.CLOSED, 5, 0)
        assert _counts(city, "cases_reported", "cases_handled", "scored", "satisfied") == [1, 1, 1, 1]


def test_a_step_that_does_not_fit_any_more_is_taken_back_with_its_count() -> None:
    city = state()
    fold(city, [LIFE[0], LIFE[2]])
    assert _counts(city, "cases_handled") == [1]
    outcomes = [folded.outcome for folded in fold(city, [step("rejected", "C-1", NOON + 100.0, reason="twice")])]
    assert outcomes == ["applied"]
    assert _counts(city, "cases_handled") == [0]
    assert city.early.count == 1, "it waits, since a later report may make room for it again"


@pytest.mark.parametrize(("score", "satisfied"), [(3, 0), (4, 1), (5, 1)])
def test_satisfied_is_four_or_five(score: int, satisfied: int) -> None:
    city = state()
    fold(city, [*LIFE[:4], step("rated", "C-1", NOON + 240.0, score=score)])
    assert _counts(city, "scored", "satisfied") == [1, satisfied]


def test_a_case_is_reported_once() -> None:
    city = state()
    [first, second] = fold(city, [reported("C-1"), reported("C-1", at=NOON + 5.0)])
    assert (first.outcome, second.outcome) == ("applied", "dead")
    assert second.dead[0].field == "data.case"


def test_a_case_solved_on_the_spot_is_handled_when_it_is_reported() -> None:
    city = state()
    fold(city, [reported("C-1", self_handled=True)])
    assert city.cases.facts(city.cases.rows["C-1"]).state == State.HANDLED
    assert _counts(city, "cases_reported", "cases_handled") == [1, 1]


def test_what_waits_for_a_case_does_not_touch_another() -> None:
    one, other = state(), state()
    fold(one, [*LIFE, step("closed", "C-9", NOON)])
    fold(other, LIFE)
    assert one.early.count == 1
    assert one.cases.dump() == other.cases.dump()
    assert packed(one) != packed(other)
