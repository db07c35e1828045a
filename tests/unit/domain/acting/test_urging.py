"""Urging has one text, whether a case's page asks for it or supervision, and leaves in peace who was just urged."""

from __future__ import annotations

import pytest

from dashboard.domain.acting import cases, urging
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.traces import last_urgings, open_traces
from tests.support.making import DAY, NOON, fold, reported, state, step

HOUR = 3600.0


@pytest.fixture
def reading() -> Reading:
    city = state()
    raws = [reported(f"C-{n}", NOON - n * DAY, due="2026-11-22T00:00:00Z") for n in range(3)]
    fold(city, [*raws, step("filed", "C-0", NOON + 60)])
    return Reading(city, NOON + 100)


def index_of(reading: Reading, case: str) -> int:
    return next(index for index in range(len(reading.cases.rows)) if reading.case_id(index) == case)


def test_both_ways_to_urge_say_the_same(reading: Reading) -> None:
    asked = {"action": "urge", "by": "me", "version": cases.version_of(reading, "C-0")}
    by_page, by_supervision = cases.act(reading, "C-0", asked), urging.urge(reading, index_of(reading, "C-0"), "me")
    assert by_page == by_supervision
    assert by_page.raw == by_supervision.raw


def test_who_urges_is_supervision_unless_somebody_is_named(reading: Reading) -> None:
    data = urging.urge(reading, index_of(reading, "C-0"), "").data
    assert data == {"case": "C-0", "by": "supervision", "reply_due": "2026-11-23T04:01:40.000Z"}


def test_who_was_just_urged_is_left_in_peace_for_a_day(reading: Reading) -> None:
    index = index_of(reading, "C-0")
    assert not urging.left_in_peace(reading, index)
    fold(reading.state, [urging.urge(reading, index, "").raw], first_ms=int((NOON + 101) * 1000))
    assert urging.left_in_peace(Reading(reading.state, NOON + 23 * HOUR), index)
    assert not urging.left_in_peace(Reading(reading.state, NOON + 25 * HOUR), index)


def test_a_line_says_when_a_reply_is_late(reading: Reading) -> None:
    index = index_of(reading, "C-0")
    fold(reading.state, [urging.urge(reading, index, "").raw], first_ms=int((NOON + 101) * 1000))
    for hours, late in ((1, False), (25, True)):
        now = Reading(reading.state, NOON + hours * HOUR)
        [waiting] = last_urgings(*open_traces(now))
        line = urging.line(now, waiting.index, waiting, NOON + 24 * HOUR)
        assert (line["id"], line["reply_late"], line["may_urge"]) == ("C-0", late, late)
        assert line["urged_at"] == "2026-11-22T04:01:40.000Z"
