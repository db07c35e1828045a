"""Areas files make a city or say in words why not; no content makes them fail in any other way."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import shapely
import shapely.geometry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.atlas.file import check_areas, notes_on, read_areas
from dashboard.domain.rules.levels import LevelName
from dashboard.errors import AreasError
from tests.support.making import ROOT

SHARED = ROOT.parent / "shared" / "data" / "polygons"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the shared polygons are not beside this checkout")


def feature(
    code: str, level: str, parent: str | None, box: tuple[float, float, float, float] | None = None
) -> dict[str, Any]:
    shape = None if box is None else shapely.geometry.mapping(shapely.box(*box))
    properties = {"code": code, "level": level, "name": code.upper(), "parent": parent}
    return {"type": "Feature", "properties": properties, "geometry": json.loads(json.dumps(shape))}


def city() -> dict[str, Any]:
    """Returns a city of one district with four grids, each 0.01° wide, around one corner."""
    boxes = {"g1": (111.0, 30.0, 111.01, 30.01), "g2": (111.01, 30.0, 111.02, 30.01)}
    boxes |= {"g3": (111.0, 30.01, 111.01, 30.02), "g4": (111.01, 30.01, 111.02, 30.02)}
    grids = [feature(code, "grid", "d", box) for code, box in boxes.items()]
    return {
        "type": "FeatureCollection",
        "features": [feature("c", "city", None), feature("d", "district", "c"), *grids],
    }


def polygon(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


def broken(number: int, **properties: Any) -> dict[str, Any]:
    """Returns the city with some properties of feature `number` (from 0) replaced."""
    collection = city()
    collection["features"][number]["properties"] |= properties
    return collection


def reshaped(number: int, geometry: Any) -> dict[str, Any]:
    collection = city()
    collection["features"][number]["geometry"] = geometry
    return collection


def test_city_has_its_grids_in_order_and_nothing_wrong() -> None:
    assert check_areas(city()) == []
    loaded = read_areas(city())
    assert loaded.tree.grids == ("g1", "g2", "g3", "g4")
    document = json.loads(loaded.document)
    assert [f["properties"]["i"] for f in document["features"]] == [0, 1, 2, 3]
    assert document["bounds"] == [[30.0, 111.0], [30.02, 111.02]]
    assert set(document["areas"]) == {"c", "d"}
    outline = document["outlines"]["features"][0]
    assert shapely.geometry.shape(outline["geometry"]).contains(shapely.Point(outline["properties"]["label"]))


def test_levels_between_city_and_grid_may_be_missing() -> None:
    collection = city()
    del collection["features"][1]
    for entry in collection["features"][1:]:
        entry["properties"]["parent"] = "c"
    assert check_areas(collection) == []
    assert len(read_areas(collection).tree.grids) == 4


def test_the_file_may_say_what_its_levels_are_called() -> None:
    named = {**city(), "levels": {"grid": {"name": "选区", "name_en": "Ward"}}}
    assert read_areas(named).levels == {"grid": LevelName("选区", "Ward", "Wards")}
    assert (read_areas(city()).levels, check_areas(named)) == ({}, check_areas(city()))
    wrong = {**city(), "levels": {"ward": {"name": "x"}}}
    assert check_areas(wrong) == ["levels.ward: is not one of city, district, street, community, grid"]
    with pytest.raises(AreasError):
        read_areas(wrong)


def test_document_does_not_depend_on_the_order_of_the_file() -> None:
    collection = city()
    collection["features"].reverse()
    assert read_areas(collection).digest == read_areas(city()).digest


def test_water_is_passed_through() -> None:
    water = {"type": "FeatureCollection", "features": []}
    assert json.loads(read_areas(city() | {"water": water}).document)["water"] == water


@pytest.mark.parametrize(
    ("collection", "word"),
    [
        ({"type": "FeatureCollection", "features": []}, "no features"),
        (broken(5, code="g3"), "g3"),
        (broken(5, parent="nowhere"), "nowhere"),
        (broken(5, parent=None), "without a parent"),
        (broken(1, parent="d"), "d"),
        (broken(1, level="galaxy"), "galaxy"),
        (broken(1, level="grid"), "d"),
        (broken(0, level="grid"), "c"),
        (broken(5, parent="g3"), "g3"),
        (broken(5, code=""), "code"),
        (broken(5, code=7), "code"),
        (broken(5, name=None), "name"),
        (broken(5, dwellings=-1), "dwellings"),
        (broken(5, households=10**30), "households"),
        (broken(5, population={"ages": {"m": [10**30] * 18, "f": [1] * 18}}), "18"),
        (broken(5, population={"ages": {"m": [1], "f": [1]}}), "18"),
        (broken(5, population={"ages": {"m": [-1] * 18, "f": [1] * 18}}), "18"),
        (reshaped(5, None), "Polygon"),
        (reshaped(5, {"type": "Point", "coordinates": [111.0, 30.0]}), "Polygon"),
        (reshaped(5, {"type": "Polygon", "coordinates": "x"}), "geometry"),
        (reshaped(5, {"type": "Nonsense"}), "geometry"),
        (reshaped(5, polygon((111, 30), (112, 31), (112, 30), (111, 31), (111, 30))), "intersection"),
        (reshaped(5, polygon((500_000, 3_400_000), (500_900, 3_400_000), (500_900, 3_400_900))), "longitude"),
        (reshaped(5, polygon((111, 30), (float("nan"), 30), (111, 31), (111, 30))), "g4"),
        (reshaped(5, feature("x", "grid", None, (111.005, 30.01, 111.02, 30.02))["geometry"]), "overlaps"),
    ],
)
def test_what_is_wrong_is_said_in_words(collection: dict[str, Any], word: str) -> None:
    problems = check_areas(collection)
    assert any(word in problem for problem in problems), problems
    assert all(problem and "\n" not in problem for problem in problems)


def test_where_a_city_lies_is_said() -> None:
    [line] = notes_on(city())
    assert (
        line == "lies from 30.00000, 111.00000 to 30.02000, 111.02000, centre 30.01000, 111.01000 (latitude, longitude)"
    )


@pytest.mark.parametrize(
    "more",
    [
        {"water": {"type": "Polygon", "coordinates": []}},
        {"water": [1]},
        {"water": {"type": "FeatureCollection"}},
        {"water": {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon"}}]}},
        {"water": {"type": "FeatureCollection", "features": [7]}},
        {"water": {"type": "FeatureCollection", "features": [], "depth": float("nan")}},
        {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}},
        {"crs": "metres"},
    ],
)
def test_what_stands_beside_the_features_is_read_or_keeps_a_city_from_starting(more: dict[str, Any]) -> None:
    [problem] = check_areas(city() | more)
    assert "wanted is" in problem
    with pytest.raises(AreasError):
        read_areas(city() | more)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b'{"type":"Feature"}',
        b"\x1f\x8bnot gzip",
        b"[" * 200_000,
        b'{"a":' * 200_000,
    ],
    ids=["nothing", "bytes", "torn", "list", "null", "feature", "not-gzip", "deep-list", "deep-object"],
)
def test_file_that_is_no_collection_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "areas.json"
    path.write_bytes(content)
    assert check_areas(path)
    with pytest.raises(AreasError):
        read_areas(path)


def test_gzip_is_read_and_a_missing_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "areas.json.gz"
    path.write_bytes(gzip.compress(json.dumps(city()).encode()))
    assert len(read_areas(path).tree.grids) == 4
    assert check_areas(tmp_path / "missing") != []
    assert check_areas(tmp_path) != []


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["g1", "c", "grid"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
places = st.tuples(
    st.integers(0, 5), st.sampled_from(["code", "level", "name", "name_en", "parent", "population", "dwellings"])
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(places, junk), min_size=1, max_size=3), st.one_of(st.none(), st.tuples(st.integers(0, 5), junk))
)
def test_junk_anywhere_is_told_or_is_a_city(changes: list[Any], geometry: Any) -> None:
    collection = copy.deepcopy(city())
    for (number, name), value in changes:
        collection["features"][number]["properties"][name] = value
    if geometry is not None:
        collection["features"][geometry[0]]["geometry"] = geometry[1]
    if not check_areas(collection):
        assert read_areas(collection).tree.grids


def _shared_files() -> list[Path]:
    return [path for path in sorted(SHARED.rglob("*")) if path.is_file()] if SHARED.exists() else []


@pytest.mark.parametrize("code", ["a/b", "city", "x" * 257, ".", "..", "a\nb", "\x7f", "\ud800"])
def test_a_code_that_no_address_can_name_is_told(code: str) -> None:
    problems = check_areas(broken(2, code=code))
    assert any("feature 3" in problem and "code" in problem for problem in problems)


@pytest.mark.parametrize("code", ["a?b#c", "%2F", 'it\'s "x"', "a\\b", " ", "...", "\u202e<b>"])
def test_a_code_that_addresses_can_carry_is_taken(code: str) -> None:
    assert check_areas(broken(2, code=code)) == []
    assert code in read_areas(broken(2, code=code)).tree.grids


def test_an_area_without_grids_is_told_and_not_drawn() -> None:
    collection = city()
    collection["features"].append(feature("empty", "district", "c"))
    assert check_areas(collection) == ["feature 7 (district, empty, EMPTY): district empty has no grids"]
    with pytest.raises(AreasError, match="has no grids"):
        read_areas(collection)


@needs_shared
def test_every_shared_file_gives_problems_or_a_city() -> None:
    for path in _shared_files():
        if not check_areas(path):
            assert read_areas(path).tree.grids


@needs_shared
def test_every_shared_geometry_as_a_grid_gives_problems_or_a_city() -> None:
    for path in _shared_files():
        shapes = list(_geometries(path))
        grids = [feature(f"g{number}", "grid", "c") | {"geometry": shape} for number, shape in enumerate(shapes)]
        collection = {"type": "FeatureCollection", "features": [feature("c", "city", None), *grids]}
        if not check_areas(collection):
            assert len(read_areas(collection).tree.grids) == len(shapes)


def _geometries(path: Path) -> Any:
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        return
    waiting = [content]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "coordinates" in item or "geometries" in item:
                yield item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


@needs_shared
def test_real_city_of_5486_areas_is_checked_and_read() -> None:
    raw = msgspec.json.decode(gzip.decompress((SHARED / "glasgow_oa_5486.geojson.gz").read_bytes()))
    features = [feature("c", "city", None)]
    for entry in raw["features"]:
        shape = shapely.geometry.mapping(
            shapely.make_valid(shapely.geometry.shape(entry["geometry"]), method="structure")
        )
        grid = feature(entry["properties"]["code"], "grid", "c") | {"geometry": shape}
        features.append(json.loads(json.dumps(grid)))
    problems = check_areas({"type": "FeatureCollection", "features": features})
    loaded = read_areas({"type": "FeatureCollection", "features": features})
    assert len(loaded.tree.grids) == 5486
    assert all("gap" in problem or "overlaps" in problem for problem in problems)
