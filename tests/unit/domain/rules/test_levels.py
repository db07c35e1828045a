"""Only levels that the tree has: which one gets a case next, for whole and uneven trees; what they are called."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.acting.cases import act, version_of
from dashboard.domain.acting.keeper import escalation
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.cases import matching
from dashboard.domain.reading.ladder import board
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.supervision import overview
from dashboard.domain.rules.areas import AreaRecord, AreaTree, build_tree
from dashboard.domain.rules.levels import LADDER, LevelName, parse_levels, plural
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.errors import InvalidReport, RulesError
from tests.support.making import DAY, NOON, event, fold, reported, rules, tree, two_levels, uneven

HOUR = 3600.0


def city_of(areas: AreaTree) -> CityState:
    return CityState(areas, rules(), horizon=Horizon(None, None))


def escalated(case: str, grid: str, level: str) -> bytes:
    return event("case.escalated", {"case": case, "to_level": level, "reason": "x"}, at=NOON + 60, grid=grid)


def climbed(city: CityState, grid: str) -> list[str]:
    """Returns the levels that the keeper lifts a case of a grid to, until nobody is left above it."""
    fold(city, [reported("C-1", NOON, "urban-management", grid=grid)])
    row, path = city.cases.rows["C-1"], []
    for days in range(1, 60):
        now = NOON + days * DAY
        if row in city.rungs.broken(city.cases, now).tolist():
            deed = escalation(city, row, now)
            fold(city, [deed.raw], first_ms=int(now * 1000))
            path.append(deed.data["to_level"])
    assert city.dead_letters == 0
    return path


@pytest.mark.parametrize(
    ("areas", "grid", "path"),
    [
        (tree(), "420502001001001", ["community", "street", "district", "city"]),
        (two_levels(), "W-07", ["city"]),
        (uneven(), "a-1", ["street", "district", "city"]),
        (uneven(), "b-1", ["district", "city"]),
        (uneven(), "c-1", ["city"]),
        (uneven(), "d-1", ["community", "city"]),
    ],
    ids=["all levels", "wards", "with streets", "without", "below the city", "with a community"],
)
def test_the_keeper_lifts_to_levels_that_are_there(areas: AreaTree, grid: str, path: list[str]) -> None:
    city = city_of(areas)
    assert climbed(city, grid) == path
    assert list(areas.levels_of(areas.by_code[grid])) == ["grid", *path]


def test_a_city_of_wards_has_two_rungs_and_two_filters() -> None:
    city = city_of(two_levels())
    fold(city, [reported("C-1", NOON, grid="W-01"), reported("C-2", NOON, grid="W-02")])
    fold(city, [escalated("C-2", "W-02", "city")])
    reading = Reading(city, NOON + HOUR)
    assert city.tree.levels == ("city", "grid")
    assert [(rung["level"], rung["open"]) for rung in board(reading, None)] == [("grid", 1), ("city", 1)]
    assert overview(reading)["levels"] == ["grid", "city"]
    assert [sum(row) for row in overview(reading)["open"]] == [1, 1]
    with pytest.raises(InvalidReport, match="not one of grid, city"):
        filter_of(reading, {"level": "community"})


@pytest.mark.parametrize(
    ("grid", "to", "with_"),
    [
        ("a-1", "community", "street"),
        ("b-1", "community", "district"),
        ("c-1", "street", "city"),
        ("d-1", "community", "community"),
    ],
)
def test_what_was_handed_to_nobody_is_with_the_next_level_above(grid: str, to: str, with_: str) -> None:
    city = city_of(uneven())
    fold(city, [reported("C-1", NOON, grid=grid), escalated("C-1", grid, to)])
    reading, row = Reading(city, NOON + HOUR), city.cases.rows["C-1"]
    rungs = {rung["level"]: rung["open"] for rung in board(reading, None)}
    assert rungs == {level: int(level == with_) for level in ("grid", "community", "street", "district", "city")}
    assert len(matching(reading, filter_of(reading, {"level": with_}))) == 1
    lifted = row in city.rungs.broken(city.cases, NOON + 300 * DAY).tolist()
    assert lifted == (with_ != "city")
    assert not lifted or LADDER.index(escalation(city, row, NOON + 300 * DAY).data["to_level"]) > LADDER.index(with_)


def test_a_desk_hands_a_case_up_to_levels_above_its_own_grid_only() -> None:
    city = city_of(uneven())
    fold(city, [reported("C-1", NOON, grid="b-1")])
    reading = Reading(city, NOON + HOUR)

    def given(level: str) -> dict[str, Any]:
        version = version_of(reading, "C-1")
        return {"action": "escalate", "version": version, "to_level": level, "reason": "x", "by": "desk"}

    with pytest.raises(InvalidReport, match="must be a level above grid: district, city"):
        act(reading, "C-1", given("street"))
    assert act(reading, "C-1", given("district")).data["to_level"] == "district"


def test_the_largest_parts_of_a_city_are_what_lies_below_it_and_is_no_grid() -> None:
    assert [part.code for part in tree().parts()] == ["420502", "420503"]
    assert two_levels().parts() == ()
    assert [part.code for part in uneven().parts()] == ["A", "B", "D"]


def test_a_deep_tree_without_any_case_costs_nothing() -> None:
    alone = build_tree([AreaRecord("c", "city", "c"), AreaRecord("g", "grid", "g", parent="c")])
    assert alone.above.tolist() == [[4, 4, 4, 4, 4]]
    assert alone.standing.tolist() == [[0, 4, 4, 4, 4]]


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({"name": "选区", "name_en": "Ward", "plural_en": "Wards"}, LevelName("选区", "Ward", "Wards")),
        ({"name": "选区", "name_en": "Ward"}, LevelName("选区", "Ward", "Wards")),
        ({"name_en": "Parish"}, LevelName("Parish", "Parish", "Parishes")),
        ({"name": "区"}, LevelName("区", "区", "区")),
    ],
)
def test_a_level_has_a_name_in_every_language(entry: dict[str, str], named: LevelName) -> None:
    assert parse_levels({"grid": entry}) == {"grid": named}


def test_plurals_are_made_where_none_are_given() -> None:
    words = {"Ward": "Wards", "City": "Cities", "Bay": "Bays", "Parish": "Parishes", "Box": "Boxes", "区": "区"}
    assert {word: plural(word) for word in words} == words


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ("x", "levels"),
        ({"ward": {"name": "x"}}, "levels.ward"),
        ({"grid": {}}, "levels.grid"),
        ({"grid": "Ward"}, "levels.grid"),
        ({"grid": {"name": "x", "name_de": "y"}}, "levels.grid"),
        ({"grid": {"name": "x", "name_en": " "}}, "levels.grid.name_en"),
        ({"grid": {"name": 3}}, "levels.grid"),
        ({"grid": {"name": "a {count}"}}, "levels.grid.name"),
        ({"grid": {"name": "x", "plural_en": "two\nlines"}}, "levels.grid.plural_en"),
        ({"grid": {"name": "x" * 41}}, "levels.grid.name"),
    ],
)
def test_a_wrong_name_of_a_level_is_told_with_its_place(table: Any, where: str) -> None:
    with pytest.raises(RulesError) as refused:
        parse_levels(table)
    assert f", {where}: " in str(refused.value)
