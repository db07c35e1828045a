"""The city as the simulation needs it: grids in order, what lies above them, and spots inside of them."""

from __future__ import annotations

import pytest
import shapely
import shapely.geometry

from dashboard.domain.rules.areas import AreaRecord, build_tree
from dashboard.errors import AreasError
from simulator.place.city import build_city
from simulator.place.places import Places


def test_every_spot_lies_in_its_grid() -> None:
    city = build_city(24)
    places = Places(city)
    shapes = {
        feature["properties"]["code"]: shapely.geometry.shape(feature["geometry"])
        for feature in city["features"]
        if feature["properties"]["level"] == "grid"
    }
    assert places.codes == sorted(shapes)
    for grid, code in enumerate(places.codes):
        for turn, away in ((0.0, 0.0), (0.3, 0.9), (0.8, 1.0)):
            lat, lon = places.spot(grid, turn, away)
            assert shapely.contains_xy(shapes[code], lon, lat)


def test_what_lies_above_a_grid_is_found_also_where_levels_are_missing() -> None:
    full = Places(build_city(24))
    assert all(code.startswith(desk) and len(desk) == 12 for code, desk in zip(full.codes, full.desk, strict=True))
    assert sorted(grid for grids in full.of_desk.values() for grid in grids) == list(range(24))
    flat = Places(build_tree([AreaRecord("c", "city", "C"), AreaRecord("g", "grid", "G", parent="c")]))
    assert (flat.desk, flat.street, flat.district) == (["c"], ["c"], ["c"])


def test_weights_are_shares_of_the_residents() -> None:
    places = Places(build_city(24))
    assert places.weights.sum() == pytest.approx(1.0)
    assert places.people == int(places.living.sum())


def test_a_city_without_a_grid_is_refused() -> None:
    with pytest.raises(AreasError, match="no grid"):
        Places({"type": "FeatureCollection", "features": []})
