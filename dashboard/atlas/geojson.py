"""The collection of features in an areas file, or in words what the file holds instead and how to get one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dashboard.atlas.text import text_of
from dashboard.errors import AreasError, UnreadableFile

EXPORT = (
    "in QGIS: right-click the layer, Export, Save Features As, format GeoJSON, CRS EPSG:4326 - WGS 84, encoding UTF-8"
)
_SHOWN = 20  # characters around a place that is wrong
_NOT_LAYERS = {"Topology": "is TopoJSON", "Feature": "is a single feature"}


def collection_of(source: Path | dict[str, Any]) -> dict[str, Any]:
    """Returns the collection in a file (gzip or not) or in its parsed content; raises AreasError when it is none."""
    name = "the file" if isinstance(source, dict) else source.name
    data: Any = source if isinstance(source, dict) else _parsed(source)
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        raise AreasError([f"{name} {_kind(data)}, wanted is a GeoJSON FeatureCollection; {EXPORT}"])
    return data


def _parsed(path: Path) -> Any:
    try:
        text, _ = text_of(path)
    except UnreadableFile as error:
        raise AreasError([f"{error}; wanted is a GeoJSON FeatureCollection; {EXPORT}"]) from None
    try:
        data = json.loads(text)
        if "\\u" in text:
            _refuse_halves(data)
    except json.JSONDecodeError as error:
        raise AreasError([f"{path.name} is not JSON: {_broken(text, error)}; {EXPORT}"]) from None
    except RecursionError:
        raise AreasError([f"{path.name} is nested deeper than any GeoJSON is; {EXPORT}"]) from None
    except UnicodeEncodeError:
        reason = "holds half a character (\\ud800 to \\udfff without its other half): a name was cut off inside of it"
        raise AreasError([f"{path.name} {reason}; shorten the name, and write it again"]) from None
    except ValueError:
        raise AreasError([f"{path.name} holds a number of more than 4,300 digits"]) from None
    return data


def _refuse_halves(data: Any) -> None:
    json.dumps(data, ensure_ascii=False).encode()


def _broken(text: str, error: json.JSONDecodeError) -> str:
    """Returns in words where a text stops being JSON, and why as far as that can be told."""
    rest = text[error.pos :].strip()
    if not text.strip():
        return "it is empty"
    if not rest:
        return f"it ends in the middle (line {error.lineno}), as if it had been cut off"
    near = text[max(0, error.pos - _SHOWN) : error.pos + _SHOWN]
    place = f"line {error.lineno}, column {error.colno}, near {near!a}"
    if error.msg == "Extra data" and rest.startswith(("{", "\x1e")):
        return f"it holds several values, one behind the other (GeoJSONSeq), from {place}"
    return f"{error.msg} in {place}"


def _kind(data: Any) -> str:
    """Returns in words what was found instead of a collection."""
    if not isinstance(data, dict):
        return "is a list" if isinstance(data, list) else "is a single value"
    kind = data.get("type")
    if "spatialReference" in data or "geometryType" in data:
        return "is JSON of ArcGIS"
    if kind is None:
        return "is an object without a type"
    return _NOT_LAYERS.get(kind, f"is of the type {ascii(kind)[:60]}") if isinstance(kind, str) else "has an odd type"
