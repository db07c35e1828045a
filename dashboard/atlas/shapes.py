"""Where things lie: geometry of a feature as longitude and latitude, or in words what it is instead."""

from __future__ import annotations

import importlib.resources
import math
import re
from typing import Any

import numpy as np
import shapely
import shapely.geometry

from dashboard.atlas.geojson import EXPORT
from dashboard.errors import AreasError

AREAL = ("Polygon", "MultiPolygon")
_DEGREES = {"CRS84", "CRS83", "CRS27", "4326", "4490", "4258", "4269", "4979"}  # within metres of WGS 84, as GeoJSON is
_DEGREES -= {"CRS27"}  # that one is not
_CODE = re.compile(r"(CRS\d+|\d+)\s*$", re.IGNORECASE)
_FAR = 5.0  # degrees from the middle of the city, where nothing of it lies
_ZONE_LINE = re.compile(r"^\S+\t([+-])(\d{2})(\d{2})\d{0,2}([+-])(\d{3})(\d{2})\d{0,2}\t(\S+)", re.MULTILINE)
_SWAP = "wanted is longitude first: in QGIS the tool Swap X and Y coordinates, then export again"


def shape_of(geometry: Any) -> Any:
    """Returns a geometry as a valid polygon or multipolygon, x = lon, y = lat; None when it is empty or has no area.

    Raises:
        AreasError: it cannot be read, is invalid, or not in degrees.
    """
    try:
        with np.errstate(invalid="ignore"):  # NaN coordinates are told below
            shape = shapely.force_2d(shapely.geometry.shape(geometry))
    except Exception:  # noqa: BLE001  shapely raises whatever its input makes it stumble over
        kind = geometry.get("type") if isinstance(geometry, dict) else geometry
        raise AreasError([f"geometry of the type {ascii(kind)[:60]} cannot be read; {_wanted()}"]) from None
    if shape.is_empty or shape.geom_type not in AREAL:
        return None
    if problem := _not_degrees(*shape.bounds):
        raise AreasError([problem])
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape).replace("[", " at ").replace("]", "")
        raise AreasError([f"geometry is invalid ({reason}); in QGIS the tool Fix Geometries mends it"])
    return shape


def _wanted() -> str:
    return f"wanted is a Polygon or MultiPolygon of longitudes and latitudes; {EXPORT}"


def _not_degrees(west: float, south: float, east: float, north: float) -> str | None:
    """Returns in words why bounds are not longitude and latitude, or None."""
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return None
    found = f"coordinates such as {west:.7g}, {south:.7g}"
    if -90 <= west <= east <= 90 and -180 <= south <= north <= 180:
        return f"{found} have latitude first; {_SWAP}"
    if math.isfinite(west + south + east + north):
        return f"{found} are not longitude and latitude but metres of a projection; {EXPORT}"
    return f"{found} are no numbers; wanted is longitude and latitude; {EXPORT}"


def crs_problem(collection: dict[str, Any]) -> str | None:
    """Returns in words that a file says it is in another system than longitude and latitude, or None."""
    crs = collection.get("crs")
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    given = properties if isinstance(properties, dict) else {}
    name = str(given.get("name", given.get("code", crs)))
    code = _CODE.search(name)
    if code and code[1].upper() in _DEGREES:
        return None
    return f"crs is {ascii(name)[:80]}; wanted is none, or EPSG:4326 (WGS 84, longitude first); {EXPORT}"


def swapped(centres: dict[str, tuple[float, float]]) -> list[str]:
    """Returns which of a city's shapes have latitude first: they lie in its middle only with both exchanged."""
    middle = np.median(np.array(list(centres.values())).reshape(-1, 2), axis=0) if centres else None
    lines = []
    for label, (x, y) in centres.items():
        given, other = math.dist((x, y), middle), math.dist((y, x), middle)  # type: ignore[arg-type]
        if given > _FAR and other < given / 4:
            lines.append(f"{label}: lies at {y:.2f}, {x:.2f} (latitude, longitude), away from all others; {_SWAP}")
    return lines


def swapped_for_zone(x: float, y: float, timezone: str) -> str | None:
    """Returns in words that a city lies in its time zone only with longitude and latitude exchanged, or None."""
    place = _zone_place(timezone)
    if place is None or abs(x) > 90 or _apart(y, x, *place) * 3 > _apart(x, y, *place):
        return None
    where = (
        f"the city lies at latitude {y:.4f}, longitude {x:.4f}, far from its time zone {timezone} (GRIDWALL_TIMEZONE)"
    )
    return f"{where}; exchanged it lies in it; {_SWAP}, or set the time zone"


def _apart(x: float, y: float, east: float, north: float) -> float:
    """Returns the angle between two places, in radians."""
    one, two = math.radians(y), math.radians(north)
    cosine = math.sin(one) * math.sin(two) + math.cos(one) * math.cos(two) * math.cos(math.radians(x - east))
    return math.acos(max(-1.0, min(1.0, cosine)))


def _zone_place(timezone: str) -> tuple[float, float] | None:
    """Returns longitude and latitude of the place that a time zone is named after, where the database tells it."""
    try:
        table = (importlib.resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    except (ModuleNotFoundError, OSError):
        return None
    for sign, degrees, minutes, sign_x, degrees_x, minutes_x, name in _ZONE_LINE.findall(table):
        if name == timezone:
            y, x = int(degrees) + int(minutes) / 60, int(degrees_x) + int(minutes_x) / 60
            return (-x if sign_x == "-" else x), (-y if sign == "-" else y)
    return None
