"""The features of an areas file: what each says of an area and where it lies, or in words why it cannot be read."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import numpy as np
import shapely
import shapely.geometry

from dashboard.atlas.properties import GRID, plain, record_of
from dashboard.atlas.shapes import shape_of
from dashboard.domain.rules.areas import AreaRecord
from dashboard.domain.rules.levels import LEVELS
from dashboard.errors import AreasError

NO_SHAPE = "has no Polygon or MultiPolygon"
_WATER = "wanted is a FeatureCollection of polygons or lines, or none"


class Feature(msgspec.Struct):
    """A feature of an areas file.

    Attributes:
        line: its number in the file, from 1.
        unused: which of its properties are not used.
        stand_in: it could not be read, which is told; the record is for who names it.
    """

    line: int
    record: AreaRecord
    shape: Any = None
    unused: list[str] = []
    stand_in: bool = False

    @property
    def label(self) -> str:
        """What names it in a line: its number, level, code and name."""
        return _label(self.line, self.record.level, self.record.code, self.record.name)


class Features(msgspec.Struct):
    """What was found; `lost` are the codes, as texts, of features that cannot even stand in for themselves."""

    found: list[Feature]
    problems: list[str]
    lost: list[str] = []


def features_of(collection: dict[str, Any]) -> Features:
    """Returns the features of a collection, and what is wrong with them; raises AreasError when there are none."""
    entries = collection.get("features")
    if not isinstance(entries, list) or not entries:
        raise AreasError(["the file has no features"])
    features = Features([], [])
    for line, entry in enumerate(entries, 1):
        try:
            features.found.append(_feature(line, entry))
        except AreasError as error:
            features.problems += [f"{_labelled(line, entry)}: {problem}" for problem in error.problems]
            stand_in = _stand_in(line, entry)
            features.found += [] if stand_in is None else [stand_in]
            features.lost += [str(_given(entry).get("code"))] if stand_in is None else []
    return features


def _feature(line: int, entry: Any) -> Feature:
    if not isinstance(entry, dict) or not isinstance(entry.get("properties"), dict):
        raise AreasError(["has no properties; wanted are code, level, name and parent"])
    record, unused = record_of(entry["properties"])
    geometry = entry.get("geometry")
    shape = None if geometry is None else shape_of(geometry)
    if shape is None and record.level == GRID:
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        found = f", but a {ascii(kind)[1:-1][:40]}" if isinstance(kind, str) and "Polygon" not in kind else ""
        raise AreasError([f"{NO_SHAPE}{found}; every grid needs one"])
    return Feature(line, record, shape, unused)


def _stand_in(line: int, entry: Any) -> Feature | None:
    """Returns what a feature that cannot be read says of its place in the tree, or None."""
    given = _given(entry)
    code, level, parent = given.get("code"), given.get("level"), given.get("parent")
    if not isinstance(code, str) or level not in LEVELS or not isinstance(parent, str | None):
        return None
    return Feature(line, AreaRecord(code, level, str(given.get("name") or code), parent=parent), stand_in=True)


def _labelled(line: int, entry: Any) -> str:
    return _label(line, *(_given(entry).get(name) for name in ("level", "code", "name")))


def _given(entry: Any) -> dict[str, Any]:
    """Returns the properties of whatever was given as a feature."""
    properties = entry.get("properties") if isinstance(entry, dict) else None
    return properties if isinstance(properties, dict) else {}


def _label(line: int, *words: Any) -> str:
    known = [plain(str(word)) for word in words if isinstance(word, str | int) and word != ""]
    return f"feature {line}" + (f" ({', '.join(known)})" if known else "")


def water_problem(water: Any) -> str | None:
    """Returns in words why rivers and lakes cannot be drawn, or None; browsers draw whatever is let through."""
    if water is None:
        return None
    if not isinstance(water, dict) or water.get("type") != "FeatureCollection":
        kind = water.get("type") if isinstance(water, dict) else type(water).__name__
        return f"water is {ascii(kind)[:60]}; {_WATER}"
    entries = water.get("features")
    if not isinstance(entries, list):
        return f"water has no list of features; {_WATER}"
    wrong = next((number for number, entry in enumerate(entries, 1) if not _is_drawn(entry)), None)
    if wrong is not None:
        return f"water, feature {wrong}: has no geometry in longitude and latitude; {_WATER}"
    try:
        json.dumps(water, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return f"water holds a number or a text that no JSON can hold; {_WATER}"
    return None


def _is_drawn(entry: Any) -> bool:
    """Says whether a browser can draw a feature of the water."""
    if not isinstance(entry, dict) or entry.get("type") != "Feature":
        return False
    if entry.get("geometry") is None:
        return True
    try:
        with np.errstate(invalid="ignore"):
            west, south, east, north = shapely.geometry.shape(entry["geometry"]).bounds
    except Exception:  # noqa: BLE001  shapely raises whatever its input makes it stumble over
        return False
    return bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90)
