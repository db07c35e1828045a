"""The land: a city limit, a river through it, and small cells that cover both banks without gap or overlap.

Everything is planned in kilometres east (x) and north (y) of a corner and only at the end
turned into degrees. The cells come out of one noded line work on a grid of 1e-6 degree, so
that neighbours share their corners to the last digit.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from simulator.place.curves import closed_curve, lengths, open_curve

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DEGREE_GRID = 1e-6
CORNER_LON, CORNER_LAT = 111.195, 30.595
KM_PER_LAT = 111.13
KM_PER_LON = 111.32 * math.cos(math.radians(30.72))
CENTRE_KM = np.array([12.6, 18.2])  # the old town, on the north-eastern bank
_RIVER_KM = np.array(
    [
        [-3.0, 30.5], [1.2, 26.6], [4.6, 24.6], [7.0, 22.3], [8.3, 19.2], [10.0, 16.3],
        [12.9, 14.3], [15.2, 11.8], [16.6, 8.9], [19.3, 6.7], [22.8, 5.9], [26.0, 4.0], [30.5, 0.2], [33.0, -2.0],
    ]
)  # fmt: skip
_OUTLINE_KM = np.array(
    [
        [1.4, 21.6], [1.9, 24.4], [3.3, 26.9], [6.0, 27.6], [8.6, 26.5], [11.4, 27.4], [14.9, 28.0], [18.2, 26.7],
        [20.2, 24.0], [22.9, 23.0], [24.4, 20.2], [23.6, 17.1], [24.9, 14.3], [27.3, 12.4], [28.5, 9.2], [28.9, 5.6],
        [27.9, 2.3], [25.0, 0.9], [21.6, 1.3], [18.6, 2.9], [15.6, 2.6], [12.9, 4.2], [11.2, 7.0], [8.3, 8.3],
        [6.1, 10.6], [5.6, 13.7], [3.1, 15.6], [1.0, 18.2],
    ]
)  # fmt: skip
# Towns outside the centre: x, y, weight, reach (kilometres).
_TOWNS = ((17.6, 13.0, 1.9, 2.7), (24.3, 8.0, 0.9, 2.0), (13.2, 23.6, 1.0, 2.0), (8.2, 14.6, 0.7, 1.9))
_DENSEST = 5.0


def to_degrees(km: Floats) -> Floats:
    """Returns lon, lat of points [n, 2] in kilometres."""
    return np.column_stack((CORNER_LON + km[:, 0] / KM_PER_LON, CORNER_LAT + km[:, 1] / KM_PER_LAT))


def to_km(degrees: Floats) -> Floats:
    """Returns kilometres of points [n, 2] given as lon, lat."""
    return np.column_stack(((degrees[:, 0] - CORNER_LON) * KM_PER_LON, (degrees[:, 1] - CORNER_LAT) * KM_PER_LAT))


class Land:
    """The two banks of the city and the river between them, in kilometres.

    Attributes:
        banks: the north-eastern and the south-western bank as polygons.
        river: the water as a polygon; it reaches beyond the city at both ends.
        course: float64 [n, 2], the middle of the river from its upper end down.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        curve = open_curve(_RIVER_KM, lengths(_RIVER_KM))
        self.course = curve.positions(np.linspace(0, curve.at[-1], 400))
        self.river = _river(self.course, rng)
        parts = shapely.get_parts(shapely.difference(_outline(rng), self.river))
        largest = sorted(parts, key=lambda part: -float(part.area))[:2]
        self.banks: list[Any] = sorted(largest, key=lambda part: -part.centroid.x - part.centroid.y)
        self._course_km = lengths(self.course)

    def along_river(self, points: Floats) -> tuple[Floats, Floats]:
        """Returns for points [n, 2] the kilometres down the river and the distance from its middle."""
        nearest = _nearest(self.course, points)
        return self._course_km[nearest], np.hypot(*(points - self.course[nearest]).T)


def _nearest(places: Floats, points: Floats) -> Ints:
    """Returns for each of `points` [n, 2] which of `places` [m, 2] is nearest."""
    found: Ints = shapely.STRtree(shapely.points(places), node_capacity=4).nearest(shapely.points(points))
    return found


def _waves(rng: np.random.Generator, count: int, harmonics: range, roughness: float) -> Floats:
    """Returns a periodic random line [count] whose higher harmonics are weaker."""
    angle = np.linspace(0, 2 * math.pi, count, endpoint=False)
    line = np.zeros(count)
    for n in harmonics:
        line += rng.normal() * n**-roughness * np.cos(n * angle + rng.uniform(0, 2 * math.pi))
    return line


def _outline(rng: np.random.Generator) -> Any:
    """Returns the city limit: a smooth shape with the small irregularity of ridges and brooks."""
    count = 360
    curve = closed_curve(_OUTLINE_KM)
    where = np.linspace(0, curve.at[-1], count, endpoint=False)
    points, tangent = curve.positions(where), curve.tangents(where)
    normal = np.column_stack((tangent[:, 1], -tangent[:, 0])) / np.hypot(*tangent.T)[:, None]
    bumps = 0.9 * _waves(rng, count, range(9, 80), 0.9)
    return shapely.make_valid(shapely.Polygon(points + normal * bumps[:, None]))


def _river(course: Floats, rng: np.random.Generator) -> Any:
    """Returns the water: narrow out of the gorge, wider below."""
    tangent = np.gradient(course, axis=0)
    normal = np.column_stack((-tangent[:, 1], tangent[:, 0])) / np.hypot(*tangent.T)[:, None]
    share = np.linspace(0, 1, len(course))
    half = 0.36 + 0.16 * share + 0.09 * np.sin(share * 21.0)
    left, right = (half + 0.05 * _waves(rng, len(course), range(5, 60), 0.8) for _ in range(2))
    banks = np.vstack((course + normal * left[:, None], (course - normal * right[:, None])[::-1]))
    return shapely.make_valid(shapely.Polygon(banks).simplify(0.012))


def density(points: Floats, land: Land) -> Floats:
    """Returns how closely built the city is at points [n, 2]: highest in the centre, high along the river."""
    _, off = land.along_river(points)
    x, y = points.T
    from_centre = np.hypot(x - CENTRE_KM[0], (y - CENTRE_KM[1]) * 0.92)
    result: Floats = 0.22 + 3.3 * np.exp(-0.5 * (from_centre / 2.7) ** 2) + 0.42 * np.exp(-off / 2.6)
    for town_x, town_y, weight, reach in _TOWNS:
        result += weight * np.exp(-0.5 * (np.hypot(x - town_x, y - town_y) / reach) ** 2)
    return result


def scatter(region: Any, land: Land, count: int, rng: np.random.Generator) -> Floats:
    """Returns `count` random points in a region, float64 [count, 2], as dense as the city is there."""
    west, south, east, north = region.bounds
    shapely.prepare(region)
    found: list[Floats] = []
    while sum(map(len, found)) < count:
        tried = rng.uniform((west, south), (east, north), (max(count * 4, 2000), 2))
        tried = tried[shapely.contains_xy(region, tried[:, 0], tried[:, 1])]
        found.append(tried[rng.random(len(tried)) * _DENSEST < density(tried, land)])
    return np.concatenate(found)[:count]


def place_seeds(region: Any, land: Land, count: int, rng: np.random.Generator) -> Floats:
    """Returns the middles of `count` cells, [count, 2], after Lloyd relaxation weighted by the density."""
    samples = scatter(region, land, count * (36 if count < 3000 else 20) + 200, rng)
    seeds = samples[:count].copy()
    for _ in range(9):
        owner = _nearest(seeds, samples)
        members = np.bincount(owner, minlength=count)
        for axis in (0, 1):
            total = np.bincount(owner, weights=samples[:, axis], minlength=count)
            seeds[:, axis] = np.where(members > 0, total / np.maximum(members, 1), seeds[:, axis])
    outside = ~shapely.contains_xy(region, seeds[:, 0], seeds[:, 1])
    seeds[outside] = samples[: int(outside.sum())]
    return seeds


def cells(region: Any, seeds: Floats) -> list[Any]:
    """Returns the cell of each seed as a polygon in degrees; together they cover the region exactly."""
    border = shapely.set_precision(shapely.transform(region, to_degrees), DEGREE_GRID)
    if len(seeds) == 1:
        return [border]
    lines = shapely.intersection(_voronoi_lines(seeds, region), border)
    noded = shapely.union_all([*shapely.get_parts(lines), border.boundary], grid_size=DEGREE_GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inner = shapely.point_on_surface(faces)
    shapely.prepare(border)
    within = shapely.contains(border, inner)
    return _owned(faces[within], shapely.get_coordinates(inner[within]), seeds)


def _voronoi_lines(seeds: Floats, region: Any) -> Any:
    """Returns the edges between the cells in degrees, far beyond the region."""
    around = shapely.buffer(shapely.box(*region.bounds), 900.0)
    edges = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=around, only_edges=True)
    return shapely.transform(edges, to_degrees)


def _owned(faces: npt.NDArray[Any], inner: Floats, seeds: Floats) -> list[Any]:
    """Joins faces to cells; a scrap that the border cut off goes to the neighbour it shares most border with."""
    owner = _nearest(seeds, to_km(inner))
    order = np.lexsort((shapely.area(faces), owner))
    main = order[np.searchsorted(owner[order], np.arange(len(seeds)), side="right") - 1]
    label = np.full(len(faces), -1)
    label[main] = np.arange(len(seeds))
    scraps = np.flatnonzero(label < 0)
    left, right = shapely.STRtree(faces).query(faces[scraps], predicate="touches")
    shared = shapely.length(shapely.intersection(faces[scraps[left]], faces[right]))
    borders = sorted(zip((-shared).tolist(), scraps[left].tolist(), right.tolist(), strict=True))
    for _ in range(len(scraps)):
        for length, scrap, face in borders:
            if length < 0 and label[scrap] < 0 <= label[face]:
                label[scrap] = label[face]
    shapes = [_joined(faces[members]) for members in _members(label, len(seeds))]
    return list(shapely.normalize(shapes))  # where an outline begins is no matter of how it was drawn


def _members(label: Ints, count: int) -> list[Ints]:
    """Returns the positions of each label 0 … count-1."""
    order = np.argsort(label, kind="stable")
    ends = np.searchsorted(label[order], np.arange(count + 1))
    return [order[ends[value] : ends[value + 1]] for value in range(count)]


def _joined(parts: npt.NDArray[Any]) -> Any:
    return parts[0] if len(parts) == 1 else shapely.coverage_union_all(parts)
