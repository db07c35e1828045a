"""Areas files: GeoJSON in, the tree of areas and the map's document out; what is wrong is said by `checking`."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import shapely
import shapely.geometry

from dashboard.atlas.checking import checked, without_grids
from dashboard.atlas.features import features_of, water_problem
from dashboard.atlas.folding import folded
from dashboard.atlas.geojson import collection_of
from dashboard.atlas.placing import Placing
from dashboard.atlas.properties import unused_lines
from dashboard.atlas.shapes import crs_problem
from dashboard.domain.rules.areas import AreaTree, build_tree
from dashboard.domain.rules.levels import Level, LevelName, parse_levels
from dashboard.errors import AreasError, RulesError

PRECISION = 6  # decimals of a degree that the map gets: about 10 cm


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
    read = features_of(collection)
    about = [crs_problem(collection), water_problem(collection.get("water"))]
    if problems := [line for line in about if line] + read.problems:
        raise AreasError(folded(problems))
    features = read.found
    tree = build_tree(feature.record for feature in features)
    shapes = {feature.record.code: feature.shape for feature in features}
    if unfit := without_grids(tree):
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


def check_areas(source: Path | dict[str, Any], timezone: str | None = None) -> list[str]:
    """Returns in words, a line each, what is wrong with an areas file; never raises for its content."""
    try:
        collection = collection_of(source)
        _levels(collection)
        return checked(collection, timezone).problems
    except AreasError as error:
        return error.problems


def notes_on(source: Path | dict[str, Any]) -> list[str]:
    """Returns in words what of a file without problems is to be looked at, and where the city lies."""
    city = read_areas(source)
    west, south, east, north = city.tree.bounds or (0.0, 0.0, 0.0, 0.0)
    box = f"from {south:.5f}, {west:.5f} to {north:.5f}, {east:.5f}"
    middle = f"centre {(south + north) / 2:.5f}, {(west + east) / 2:.5f}"
    return [*checked(collection_of(source)).notes, f"lies {box}, {middle} (latitude, longitude)"]


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
