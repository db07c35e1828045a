"""Areas files: GeoJSON in, the tree of areas and the map's document out, and in words what is wrong.

Geometry is checked as a coverage: grids may touch, but neither overlap nor leave gaps.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import shapely
import shapely.geometry

from dashboard.atlas.geojson import collection_of
from dashboard.atlas.placing import Placing
from dashboard.atlas.properties import GRID, record_of, unused_lines
from dashboard.domain.rules.areas import AreaRecord, AreaTree, build_tree
from dashboard.domain.rules.levels import Level, LevelName, parse_levels
from dashboard.errors import AreasError, RulesError

PRECISION = 6  # decimals of a degree that the map gets: about 10 cm
_NO_SHAPE = "has no Polygon or MultiPolygon"
_OVERLAP_M2 = 1.0
_GAP_M2 = 1.0
_M2_PER_DEGREE2 = 111_320.0**2


class Feature(msgspec.Struct):
    """A feature of an areas file that could be read; `line` is its number, from 1, `unused` what of it is not used."""

    line: int
    record: AreaRecord
    shape: Any = None
    unused: list[str] = []


class CityMap(msgspec.Struct, frozen=True):
    """A city as loaded.

    Attributes:
        document: the map's document for browsers, compact JSON (docs/protocol.md).
        digest: short hash of the document, for addresses that can be cached for ever.
        shapes: geometry of each grid by its code, as browsers draw it.
        grid_bounds: float64 [grids, 4], west, south, east, north of each grid.
        water: GeoJSON of rivers and lakes, or None.
        unused: in words, a line each, which properties were given and are not used.
        today: the tree as pages and maps show it, without what was retired when the file was read; None: all of it.
        levels: what the file calls its levels; what the rules say goes before it.
    """

    tree: AreaTree
    document: bytes
    digest: str
    shapes: dict[str, Any]
    grid_bounds: npt.NDArray[np.float64]
    water: dict[str, Any] | None
    unused: tuple[str, ...] = ()
    today: AreaTree | None = None
    levels: dict[Level, LevelName] = {}

    @property
    def shown(self) -> AreaTree:
        """The tree that pages and maps show."""
        return self.today or self.tree


def read_areas(source: Path | dict[str, Any], today: dt.date | None = None) -> CityMap:
    """Returns the city in an areas file (or its parsed content); raises AreasError with every problem.

    What is retired by `today` is not drawn; without a day, everything is.
    """
    collection = collection_of(source)
    features, problems = _features(collection)
    if problems:
        raise AreasError(problems)
    tree = build_tree(feature.record for feature in features)
    shapes = {feature.record.code: feature.shape for feature in features}
    if unfit := _without_grids(tree) or _without_shape(tree, shapes):
        raise AreasError(unfit)
    drawn = {code: shapely.set_precision(shapes[code], 10.0**-PRECISION, mode="pointwise") for code in tree.grids}
    unused = unused_lines([(feature.line, feature.unused) for feature in features])
    made = _city_map(tree, tree.on(today or dt.date.min), drawn, collection.get("water"))
    return msgspec.structs.replace(made, unused=tuple(unused), levels=_levels(collection))


def _levels(collection: dict[str, Any]) -> dict[Level, LevelName]:
    """Returns what the file calls its levels (`levels` beside `features`, written as in the rules)."""
    try:
        return parse_levels(collection.get("levels", {}))
    except RulesError as error:
        raise AreasError([f"{error.where}: {error.reason}"]) from None


def _city_map(tree: AreaTree, today: AreaTree, shapes: dict[str, Any], water: Any) -> CityMap:
    document = _document(today, shapes, water)
    encoded = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    digest = hashlib.sha256(encoded).hexdigest()[:12]
    bounds = shapely.bounds([shapes[code] for code in tree.grids])
    west, south, east, north = shapely.total_bounds(list(shapes.values())).tolist()
    tree.bounds, tree.place = (west, south, east, north), Placing(shapes)
    return CityMap(tree, encoded, digest, shapes, bounds, document["water"], today=today)


def check_areas(source: Path | dict[str, Any]) -> list[str]:
    """Returns in words, a line each, what is wrong with an areas file; never raises for its content."""
    try:
        collection = collection_of(source)
        (features, problems), _ = _features(collection), _levels(collection)
    except AreasError as error:
        return error.problems
    grids = [feature for feature in features if feature.record.level == GRID]
    without = [_at(feature, _NO_SHAPE) for feature in grids if feature.shape is None]
    standing = [grid for grid in grids if grid.record.until is None]
    return [*problems, *_tree_problems(features), *without, *_coverage_problems(standing)]


def _tree_problems(features: list[Feature]) -> list[str]:
    try:
        return _without_grids(build_tree(feature.record for feature in features))
    except AreasError as error:
        return error.problems


def _without_grids(tree: AreaTree) -> list[str]:
    return [f"{area.level} {area.code} has no grids" for area in tree.by_code.values() if area.start == area.stop]


def _without_shape(tree: AreaTree, shapes: dict[str, Any]) -> list[str]:
    return [f"grid {code} {_NO_SHAPE}" for code in tree.grids if shapes[code] is None]


def _features(collection: dict[str, Any]) -> tuple[list[Feature], list[str]]:
    """Returns the features that can be read, and what is wrong with the others."""
    found: list[Feature] = []
    problems: list[str] = []
    entries = collection.get("features")
    if not isinstance(entries, list) or not entries:
        raise AreasError(["the file has no features"])
    for line, entry in enumerate(entries, 1):
        try:
            found.append(_feature(line, entry))
        except AreasError as error:
            problems += [f"feature {line}: {problem}" for problem in error.problems]
    return found, problems


def _feature(line: int, entry: Any) -> Feature:
    if not isinstance(entry, dict) or not isinstance(entry.get("properties"), dict):
        raise AreasError(["has no properties"])
    record, unused = record_of(entry["properties"])
    geometry = entry.get("geometry")
    return Feature(line, record, None if geometry is None else _shape(geometry, record), unused)


def _shape(geometry: Any, record: AreaRecord) -> Any:
    """Returns the geometry as a valid polygon or multipolygon, x = lon, y = lat."""
    try:
        with np.errstate(invalid="ignore"):  # NaN coordinates are told below
            shape = shapely.force_2d(shapely.geometry.shape(geometry))
    except Exception as error:  # noqa: BLE001  shapely raises whatever its input makes it stumble over
        raise AreasError([f"{record.code}: geometry cannot be read ({error})"]) from None
    if shape.is_empty:
        return None
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        if record.level == GRID:
            raise AreasError([f"grid {record.code} is a {shape.geom_type}, not a Polygon or MultiPolygon"])
        return None
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise AreasError([f"{record.code}: coordinates are not longitude and latitude"])
    if not shape.is_valid:
        raise AreasError([f"{record.code}: {shapely.is_valid_reason(shape)}"])
    return shape


def _at(feature: Feature, what: str) -> str:
    return f"feature {feature.line}: {feature.record.level} {feature.record.code} {what}"


def _coverage_problems(grids: list[Feature]) -> list[str]:
    """Returns overlaps and gaps between grids, with their size in m²."""
    grids = [feature for feature in grids if feature.shape is not None]
    if len(grids) < 2:
        return []
    shapes = [feature.shape for feature in grids]
    tree = shapely.STRtree(shapes)
    return _overlaps(grids, shapes, tree) + _gaps(shapes, tree)


def _overlaps(grids: list[Feature], shapes: list[Any], tree: Any) -> list[str]:
    problems = []
    left, right = tree.query(shapes, predicate="intersects")
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        if a < b:
            area = _m2(shapely.intersection(shapes[a], shapes[b]))
            if area > _OVERLAP_M2:
                problems.append(_at(grids[a], f"overlaps {grids[b].record.code} by {area:,.0f} m²"))
    return problems


def _gaps(shapes: list[Any], tree: Any) -> list[str]:
    problems = []
    for part in shapely.get_parts(shapely.union_all(shapes)):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            if _m2(hole) > _GAP_M2 and not _is_own_hole(hole, shapes, tree):
                problems.append(f"gap of {_m2(hole):,.0f} m² at {_place(hole)} that no grid covers")
    return problems


def _is_own_hole(hole: Any, shapes: list[Any], tree: Any) -> bool:
    """Says whether a hole is drawn into a single grid (a lake) instead of left between several."""
    around = [shapes[index] for index in tree.query(hole, predicate="intersects").tolist()]
    return len(around) == 1


def _m2(shape: Any) -> float:
    """Returns an area in m², good enough to tell a sliver from a hole."""
    if shape.is_empty:
        return 0.0
    south, north = shape.bounds[1], shape.bounds[3]
    return float(shape.area) * _M2_PER_DEGREE2 * math.cos(math.radians((south + north) / 2))


def _place(shape: Any) -> str:
    point = shape.representative_point()
    return f"{point.y:.5f}, {point.x:.5f}"


def _document(tree: AreaTree, shapes: dict[str, Any], water: Any) -> dict[str, Any]:
    """Returns the document that browsers draw the map from."""
    west, south, east, north = shapely.total_bounds(list(shapes.values())).tolist()
    outlined = tree.parts() or (tree.root,)
    return {
        "type": "FeatureCollection",
        "features": [grid_feature(tree, i, shapes[tree.grids[i]]) for i in tree.standing_in(tree.root)],
        "areas": {
            a.code: {"level": a.level, "name": a.name, "name_en": a.name_en, "parent": a.parent} for a in tree.uppers()
        },
        "outlines": {
            "type": "FeatureCollection",
            "features": [outline(tree, area.code, shapes) for area in outlined],
        },
        "bounds": [[south, west], [north, east]],
        "water": water if isinstance(water, dict) else None,
    }


def grid_feature(tree: AreaTree, index: int, shape: Any) -> dict[str, Any]:
    """Returns one grid as a GeoJSON feature."""
    area = tree.by_code[tree.grids[index]]
    properties = {"i": index, "code": area.code, "name": area.name, "name_en": area.name_en, "parent": area.parent}
    return {"type": "Feature", "properties": properties, "geometry": _geometry(shape)}


def outline(tree: AreaTree, code: str, shapes: dict[str, Any]) -> dict[str, Any]:
    """Returns one area as the union of its grids, with a point inside for its label; the city needs none."""
    area = tree.by_code[code]
    union = _union([shapes[tree.grids[grid]] for grid in tree.standing_in(area)])
    properties: dict[str, Any] = {
        "code": code,
        "name": area.name,
        "name_en": area.name_en,
    }
    if area is not tree.root:
        label = union.representative_point()
        properties["label"] = [round(label.x, 5), round(label.y, 5)]
    return {"type": "Feature", "properties": properties, "geometry": _geometry(union)}


def _union(shapes: list[Any]) -> Any:
    """Returns the union of shapes: of those that share their corners in a fraction of the time that others take."""
    try:
        whole = shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException:  # they do not: some overlap
        return shapely.union_all(shapes)
    return whole if shapely.is_valid(whole) and not whole.is_empty else shapely.union_all(shapes)


def _geometry(shape: Any) -> dict[str, Any]:
    if shape.geom_type == "Polygon" and not shape.interiors:  # nearly all are, and there may be tens of thousands
        return {"type": "Polygon", "coordinates": [np.round(shapely.get_coordinates(shape), PRECISION).tolist()]}
    mapping = shapely.geometry.mapping(shape)
    return {"type": mapping["type"], "coordinates": _rounded(mapping["coordinates"])}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, PRECISION)
    return [_rounded(part) for part in coordinates]
