"""The city as the simulation needs it: grids on one axis, who lives there, and a spot to stand on."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
import shapely.geometry

from dashboard.domain.rules.areas import AreaTree
from dashboard.errors import AreasError
from simulator.place.land import CORNER_LAT, CORNER_LON, Floats, Ints

_NOBODY = [[30] * 18, [30] * 18]


class Places:
    """All grids in the order of their codes.

    Attributes:
        codes: code of each grid.
        desk: code of each grid's community (of whatever lies above it, where there is no community).
        street, district: codes of the areas further up.
        living: int64 [grids, 2, 18], residents by sex (m, f) and five-year band; changes as people come and go.
        people: residents at the start.
        weights: float64 [grids], share of the residents.
    """

    def __init__(self, city: dict[str, Any] | AreaTree) -> None:
        known = _from_tree(city) if isinstance(city, AreaTree) else _from_file(city)
        if not known:
            raise AreasError(["there is no grid"])
        known.sort(key=lambda grid: grid[0])
        self.codes = [code for code, _, _, _ in known]
        self.living: Ints = np.array([ages for _, _, ages, _ in known], dtype=np.int64)
        self.desk, self.street, self.district = (
            [_above(path, position) for _, path, _, _ in known] for position in (-1, -2, -3)
        )
        counts = self.living.sum(axis=(1, 2)).astype(np.float64)
        self.people = int(counts.sum())
        self.weights: Floats = (counts + 1e-9) / (counts + 1e-9).sum()
        self._middle, self._reach = _spots([shape for _, _, _, shape in known])
        self.of_desk: dict[str, list[int]] = {}
        for grid, code in enumerate(self.desk):
            self.of_desk.setdefault(code, []).append(grid)

    def __len__(self) -> int:
        return len(self.codes)

    def spot(self, grid: int, turn: float, away: float) -> tuple[float, float]:
        """Returns (lat, lon) inside a grid, from two numbers in 0–1."""
        reach = self._reach[grid] * 0.9 * away**0.5
        lon, lat = self._middle[grid]
        angle = turn * 6.283185307
        return round(lat + reach * float(np.sin(angle)), 6), round(lon + reach * float(np.cos(angle)), 6)


_Grid = tuple[str, list[str], Any, Any]


def _from_file(city: dict[str, Any]) -> list[_Grid]:
    """Returns (code, codes above from the top down, ages, shape) of each grid of an areas file."""
    properties = [feature["properties"] for feature in city["features"]]
    parents = {entry["code"]: entry.get("parent") for entry in properties}
    found: list[_Grid] = []
    for feature in city["features"]:
        entry = feature["properties"]
        if entry["level"] == "grid":
            ages = (entry.get("population") or {}).get("ages")
            shape = shapely.geometry.shape(feature["geometry"])
            found.append(
                (entry["code"], _path(entry["code"], parents), [ages["m"], ages["f"]] if ages else _NOBODY, shape)
            )
    return found


def _from_tree(tree: AreaTree) -> list[_Grid]:
    """Returns the same of a tree; without shapes everybody stands at one spot."""
    spot = shapely.Point(CORNER_LON + 0.13, CORNER_LAT + 0.16).buffer(0.002)
    ages = tree.ages.tolist()
    return [(code, [a.code for a in tree.path(code)], ages[grid], spot) for grid, code in enumerate(tree.grids)]


def _path(code: str, parents: dict[str, str | None]) -> list[str]:
    above: list[str] = []
    parent = parents.get(code)
    while parent is not None and len(above) < 8:
        above.insert(0, parent)
        parent = parents.get(parent)
    return above


def _above(path: list[str], position: int) -> str:
    """Returns the code `-position` levels up, or the topmost one."""
    if not path:
        return ""
    return path[max(position, -len(path))]


def _spots(shapes: list[Any]) -> tuple[list[tuple[float, float]], list[float]]:
    """Returns a point (lon, lat) well inside each grid, and how far its border is from there (degrees)."""
    outlines = np.array(shapes)
    middle = shapely.centroid(outlines)
    outside = ~shapely.contains(outlines, middle)
    middle[outside] = shapely.point_on_surface(outlines[outside])
    reach = shapely.distance(middle, shapely.boundary(outlines))
    return [(x, y) for x, y in shapely.get_coordinates(middle).tolist()], reach.tolist()
