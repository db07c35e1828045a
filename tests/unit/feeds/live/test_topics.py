"""A topic has a name, a scope, a pace and a body; who asks for one that does not exist gets none."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.wall import LAYERS
from dashboard.domain.state.city import CityState
from dashboard.feeds.live.topics import Tick, Topic, topic_of
from tests.support.making import GRIDS, NOON, fold, reported, state, step

DISTRICT = "420502"


def lively() -> CityState:
    city = state()
    fold(city, [reported("C/1"), reported("C-2", grid=GRIDS[3])])
    return city


def tick(city: CityState, slow: bool = True, **more: Any) -> Tick:
    return Tick(Reading(city, NOON + 60), slow=slow, **more)


def topic(city: CityState, name: str) -> Topic:
    found = topic_of(city, name)
    assert found is not None, name
    return found


@pytest.mark.parametrize(
    ("name", "scope", "pace"),
    [
        ("city", "4205", "fast"),
        (f"wall/{DISTRICT}", DISTRICT, "fast"),
        (f"area/{GRIDS[0]}", GRIDS[0], "slow"),
        (f"panels/{DISTRICT}", DISTRICT, "slow"),
        ("case/C/1", GRIDS[0], "fast"),
        (f"heat/{DISTRICT}", DISTRICT, "slow"),
        ("case/C-2", GRIDS[3], "fast"),
        *((f"map/{layer}", "4205", "fast") for layer in LAYERS),
    ],
)
def test_a_topic_says_of_which_area_it_tells_and_how_often(name: str, scope: str, pace: str) -> None:
    found = topic(lively(), name)
    assert (found.name, found.scope.code, found.pace) == (name, scope, pace)


@pytest.mark.parametrize(
    "name", ["", "/", "city/", "city/4205", "wall", "wall/", "area/nowhere", "map/", "map/x", "case/C-9", "case", "x/y"]
)
def test_what_there_is_not_cannot_be_watched(name: str) -> None:
    assert topic_of(lively(), name) is None


def test_a_wall_tells_charts_and_lists_on_slow_ticks_only() -> None:
    city = lively()
    found = topic(city, "city")
    assert set(found.body(tick(city, slow=False))) == {"kpi"}
    assert set(found.body(tick(city))) > {"kpi"}


def test_a_row_that_is_no_more_among_the_largest_is_said_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    city = lively()
    found = topic(city, "city")
    assert "dispute" in found.body(tick(city))["heat"]["category"]
    told = {"category": {"labour": [[0] * 6, [0] * 6]}, "district": {}, "rest": {}}
    monkeypatch.setattr("dashboard.domain.reading.wall.heats", lambda *_: told)
    gone = found.body(tick(city))["heat"]["category"]
    assert gone["dispute"] is None
    assert gone["labour"] is not None


def test_who_opens_the_heatmap_gets_every_row() -> None:
    city = lively()
    body = topic(city, "heat/city").body(tick(city))
    assert body == topic(city, "heat/4205").body(tick(city))
    assert list(body["category"]) == [category.id for category in city.rules.categories]


def test_a_map_tells_what_has_changed_and_which_grids_pulse() -> None:
    city = lively()
    found = topic(city, "map/cases-open")
    first = found.body(tick(city))
    assert first["values"] == {"0": 1, "1": 0, "2": 0, "3": 1}
    assert found.body(tick(city)) == {}
    fold(city, [step("closed", "C-2", NOON + 30)], first_ms=int(NOON * 1000) + 60_000)
    assert found.body(tick(city))["values"] == {"3": 0}
    assert found.transient(tick(city, pulses=[3])) == {"pulse": [3]}
    assert found.transient(tick(city)) is None
    assert topic(city, "city").transient(tick(city, pulses=[3])) is None


def test_an_areas_numbers_do_not_change_by_the_time_alone() -> None:
    city = lively()
    body = topic(city, f"area/{DISTRICT}").body(tick(city, behind=7))
    assert (body["behind"], body["cases"]["open"]) == (7, 1)
    assert not {"at", "watermark"} & set(body)


def test_panels_of_all_areas_share_what_is_the_same() -> None:
    city = lively()
    here = tick(city)
    bodies = [topic(city, f"panels/{code}").body(here) for code in (DISTRICT, GRIDS[0])]
    assert here.panels.reading is here.reading
    assert set(bodies[0]["children"]) == {GRIDS[0][:9]}


def test_a_case_that_has_left_the_memory_shows_nothing_new() -> None:
    city = lively()
    found = topic(city, "case/C-2")
    assert found.body(tick(city))["case"]["id"] == "C-2"
    assert found.body(tick(state())) == {}
