"""The demo city: a seamless cover of two river banks, believable people, the same for the same seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest
import shapely
import shapely.geometry

from dashboard.atlas.file import check_areas, read_areas
from simulator.place.city import build_city, city_bytes

DISTRICTS = {"420502": "西陵区", "420503": "伍家岗区", "420504": "点军区", "420505": "猇亭区", "420506": "夷陵区"}


def _grids(city: dict[str, Any]) -> list[dict[str, Any]]:
    return [feature for feature in city["features"] if feature["properties"]["level"] == "grid"]


def _shapes(city: dict[str, Any]) -> Any:
    return np.array([shapely.geometry.shape(feature["geometry"]) for feature in _grids(city)])


def _by_area(city: dict[str, Any]) -> dict[str, list[Any]]:
    areas: dict[str, list[Any]] = defaultdict(list)
    for feature, shape in zip(_grids(city), _shapes(city), strict=True):
        for digits in (6, 9, 12):
            areas[feature["properties"]["code"][:digits]].append(shape)
    return areas


def _people(city: dict[str, Any]) -> Any:
    """int64 [grids, 2, 18]."""
    return np.array([[g["properties"]["population"]["ages"][sex] for sex in "mf"] for g in _grids(city)])


def _assert_cover(city: dict[str, Any]) -> None:
    shapes = _shapes(city)
    assert all(shape.geom_type == "Polygon" for shape in shapes)
    assert shapely.is_valid(shapes).all()
    assert len(shapes) == 1 or shapely.coverage_is_valid(shapes)
    for code, parts in _by_area(city).items():
        union = shapely.coverage_union_all(parts)
        assert union.geom_type == "Polygon", f"{code} falls apart"
    banks = shapely.get_parts(shapely.coverage_union_all(shapes))
    assert sum(len(bank.interiors) for bank in banks) == 0


def test_grids_cover_both_banks_without_gap_or_overlap_and_every_area_is_connected(city: dict[str, Any]) -> None:
    _assert_cover(city)
    assert len(shapely.get_parts(shapely.coverage_union_all(_shapes(city)))) == 2
    assert check_areas(city) == []


def test_corners_have_six_decimals_and_are_shared_to_the_last_digit(city: dict[str, Any]) -> None:
    corners = Counter(
        (lon, lat) for grid in _grids(city) for ring in grid["geometry"]["coordinates"] for lon, lat in ring[:-1]
    )
    assert all(lon == round(lon, 6) and lat == round(lat, 6) for lon, lat in corners)
    shared = sum(1 for count in corners.values() if count >= 3)
    assert shared > len(_grids(city))  # most corners belong to three cells


@pytest.mark.parametrize("grids", [1, 2, 3, 5, 11, 12, 13, 60, 400])
def test_small_cities_are_covered_too(grids: int) -> None:
    city = build_city(grids, seed=3)
    assert len(_grids(city)) == grids
    _assert_cover(city)
    assert read_areas(city).tree.root.code == "4205"


def test_another_seed_makes_another_whole_city(city: dict[str, Any]) -> None:
    other = build_city(seed=8)
    _assert_cover(other)
    assert city_bytes(other) != city_bytes(city)


def test_a_city_has_at_least_one_grid() -> None:
    with pytest.raises(ValueError, match="1 to 100,000"):
        build_city(0)


def test_counts_of_areas_are_those_of_the_city(city: dict[str, Any]) -> None:
    levels = Counter(feature["properties"]["level"] for feature in city["features"])
    assert levels["city"] == 1
    assert levels["district"] == 5
    assert levels["community"] == 121
    assert levels["grid"] == 1110
    named = {f["properties"]["code"]: f["properties"]["name"] for f in city["features"]}
    assert {code: named[code] for code in DISTRICTS} == DISTRICTS


def test_the_river_separates_the_banks_and_no_grid_lies_in_it(city: dict[str, Any]) -> None:
    river = shapely.geometry.shape(city["water"]["features"][0]["geometry"])
    assert river.is_valid
    wet = shapely.area(shapely.intersection(_shapes(city), river)).sum()
    assert wet < 1e-4 * river.area  # corners are rounded to about 10 cm
    west, south, east, north = shapely.total_bounds(_shapes(city))
    assert 111.15 < west < east < 111.55
    assert 30.55 < south < north < 30.9


def test_grids_are_numbered_from_west_to_east_inside_a_community(city: dict[str, Any]) -> None:
    middles: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for feature, shape in zip(_grids(city), _shapes(city), strict=True):
        middles[feature["properties"]["parent"]].append((feature["properties"]["code"], shape.centroid.x))
    for community, members in middles.items():
        ordered = sorted(members)
        assert [code[-3:] for code, _ in ordered] == [f"{n:03d}" for n in range(1, len(ordered) + 1)]
        assert all(code.startswith(community) for code, _ in ordered)
        west_to_east = [lon for _, lon in ordered]
        assert west_to_east == pytest.approx(sorted(west_to_east), abs=2e-6)


def test_no_name_occurs_twice_inside_a_parent(city: dict[str, Any]) -> None:
    for name in ("name", "name_en"):
        names = Counter((f["properties"]["parent"], f["properties"][name]) for f in city["features"])
        assert max(names.values()) == 1


def test_communities_have_a_moderate_number_of_grids(city: dict[str, Any]) -> None:
    sizes = Counter(grid["properties"]["parent"] for grid in _grids(city)).values()
    assert min(sizes) >= 2
    assert max(sizes) <= 20


def test_the_centre_is_denser_than_the_edge(city: dict[str, Any]) -> None:
    area = np.sort(shapely.area(_shapes(city)))
    assert area[-60:].mean() > 6 * area[:300].mean()


def test_the_same_seed_gives_the_same_bytes(city: dict[str, Any]) -> None:
    assert city_bytes(build_city()) == city_bytes(city)
