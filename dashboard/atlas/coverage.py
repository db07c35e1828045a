"""Grids as a coverage of the city: they may touch, but neither overlap nor leave gaps; a hole may be an enclave.

No geometry tells an enclave from a grid that was forgotten, but a sliver between edges that were drawn twice is
neither. So slivers are problems, and wide holes are named for whoever knows what lies there.
"""

from __future__ import annotations

import math
from typing import Any

import shapely

_OVERLAP_M2 = 1.0
_GAP_M2 = 1.0
_SLIVER_M = 10.0  # mean width, at least
_SLIVER_SHARE = 0.05  # of the width of the grids around
_M_PER_DEGREE = 111_320.0


def overlaps(labels: list[str], codes: list[str], shapes: list[Any]) -> list[str]:
    """Returns which grids overlap, with the size in m², given the label and the code of each."""
    problems = []
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        if a < b and (area := m2(shapely.intersection(shapes[a], shapes[b]))) > _OVERLAP_M2:
            way = "wanted is one edge for both (QGIS: Vector, Geometry Tools, or Snap Geometries to Layer)"
            problems.append(f"{labels[a]}: overlaps {codes[b]} by {area:,.0f} m²; {way}")
    return problems


def holes(codes: list[str], shapes: list[Any]) -> tuple[list[str], list[str]]:
    """Returns slivers that no grid covers, and wide holes, which may be enclaves; with their sizes and places."""
    gaps, wide = [], []
    tree = shapely.STRtree(shapes)
    for part in shapely.get_parts(shapely.union_all(shapes)):
        for hole in map(shapely.Polygon, part.interiors):
            around = tree.query(hole, predicate="intersects").tolist()
            if m2(hole) <= _GAP_M2 or len(around) == 1:  # a lake drawn into a single grid
                continue
            where = f"of {m2(hole):,.0f} m² at {_place(hole)} between {_named([codes[index] for index in around])}"
            if _width_m(hole) < max(_SLIVER_M, _SLIVER_SHARE * min(math.sqrt(m2(shapes[index])) for index in around)):
                gaps.append(
                    f"gap {where}: no grid covers it; wanted are edges that meet (QGIS: Snap Geometries to Layer)"
                )
            else:
                wide.append(f"hole {where}: right for an enclave or a lake, a gap if a grid was forgotten")
    return gaps, wide


def m2(shape: Any) -> float:
    """Returns an area in m², good enough to tell a sliver from a hole."""
    if shape.is_empty:
        return 0.0
    return float(shape.area) * _M_PER_DEGREE**2 * _narrowing(shape)


def _width_m(hole: Any) -> float:
    """Returns the mean width of a hole in metres."""
    scaled = shapely.transform(hole, lambda points: points * [_M_PER_DEGREE * _narrowing(hole), _M_PER_DEGREE])
    return float(2 * scaled.area / scaled.length)


def _narrowing(shape: Any) -> float:
    """Returns how much shorter a degree of longitude is there than one of latitude."""
    return math.cos(math.radians((shape.bounds[1] + shape.bounds[3]) / 2))


def _named(codes: list[str]) -> str:
    shown = ", ".join(sorted(codes)[:4])
    return shown if len(codes) <= 4 else f"{shown} and {len(codes) - 4} more"


def _place(shape: Any) -> str:
    point = shape.representative_point()
    return f"{point.y:.5f}, {point.x:.5f} (latitude, longitude)"
