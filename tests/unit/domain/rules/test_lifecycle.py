"""The life of a case: which step may follow which, in whatever order they arrive."""

from __future__ import annotations

import itertools

import pytest

from dashboard.domain.reading import cases
from dashboard.domain.reading.moment import Reading, instant
from tests.support.making import DAY, NOON, fold, reported, state, step

HOUR = 3600.0


def case_after(raws, now=NOON + 3 * DAY):
    city = state()
    changes = fold(city, raws)
    return city, changes, cases.one(Reading(city, now), "C-1")


def test_a_whole_life_ends_closed_with_every_step_in_its_trace():
    names = ["filed", "dispatched", "started", "handled", "closed"]
    extra = {"dispatched": {"to": "governance"}}
    raws = [reported("C-1")] + [
        step(name, "C-1", NOON + (i + 1) * HOUR, **extra.get(name, {})) for i, name in enumerate(names)
    ]
    _, changes, case = case_after([*raws, step("rated", "C-1", NOON + 9 * HOUR, score=5)])
    assert {change.outcome for change in changes} == {"applied"}
    assert case["state"] == "closed"
    assert case["score"] == 5
    assert case["closed_at"] == instant(NOON + 5 * HOUR)
    assert [s["type"] for s in case["trace"]] == ["case.reported", *(f"case.{n}" for n in names), "case.rated"]


def test_steps_may_be_skipped_forwards():
    _, _, case = case_after([reported("C-1"), step("closed", "C-1", NOON + HOUR)])
    assert case["state"] == "closed"
    assert len(case["trace"]) == 2


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_order_of_arrival_does_not_matter(order):
    raws = [
        step("dispatched", "C-1", NOON + 1 * HOUR, to="governance"),
        step("handled", "C-1", NOON + 2 * HOUR),
        step("returned", "C-1", NOON + 3 * HOUR),
        step("handled", "C-1", NOON + 4 * HOUR),
    ]
    city, _, case = case_after([reported("C-1"), *(raws[i] for i in order)])
    assert case["state"] == "handled"
    assert city.early.count == 0
    assert city.counters.window("cases_returned", 0, 99999).sum() == 1


def test_a_step_before_its_report_waits_for_it():
    city, changes, case = case_after([step("closed", "C-1", NOON + HOUR), reported("C-1")])
    assert [change.outcome for change in changes] == ["held", "applied"]
    assert case["state"] == "closed"
    assert city.reports == 2
    assert city.early.count == 0


def test_a_step_that_nobody_lets_in_becomes_a_dead_letter_after_a_while():
    city = state(hold_s=600)
    fold(city, [step("closed", "C-9", NOON)])
    assert (city.reports, city.early.count, city.dead_letters) == (1, 1, 0)
    (late,) = fold(city, [reported("C-2", NOON)], first_ms=int(NOON * 1000) + 700_000)
    assert [letter.reason for letter in late.dead] == ["case C-9 was never reported"]
    assert (city.reports, city.early.count, city.dead_letters) == (1, 0, 1)


@pytest.mark.parametrize(
    "steps",
    [
        ["closed", "closed"],
        ["closed", "handled"],
        ["returned"],
        ["reopened"],
        ["resumed"],
        ["suspended", "suspended"],
        ["rejected", "filed"],
    ],
)
def test_impossible_steps_are_held(steps):
    raws = [step(name, "C-1", NOON + (i + 1) * HOUR) for i, name in enumerate(steps)]
    city, changes, _ = case_after([reported("C-1"), *raws])
    assert changes[-1].outcome == "held"
    assert city.early.count == 1


def test_escalation_goes_up_only():
    raws = [
        reported("C-1"),
        step("escalated", "C-1", NOON + HOUR, to_level="street"),
        step("escalated", "C-1", NOON + 2 * HOUR, to_level="community"),
    ]
    _, changes, case = case_after(raws)
    assert case["level"] == "street"
    assert changes[-1].outcome == "held"


def test_a_pause_moves_the_due_time_and_stops_the_clock():
    raws = [
        reported("C-1"),  # a dispute of severity 2 is due after five days
        step("suspended", "C-1", NOON + 4 * DAY),
        step("resumed", "C-1", NOON + 10 * DAY),
    ]
    city = state()
    fold(city, raws[:2])
    assert not cases.one(Reading(city, NOON + 9 * DAY), "C-1")["overdue"]
    fold(city, raws[2:], first_ms=int(NOON * 1000) + 60_000)
    case = cases.one(Reading(city, NOON + 10.5 * DAY), "C-1")
    assert case["due_at"] == instant(NOON + 11 * DAY)
    assert not case["overdue"]
    assert cases.one(Reading(city, NOON + 11.5 * DAY), "C-1")["overdue"]
    assert "pause" in case["deadline"]["explanation"]


def test_a_promised_due_time_beats_the_table():
    _, _, case = case_after([reported("C-1", due=instant(NOON + HOUR))])
    assert case["due_at"] == instant(NOON + HOUR)
    assert case["deadline"]["rule"] == "promised"


def test_self_handled_is_handled_at_once_at_grid_level():
    _, _, case = case_after([reported("C-1", self_handled=True)])
    assert (case["state"], case["level"]) == ("handled", "grid")


def test_reopened_counts_as_open_again():
    city, _, case = case_after(
        [reported("C-1"), step("closed", "C-1", NOON + HOUR), step("reopened", "C-1", NOON + 2 * HOUR)]
    )
    assert (case["state"], case["closed_at"]) == ("dispatched", None)
    assert Reading(city, NOON + DAY).closed_on(city.tree.root, 1) == 0


@pytest.mark.parametrize("first", [True, False])
def test_a_step_from_long_before_the_report_belongs_to_another_life(first):
    old = step("rejected", "C-1", NOON - 30 * DAY, reason="x")
    life = [reported("C-1"), step("closed", "C-1", NOON + HOUR), step("rated", "C-1", NOON + 2 * HOUR, score=5)]
    city, _, case = case_after([old, *life] if first else [*life, old])
    assert (case["state"], len(case["trace"]), city.early.count) == ("closed", 3, 1)


def test_a_step_from_a_clock_that_is_slow_counts():
    _, _, case = case_after([reported("C-1"), step("filed", "C-1", NOON - HOUR)])
    assert case["state"] == "filed"


@pytest.mark.parametrize("before", [[], ["filed"], ["filed", "dispatched"], ["dispatched", "started", "handled"]])
def test_a_request_can_be_cancelled_at_any_open_step_and_counts_nowhere(before):
    """Whoever asked has withdrawn it: it is neither open nor late nor closed, and no rate has it."""
    extra = {"dispatched": {"to": "governance"}}
    raws = [reported("C-1"), *(step(n, "C-1", NOON + (i + 1) * 60, **extra.get(n, {})) for i, n in enumerate(before))]
    cancelled = step("cancelled", "C-1", NOON + HOUR, by="desk", reason="the caller has mended it")
    city, changes, case = case_after([*raws, cancelled], now=NOON + 60 * DAY)
    assert {change.outcome for change in changes} == {"applied"}
    assert (case["state"], case["closed_at"], case["overdue"]) == ("cancelled", instant(NOON + HOUR), False)
    reading = Reading(city, NOON + 12 * DAY)
    assert not any(mask.any() for mask in (reading.cases.open, reading.cases.closed, reading.cases.overdue))
    assert all(whole.sum() == 0 for name, (_, whole) in reading.rates.items() if name != "rework_rate")
    assert not len(city.rungs.broken(city.cases, NOON + 60 * DAY)), "nobody lifts it any more"


@pytest.mark.parametrize("ended", ["closed", "rejected", "cancelled"])
def test_what_has_ended_cannot_be_cancelled(ended):
    later = step("cancelled", "C-1", NOON + 2 * HOUR, reason="too late")
    _, changes, case = case_after([reported("C-1"), step(ended, "C-1", NOON + HOUR), later])
    assert (case["state"], changes[-1].outcome) == (ended, "held")


def test_a_cancelling_that_comes_before_its_report_counts_with_it():
    _, _, case = case_after([step("cancelled", "C-1", NOON + HOUR), reported("C-1")])
    assert case["state"] == "cancelled"
