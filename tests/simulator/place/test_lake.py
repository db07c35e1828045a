"""The city on the lake: wards that cover the land without gap or overlap, and nobody counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
import shapely.geometry

from dashboard.atlas.file import check_areas, read_areas
from simulator.place.city import city_bytes
from simulator.place.lake import build_lake


def _shapes(city: dict[str, Any]) -> Any:
    return np.array([shapely.geometry.shape(f["geometry"]) for f in city["features"] if f["geometry"]])


def test_fifty_wards_lie_directly_below_the_city_and_nobody_is_counted() -> None:
    tree = read_areas(build_lake()).tree
    assert [area.level for area in tree.children(tree.root.code)] == ["grid"] * 50
    assert int(tree.ages.sum()) == int(tree.dwellings.sum()) == 0


@pytest.mark.parametrize("wards", [1, 7, 50, 120])
def test_wards_cover_the_land_and_share_their_corners(wards: int) -> None:
    city = build_lake(wards, seed=wards)
    shapes = _shapes(city)
    assert len(shapes) == wards
    assert shapely.is_valid(shapes).all()
    assert wards == 1 or shapely.coverage_is_valid(shapes)
    assert check_areas(city) == []


def test_no_ward_lies_in_the_water() -> None:
    city = build_lake()
    lake = shapely.geometry.shape(city["water"]["features"][0]["geometry"])
    assert (
        shapely.area(shapely.intersection(shapely.union_all(_shapes(city)), lake)) < 1e-6
    )  # square degrees: rounding along the shore


def test_the_same_seed_makes_the_same_city_and_another_another() -> None:
    assert city_bytes(build_lake(20, 3)) == city_bytes(build_lake(20, 3))
    assert city_bytes(build_lake(20, 3)) != city_bytes(build_lake(20, 4))


@pytest.mark.parametrize("wards", [0, 2_001])
def test_a_number_of_wards_that_cannot_be_is_refused(wards: int) -> None:
    with pytest.raises(ValueError, match="wards"):
        build_lake(wards)
