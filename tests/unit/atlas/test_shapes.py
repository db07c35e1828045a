"""Longitude and latitude are told from metres, from each other, and from other systems."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
import shapely.geometry

from dashboard.atlas.shapes import crs_problem, shape_of, swapped, swapped_for_zone
from dashboard.errors import AreasError


def box(*bounds: float) -> dict[str, Any]:
    found: dict[str, Any] = shapely.geometry.mapping(shapely.box(*bounds))
    return found


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (box(30.0, 111.0, 30.1, 111.1), "latitude first"),
        (box(500_000, 3_400_000, 500_900, 3_400_900), "metres of a projection"),
        ({"type": "Nonsense"}, "'Nonsense' cannot be read"),
        (
            {"type": "Polygon", "coordinates": [[[111, 30], [112, 31], [112, 30], [111, 31], [111, 30]]]},
            "Fix Geometries",
        ),
    ],
)
def test_what_is_no_place_is_said_with_the_way_out(geometry: Any, said: str) -> None:
    with pytest.raises(AreasError, match=said):
        shape_of(geometry)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490"])
def test_degrees_are_taken(name: str) -> None:
    assert crs_problem({"crs": {"type": "name", "properties": {"name": name}}}) is None
    assert crs_problem({"crs": None}) is None


@pytest.mark.parametrize("crs", [{"type": "name", "properties": {"name": "EPSG:3857"}}, 7, {}, "x", {"properties": []}])
def test_another_system_is_said(crs: Any) -> None:
    assert "EPSG:4326" in str(crs_problem({"crs": crs}))


def test_the_one_with_exchanged_axes_is_named() -> None:
    centres = {"a": (12.5, 41.9), "b": (12.6, 41.8), "c": (41.9, 12.5)}
    assert [line.split(":")[0] for line in swapped(centres)] == ["c"]
    assert swapped({"a": (12.5, 41.9), "b": (12.6, 41.8), "far": (30.0, 41.0)}) == []
    assert swapped({}) == []


def test_a_city_that_lies_in_its_time_zone_only_with_exchanged_axes_is_told() -> None:
    assert "Swap X and Y" in str(swapped_for_zone(41.9, 12.5, "Europe/Rome"))
    assert "Swap X and Y" in str(swapped_for_zone(41.9, -87.6, "America/Chicago"))
    assert swapped_for_zone(12.5, 41.9, "Europe/Rome") is None
    for x, y in ((-87.6, 41.9), (12.5, 41.9), (36.8, -1.3), (151.2, -33.9), (111.3, 30.7), (0.0, 0.0)):
        assert swapped_for_zone(x, y, "Asia/Shanghai") is None, "the default zone, in cities elsewhere"
    assert swapped_for_zone(41.9, 12.5, "UTC") is None
