"""The map of any area: its grids, the outlines of its children, and what lies around a single grid."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.atlas import maps
from dashboard.atlas.file import CityMap, read_areas
from dashboard.atlas.maps import AreaMaps, area_document
from simulator.place.city import build_city


@pytest.fixture(scope="module")
def city() -> CityMap:
    return read_areas(build_city(grids=24))


def drawn(city: CityMap, code: str) -> Any:
    return json.loads(area_document(city, code))


def test_the_citys_map_has_all_grids_and_outlines_of_districts(city: CityMap) -> None:
    document = drawn(city, city.tree.root.code)
    assert [feature["properties"]["code"] for feature in document["features"]] == list(city.tree.grids)
    outlined = {feature["properties"]["code"] for feature in document["outlines"]["features"]}
    assert outlined == {area.code for area in city.tree.at_level("district")}


def test_a_districts_map_has_its_own_grids_only_and_lies_around_them(city: CityMap) -> None:
    district = city.tree.at_level("district")[0]
    document = drawn(city, district.code)
    own = list(city.tree.grids[district.start : district.stop])
    assert [feature["properties"]["code"] for feature in document["features"]] == own
    (south, west), (north, east) = document["bounds"]
    bounds = city.grid_bounds[district.start : district.stop]
    assert (west, south) <= (bounds[:, 0].min(), bounds[:, 1].min())
    assert (east, north) >= (bounds[:, 2].max(), bounds[:, 3].max())


def test_a_grid_is_shown_among_the_grids_of_its_community(city: CityMap) -> None:
    grid = city.tree.by_code[city.tree.grids[0]]
    community = city.tree.by_code[grid.parent or ""]
    document = drawn(city, grid.code)
    assert len(document["features"]) == community.stop - community.start
    around, own = (feature["properties"] for feature in document["outlines"]["features"])
    assert (around["code"], "label" in around) == (community.code, False)
    assert (own["code"], own["own"]) == (grid.code, True)


def test_a_map_names_what_lies_above_and_below_and_nothing_beside(city: CityMap) -> None:
    first, second = city.tree.at_level("district")[:2]
    named = drawn(city, first.code)["areas"]
    assert {city.tree.root.code, first.code} <= named.keys()
    assert second.code not in named


async def test_a_map_is_made_once_and_an_unknown_area_has_none(city: CityMap, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(maps, "area_document", lambda _, code: made.append(code) or code.encode())
    monkeypatch.setattr(maps, "_KEPT", 2)
    kept = AreaMaps(city)
    codes = list(city.tree.grids[:3])
    assert await kept.document("nowhere") is None
    assert [await kept.document(code) for code in [codes[0], *codes[:2]]] == [
        codes[0].encode(),
        codes[0].encode(),
        codes[1].encode(),
    ]
    assert made == codes[:2]
    await kept.document(codes[2])  # what is kept is bounded: all is let go, and made again when it is asked for
    await kept.document(codes[0])
    assert made == [*codes, codes[0]]
