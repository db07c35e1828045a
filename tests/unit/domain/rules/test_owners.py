"""A category may belong to another department in some areas; every list, table, file and score goes by that."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from dashboard.atlas.rules import idle
from dashboard.domain.acting.urging import line
from dashboard.domain.reading import appraisal
from dashboard.domain.reading.backlog import departments
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.cases import matching
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.supervision import overview
from dashboard.domain.rules.owners import Owners
from dashboard.domain.rules.rules import Rules, parse_rules
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.errors import RulesError
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, rules, tree
from tests.unit.domain.rules.test_rules import TABLES

# Labour belongs to the labour department, but in the district 420502 to civil affairs, and in one grid of it to health.
APART = {"420502": "civil-affairs", GRIDS[1]: "health", "nowhere": "fire"}
OWN = ("civil-affairs", "health", "civil-affairs", None)


def decided() -> Rules:
    each = tuple(
        msgspec.structs.replace(category, departments=APART if category.id == "labour" else {})
        for category in rules().categories
    )
    return msgspec.structs.replace(rules(), categories=each)


@pytest.fixture
def city() -> CityState:
    city = CityState(tree(), decided(), horizon=Horizon(None, None))
    raws = [reported(f"C-{n}", NOON - 20 * DAY, "labour", grid=grid) for n, grid in enumerate(GRIDS)]
    raws += [event("case.closed", {"case": f"C-{n}"}, at=NOON - 19 * DAY, grid=grid) for n, grid in enumerate(GRIDS)]
    fold(city, [*raws, *(reported(f"O-{n}", NOON - DAY, "labour", grid=grid) for n, grid in enumerate(GRIDS))])
    fold(city, [reported("F-1", NOON - DAY, "emergency")])
    return city


def owner(grid: int) -> str:
    usual = next(category.department for category in rules().categories if category.id == "labour")
    return OWN[grid] or usual


def test_the_smallest_area_says_whose_a_case_is(city: CityState) -> None:
    owners, labour = city.owners, city.categories["labour"]
    found = owners.of(np.arange(4), np.full(4, labour))
    assert [owners.names[place] for place in found.tolist()] == [owner(grid) for grid in range(4)]
    other = owners.of(np.arange(4), np.full(4, city.categories["emergency"]))
    assert len(set(other.tolist())) == 1


def test_lists_tables_and_urging_go_by_it(city: CityState) -> None:
    reading = Reading(city, NOON)
    whole = overview(reading)
    waiting = departments(reading, city.tree.root)
    table = dict(zip(whole["departments"], zip(*whole["open"], strict=True), strict=True))
    for name in city.rules.departments:
        theirs = {f"O-{n}" for n in range(4) if owner(n) == name}
        theirs |= {"F-1"} if name == city.rules.categories[city.categories["emergency"]].department else set()
        found = matching(reading, filter_of(reading, {"state": "open", "department": name}))
        assert {reading.case_id(index) for index in found.tolist()} == theirs
        assert waiting[name][0] == sum(table[name]) == len(theirs)
        for index in found.tolist():
            assert line(reading, index, None, None)["department"] == name


def test_departments_are_appraised_by_their_own_cases(city: CityState) -> None:
    counts = appraisal.count(appraisal.freeze(city, NOON, 30))
    rows = {row.id: row.cells["closing_rate"][1] for row in appraisal.rows(city, counts, "department", city.tree.root)}
    expected = {name: sum(owner(grid) == name for grid in range(4)) for name in city.rules.departments}
    assert rows | {"fire": 0} == expected
    district = appraisal.rows(city, counts, "department", city.tree.by_code["420503"])
    assert [row.id for row in district if row.cells["closing_rate"][1]] == [owner(3)]


def test_a_city_that_tells_no_areas_apart_has_no_table_by_grid() -> None:
    assert Owners(tree(), rules())._own.size == 0


def test_an_area_that_is_not_there_is_told() -> None:
    assert idle(decided(), tree()) == ["categories.labour.departments.nowhere: the areas file has no such area"]


@pytest.mark.parametrize("given", [{"420502": "nobody"}, ["420502"], {"420502": 3}])
def test_a_wrong_department_is_told_with_its_place(given: Any) -> None:
    entry = {**TABLES["categories"]["labour"], "departments": given}
    with pytest.raises(RulesError, match=r"categories\.labour\.departments"):
        parse_rules({**TABLES, "categories": {"labour": entry}})
