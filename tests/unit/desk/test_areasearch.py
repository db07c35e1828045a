"""Every area can be found by parts of its names or its code, in the order in which people look for it."""

from __future__ import annotations

import pytest

from dashboard.desk.areasearch import AreaSearch
from dashboard.domain.rules.areas import AreaRecord, build_tree
from tests.support.making import GRIDS, tree, two_levels


def names(search: AreaSearch, text: str, limit: int = 20) -> list[str]:
    return [area["name_en"] for area in search.find(text, limit)["areas"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ward 7", ["Ward 7", "Ward 17", "Ward 27", "Ward 37", "Ward 47"]),
        ("WARD 50", ["Ward 50"]),
        ("w-10", ["Ward 10"]),
        ("第10选区", ["Ward 10"]),
        ("lake", ["Lakeport"]),
        ("nobody", []),
        ("W-07", ["Ward 7"]),
    ],
)
def test_wards_are_found_by_name_and_code(text: str, found: list[str]) -> None:
    assert names(AreaSearch(two_levels()), text) == found


def test_all_areas_can_be_reached_in_their_natural_order() -> None:
    search = AreaSearch(two_levels())
    assert names(search, "", 4) == ["Lakeport", "Ward 1", "Ward 2", "Ward 3"]
    assert search.find("", 4)["total"] == 51
    assert len(search.find("", 100)["areas"]) == 51


def test_words_may_be_names_of_what_it_lies_in() -> None:
    found = AreaSearch(tree()).find("xiling 002", 20)["areas"]
    assert [area["code"] for area in found] == ["420502001002", GRIDS[1], GRIDS[2]]
    assert found[1] == {"code": GRIDS[1], "level": "grid", "name": "甲社区 002", "name_en": "甲社区 002"}


def test_the_very_code_comes_first() -> None:
    grids = (AreaRecord(code, "grid", f"Ward {code}", parent="c") for code in ("1", "11", "111"))
    assert names(AreaSearch(build_tree([AreaRecord("c", "city", "c"), *grids])), "11") == ["Ward 11", "Ward 111"]
