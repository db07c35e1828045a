"""Slivers between grids are gaps, wide holes are named: they may be enclaves."""

from __future__ import annotations

from typing import Any

import shapely

from dashboard.atlas.coverage import holes, overlaps

OUTER = shapely.box(111.0, 30.0, 111.05, 30.05)


def halved(hole: Any) -> tuple[list[str], list[Any]]:
    ring = OUTER.difference(hole)
    left = shapely.box(111.0, 30.0, 111.025, 30.05)
    return ["west", "east"], [ring.intersection(left), ring.difference(left)]


def test_an_enclave_between_grids_is_named_and_no_problem() -> None:
    gaps, wide = holes(*halved(shapely.box(111.02, 30.02, 111.03, 30.03)))
    assert gaps == []
    [line] = wide
    assert line.startswith("hole of 1,07")
    assert "between east, west" in line


def test_a_sliver_is_a_gap() -> None:
    gaps, wide = holes(*halved(shapely.box(111.0249, 30.01, 111.0251, 30.04)))
    assert wide == []
    assert "gap of" in gaps[0]


def test_a_lake_inside_of_one_grid_is_nothing() -> None:
    assert holes(["a"], [OUTER.difference(shapely.box(111.02, 30.02, 111.03, 30.03))]) == ([], [])


def test_an_overlap_is_said_once_with_its_size() -> None:
    shapes = [shapely.box(111.0, 30.0, 111.02, 30.01), shapely.box(111.01, 30.0, 111.03, 30.01)]
    [line] = overlaps(["feature 1 (grid, a)", "feature 2 (grid, b)"], ["a", "b"], shapes)
    assert line.startswith("feature 1 (grid, a): overlaps b by 1,07")
