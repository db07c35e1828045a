"""The tree of areas: every area is a slice of one axis of grids, and what is no tree is told with every problem."""

from __future__ import annotations

import pytest

from dashboard.domain.rules.areas import AreaRecord, build_tree, framed
from dashboard.errors import AreasError
from tests.support.making import GRIDS, tree


def _record(code: str, level: str, parent: str | None = None) -> AreaRecord:
    return AreaRecord(code, level, code, parent=parent)  # type: ignore[arg-type]


def test_every_area_is_the_slice_of_the_grids_below_it() -> None:
    city = tree()
    assert city.grids == GRIDS
    for code, area in city.by_code.items():
        below = [grid for grid in GRIDS if grid.startswith(code)]
        assert list(city.grids[area.start : area.stop]) == below
        assert sum(child.stop - child.start for child in city.children(code)) in (0, len(below))
    assert [city.grid_index[grid] for grid in GRIDS] == [0, 1, 2, 3]
    assert city.ages.sum(axis=(1, 2)).tolist() == [72] * 4


def test_an_area_knows_what_lies_above_it_and_its_children_in_order() -> None:
    city = tree()
    assert [area.code for area in city.path(GRIDS[0])] == ["4205", "420502", "420502001", "420502001001"]
    assert city.path("4205") == ()
    assert [area.code for area in city.children("4205")] == ["420502", "420503"]
    assert [area.code for area in city.at_level("district")] == ["420502", "420503"]


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        ([_record("c", "city"), _record("c", "grid", "c")], "code c is given twice"),
        ([_record("c", "city"), _record("e", "city"), _record("g", "grid", "c")], "exactly one area without a parent"),
        ([_record("c", "city")], "there is no grid"),
        ([_record("c", "city"), _record("g", "grid", "x")], "names the parent x, which is not in the file"),
        (
            [_record("c", "city"), _record("g", "grid", "c"), _record("d", "district", "g")],
            "cannot lie inside g",
        ),
        ([_record("d", "district"), _record("g", "grid", "d")], "area d (district) has no parent"),
    ],
)
def test_what_is_no_tree_is_told(records: list[AreaRecord], problem: str) -> None:
    with pytest.raises(AreasError) as refused:
        build_tree(records)
    assert any(problem in found for found in refused.value.problems)


def test_a_map_of_a_grid_shows_what_lies_around_it() -> None:
    city = tree()
    assert framed(city.root, 0.0, 0.0, 2.0, 1.0) == (0.0, 0.0, 2.0, 1.0)
    west, south, east, north = framed(city.by_code[GRIDS[0]], 0.0, 0.0, 2.0, 1.0)
    assert (west, south, east, north) == pytest.approx((-1.2, -0.6, 3.2, 1.6))
