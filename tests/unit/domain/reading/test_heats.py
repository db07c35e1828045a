"""Heatmaps: whatever is shown by name and as the rest, the rows add up to the open cases."""

from __future__ import annotations

import pytest

from dashboard.domain.reading.heats import heats
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.wall import kpis
from dashboard.domain.rules.areas import AreaRecord, build_tree
from dashboard.domain.rules.rules import Rules, parse_rules
from dashboard.domain.state.city import CityState
from tests.support.making import NOON, fold, reported

HOUR = 3600.0


def rules_of(count: int) -> Rules:
    """Returns rules with so many categories, `t0` …, each closed within a day."""
    category = {"name": "类", "duty": "all", "department": "all", "limits": {"close": ["24 hour"] * 3}}
    label = {"name": "全", "name_en": "All"}
    return parse_rules(
        {
            "duties": {"all": label},
            "departments": {"all": label},
            "categories": {f"t{n}": {**category, "name_en": f"T {n}"} for n in range(count)},
        }
    )


def city_of(categories: int, wards: int) -> CityState:
    """Returns a city of wards directly below it in which category n has n % 7 open cases, half of them late."""
    records = [AreaRecord("c", "city", "市"), *(AreaRecord(f"w{n}", "grid", f"W {n}", None, "c") for n in range(wards))]
    city = CityState(build_tree(records), rules_of(categories))
    cases = [(n, k) for n in range(categories) for k in range(n % 7)]
    raws = [
        reported(f"C-{n}-{k}", NOON - (30 if k % 2 else 1) * HOUR, f"t{n}", grid=f"w{(n + k) % wards}")
        for n, k in cases
    ]
    fold(city, raws)
    assert city.dead_letters == 0
    return city


@pytest.mark.parametrize(("categories", "wards"), [(8, 3), (40, 40), (41, 50), (300, 90)])
def test_named_rows_and_the_rest_add_up_to_the_head(categories: int, wards: int) -> None:
    reading = Reading(city_of(categories, wards), NOON)
    area = reading.state.tree.root
    heat, head = heats(reading, area), kpis(reading, area)
    for by, count in (("category", categories), ("district", wards)):
        rows, (folded, counts, overdue) = heat[by], heat["rest"][by]
        assert len(rows) + folded == count
        assert len(rows) <= 40
        assert sum(sum(row[0]) for row in rows.values()) + sum(counts) == head["cases-open"]
        assert sum(sum(row[1]) for row in rows.values()) + sum(overdue) == head["cases-overdue"]


def test_the_largest_rows_have_names() -> None:
    reading = Reading(city_of(300, 5), NOON)
    rows = heats(reading, reading.state.tree.root)["category"]
    assert {sum(row[0]) for row in rows.values()} == {6}  # there are 42 of them


def test_whoever_asks_gets_all_rows() -> None:
    reading = Reading(city_of(300, 90), NOON)
    whole = heats(reading, reading.state.tree.root, most=None)
    assert (len(whole["category"]), len(whole["district"])) == (300, 90)
    assert whole["rest"] == {"category": [0, [0] * 6, [0] * 6], "district": [0, [0] * 6, [0] * 6]}


def test_of_a_part_of_the_city_only_its_cases_count() -> None:
    reading = Reading(city_of(20, 4), NOON)
    area = reading.state.tree.by_code["w1"]
    heat = heats(reading, area)
    open_here = kpis(reading, area)["cases-open"]
    assert 0 < open_here < kpis(reading, reading.state.tree.root)["cases-open"]
    assert sum(sum(row[0]) for row in heat["category"].values()) == open_here
    assert sum(heat["district"]["w1"][0]) == open_here
