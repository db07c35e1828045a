"""What lies ahead of the clock is left out step by step, and comes when its time comes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dashboard.domain.reading import cases
from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import TOLERATED_SKEW_S
from tests.support.making import DAY, NOON, fold, packed, reported, state, step

HOUR = 3600.0
LIFE = [
    reported("C-1", NOON),
    step("dispatched", "C-1", NOON + HOUR, to="governance"),
    step("suspended", "C-1", NOON + 2 * HOUR),
    step("resumed", "C-1", NOON + 5 * HOUR),
    step("escalated", "C-1", NOON + 6 * HOUR, to_level="street"),
    step("closed", "C-1", NOON + 7 * HOUR),
    step("rated", "C-1", NOON + 8 * HOUR, score=5),
    step("reopened", "C-1", NOON + 9 * HOUR),
    step("closed", "C-1", NOON + 10 * HOUR),
]


def _folded(raws: list[bytes]) -> CityState:
    city = state()
    fold(city, raws)
    return city


def _columns(city: CityState, now_s: float) -> dict[str, Any]:
    reading = Reading(city, now_s)
    names = ("state", "level", "last_at", "paused_since", "paused_s", "closed_at", "score", "level_at", "due_at")
    found = {name: reading.cases.columns[name].tolist() for name in names}
    return found | {"open": reading.cases.open.tolist(), "closed": reading.cases.closed.tolist()}


@pytest.mark.parametrize("count", range(1, len(LIFE) + 1))
def test_at_each_moment_a_case_is_what_had_happened_by_then(count: int) -> None:
    now_s = NOON + (count - 1) * HOUR if count < 4 else NOON + (count + 1) * HOUR
    whole, by_then = _folded(LIFE), _folded(LIFE[:count])
    before = packed(whole)
    assert _columns(whole, now_s) == _columns(by_then, now_s)
    assert Reading(whole, now_s).cases.ahead == len(LIFE) - count
    assert cases.one(Reading(whole, now_s), "C-1") == cases.one(Reading(by_then, now_s), "C-1")
    assert packed(whole) == before, "reading changes nothing"


def test_a_closing_that_lies_ahead_leaves_its_case_open_until_its_time_comes() -> None:
    raws = [raw for n in range(50) for raw in (reported(f"C-{n}", NOON), step("closed", f"C-{n}", NOON + n * HOUR))]
    city = _folded(raws)
    for hours in (30, 10, 49, 20):  # also backwards
        body = area_body(Reading(city, NOON + hours * HOUR), city.tree.root, 0)
        assert body["cases"]["open"] == 49 - hours
        assert body["log"]["ahead"] == 49 - hours


def test_a_case_that_lies_ahead_is_nowhere() -> None:
    city = _folded([reported("C-1"), reported("C-2", NOON + DAY), step("closed", "C-2", NOON + 2 * DAY)])
    reading = Reading(city, NOON + HOUR)
    assert (cases.one(reading, "C-2"), cases.live(reading, "C-2"), reading.index_of("C-2")) == (None, {}, None)
    assert [reading.case_id(index) for index in range(len(reading.cases.rows))] == ["C-1"]
    assert (area_body(reading, city.tree.root, 0)["cases"]["open"], reading.cases.ahead) == (1, 2)
    assert Reading(city, NOON + DAY).index_of("C-2") is not None


def test_clocks_may_differ_a_little() -> None:
    city = _folded([reported("C-1", NOON + TOLERATED_SKEW_S)])
    assert Reading(city, NOON).index_of("C-1") == 0
    assert Reading(city, NOON - 1.0).index_of("C-1") is None


def test_one_report_of_2098_does_not_say_how_far_the_city_is() -> None:
    city = _folded([reported("C-1"), reported("C-2", NOON + 72 * 365 * DAY)])
    assert Reading(city, NOON + HOUR).watermark == NOON
    fold(city, [reported("C-3", NOON + HOUR)])
    assert Reading(city, NOON + HOUR).watermark == NOON + HOUR
    assert Reading(state(), NOON).watermark == 0.0


def test_what_is_added_to_a_trace_is_seen_at_once() -> None:
    city = _folded(LIFE)
    now_s = NOON + 6.5 * HOUR
    assert Reading(city, now_s).cases.columns["level"].tolist() == [2]
    fold(city, [step("escalated", "C-1", now_s, to_level="city")])
    assert Reading(city, now_s).cases.columns["level"].tolist() == [4]
    assert msgspec.json.encode(cases.one(Reading(city, now_s), "C-1"))
