"""The other demo city: wards on the shore of a lake, one level below the city, and nobody counted.

It is as another country would hand it over: a name in English, wards by number, blocks of streets
at right angles, no residents and no homes. The land is cut into square blocks on a grid of
kilometres, each block goes to the ward whose middle is nearest, and a ward is the union of its
blocks, so that neighbours share their corners to the last digit.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from simulator.place.land import DEGREE_GRID, Floats, Ints

CITY_CODE = "lake-haven"
CITY = ("湖港市", "Lake Haven")
WARDS = 50
_CORNER_LON, _CORNER_LAT = -87.93, 43.46
_KM_PER_LAT = 111.13
_KM_PER_LON = 111.32 * math.cos(math.radians(43.56))
# The shore, from south to north: x, y in kilometres. West of it lies land.
_SHORE_KM = (
    (13.4, -0.5), (13.0, 1.2), (12.1, 3.1), (12.4, 4.6), (11.6, 6.2), (11.9, 7.3), (11.1, 8.0), (11.0, 8.9),
    (11.7, 9.6), (11.2, 11.0), (10.4, 12.4), (10.6, 14.3), (9.7, 16.0), (9.2, 17.8), (9.5, 19.6), (8.6, 21.5),
)  # fmt: skip
# The city limit inland, as surveyors draw it: x, y in kilometres, from north to south.
_LIMIT_KM = (
    (8.8, 21.0), (4.2, 21.0), (4.2, 18.6), (2.6, 18.6), (2.6, 14.2), (0.8, 14.2), (0.8, 6.6), (0.0, 6.6),
    (0.0, 2.4), (3.0, 2.4), (3.0, 0.0), (13.3, 0.0),
)  # fmt: skip
_DOWNTOWN_KM = np.array([10.2, 9.2])
_BLOCKS_PER_WARD = 30
_LAKE_KM = 30.0  # so far out the water is drawn


def build_lake(wards: int = WARDS, seed: int = 7) -> dict[str, Any]:
    """Returns the city as an areas file (GeoJSON), the same for the same `wards` and `seed`.

    Raises:
        ValueError: `wards` is not from 1 to 2,000.
    """
    if not 1 <= wards <= 2_000:
        raise ValueError(f"this city has 1 to 2,000 wards, not {wards}")
    land = shapely.Polygon([*_SHORE_KM, *_LIMIT_KM]).buffer(0)
    middles, blocks = _blocks(land, wards)
    owner = _owners(middles, _seeds(middles, wards, np.random.default_rng(seed)))
    shapes = [_ward(blocks[owner == ward]) for ward in range(wards)]
    city = _feature(CITY_CODE, "city", *CITY, None, None)
    order = np.lexsort([[round(s.centroid.x, 4) for s in shapes], [-round(s.centroid.y, 2) for s in shapes]])
    features = [
        _feature(f"W{n}", "grid", f"第{n}选区", f"Ward {n}", CITY_CODE, shapes[i]) for n, i in enumerate(order, 1)
    ]
    return {"type": "FeatureCollection", "features": [city, *features], "water": _water()}


def _blocks(land: Any, wards: int) -> tuple[Floats, npt.NDArray[Any]]:
    """Returns middles [n, 2] in kilometres and shapes in degrees of the blocks that cover the land."""
    side = math.sqrt(land.area / (wards * _BLOCKS_PER_WARD))
    west, south, east, north = land.bounds
    x, y = np.meshgrid(np.arange(west, east, side), np.arange(south, north, side))
    squares = shapely.box(x.ravel(), y.ravel(), x.ravel() + side, y.ravel() + side)
    cut = shapely.intersection(squares, land)
    kept = cut[shapely.area(cut) > side * side * 0.02]
    parts = shapely.get_parts(kept)
    parts = parts[shapely.area(parts) > side * side * 0.02]
    middles = shapely.get_coordinates(shapely.centroid(parts))
    return middles, shapely.set_precision(shapely.transform(parts, _to_degrees), DEGREE_GRID)


def _seeds(middles: Floats, wards: int, rng: np.random.Generator) -> Floats:
    """Returns the middles of the wards, [wards, 2]: as many people in each, so downtown they are small."""
    away = np.hypot(*(middles - _DOWNTOWN_KM).T)
    people = 0.35 + 2.2 * np.exp(-away / 3.0)
    seeds = middles[rng.choice(len(middles), wards, replace=False, p=people / people.sum())]
    for _ in range(12):
        owner = _nearest(middles, seeds)
        mass = np.maximum(np.bincount(owner, people, wards), 1e-9)
        seeds = np.column_stack([np.bincount(owner, people * middles[:, axis], wards) / mass for axis in (0, 1)])
    return seeds


def _nearest(middles: Floats, seeds: Floats) -> Ints:
    """Returns for each block the ward whose middle is nearest."""
    nearest: Ints = np.argmin(((middles[:, None, :] - seeds[None]) ** 2).sum(axis=2), axis=1)
    return nearest


def _owners(middles: Floats, seeds: Floats) -> Ints:
    """Returns the ward of each block: the block nearest to each middle first, so that no ward is without one."""
    owner = _nearest(middles, seeds)
    for ward in np.flatnonzero(np.bincount(owner, minlength=len(seeds)) == 0).tolist():
        owner[np.argmin(((middles - seeds[ward]) ** 2).sum(axis=1))] = ward
    return owner


def _ward(blocks: npt.NDArray[Any]) -> Any:
    return shapely.set_precision(shapely.union_all(blocks, grid_size=DEGREE_GRID), DEGREE_GRID)


def _to_degrees(km: Floats) -> Floats:
    return np.column_stack((_CORNER_LON + km[:, 0] / _KM_PER_LON, _CORNER_LAT + km[:, 1] / _KM_PER_LAT))


def _feature(code: str, level: str, name: str, name_en: str, parent: str | None, shape: Any) -> dict[str, Any]:
    properties = {"code": code, "level": level, "name": name, "name_en": name_en, "parent": parent}
    geometry = None if shape is None else shapely.geometry.mapping(shapely.orient_polygons(shape))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _water() -> dict[str, Any]:
    """Returns the lake as a feature collection for drawing."""
    far = [
        (_LAKE_KM, _SHORE_KM[-1][1] + 8),
        (_LAKE_KM, _SHORE_KM[0][1] - 8),
        (_SHORE_KM[0][0] + 1, _SHORE_KM[0][1] - 8),
    ]
    north = (_SHORE_KM[-1][0] - 1, _SHORE_KM[-1][1] + 8)
    lake = shapely.transform(shapely.Polygon([*_SHORE_KM, north, *far]), _to_degrees)
    lake = shapely.orient_polygons(shapely.set_precision(lake, DEGREE_GRID))
    properties = {"kind": "lake", "name": "湖", "name_en": "The Lake"}
    feature = {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(lake)}
    return {"type": "FeatureCollection", "features": [feature]}
