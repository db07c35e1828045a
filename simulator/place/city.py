"""The demo city as an areas file: a synthetic place on a river that borrows Yichang's districts and nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from simulator.place import names, people
from simulator.place.land import Floats, Ints, Land, cells, density, place_seeds, to_degrees, to_km
from simulator.place.regions import DISTRICT_CODES, Neighbours, districts, share_out

CITY_CODE = "4205"
_COMMUNITIES_PER_GRID = 121 / 1110
_STREETS_PER_GRID = 26 / 1110
_ONE_BANK_BELOW = 12  # so few grids lie on one bank only, since no area may be cut in two by the water
_MAX_NUMBER = 999  # three digits each for street, community and grid


def build_city(grids: int = 1110, seed: int = 7) -> dict[str, Any]:
    """Returns the city as an areas file (GeoJSON), the same for the same `grids` and `seed`.

    Raises:
        ValueError: `grids` is below 1 or beyond what 15-digit codes can number.
    """
    if not 1 <= grids <= 100_000:
        raise ValueError(f"a city has 1 to 100,000 grids, not {grids}")
    rng = np.random.default_rng(seed)
    land = Land(rng)
    shapes, bank, crowd = _cover(land, grids, rng)
    inside = to_km(shapely.get_coordinates(shapely.centroid(shapes)))
    neighbours = Neighbours(shapes, inside)
    areas = _Areas(neighbours, bank, land, rng)
    return {
        "type": "FeatureCollection",
        "features": [*areas.upper_features(), *_grid_features(areas, shapes, crowd, rng)],
        "water": _water(land),
    }


def city_bytes(city: dict[str, Any]) -> bytes:
    """Returns a city as canonical JSON: compact, UTF-8, members in the order in which they were made."""
    return msgspec.json.encode(city)


def _cover(land: Land, grids: int, rng: np.random.Generator) -> tuple[npt.NDArray[Any], Ints, Floats]:
    """Returns the cells in degrees, the bank (0, 1) of each, and how many people each draws (relative)."""
    mass = np.array([_mass(bank, land, rng) for bank in land.banks])
    second = 0 if grids < _ONE_BANK_BELOW else round(grids * mass[1] / mass.sum())
    shapes: list[Any] = []
    seeds: list[Floats] = []
    for region, count in zip(land.banks, (grids - second, second), strict=True):
        if count:
            seeds.append(place_seeds(region, land, count, rng))
            shapes += cells(region, seeds[-1])
    bank = np.array([0] * (grids - second) + [1] * second)
    crowd = density(np.concatenate(seeds), land) ** 0.22
    return np.array(shapes), bank, crowd


def _mass(region: Any, land: Land, rng: np.random.Generator) -> float:
    """Returns the area of a region weighted by how densely it is built."""
    west, south, east, north = region.bounds
    tried = rng.uniform((west, south), (east, north), (4000, 2))
    tried = tried[shapely.contains_xy(region, tried[:, 0], tried[:, 1])]
    return float(density(tried, land).mean() * region.area)


class _Areas:
    """The tree above the cells, numbered.

    Attributes:
        path: for each cell its (district, street, community) codes.
        number: for each cell its number inside the community, from 1.
    """

    def __init__(self, neighbours: Neighbours, bank: Ints, land: Land, rng: np.random.Generator) -> None:
        self._neighbours, self._rng = neighbours, rng
        count = len(bank)
        self.path: list[tuple[str, str, str]] = [("", "", "")] * count
        self.number = np.zeros(count, np.int64)
        self._named: dict[str, tuple[str, str, str, str]] = {}
        label = districts(neighbours, bank, land)
        codes = [position for position in range(5) if (label == position).any()]
        members = [np.flatnonzero(label == position) for position in codes]
        wanted = share_out(max(len(codes), round(count * _STREETS_PER_GRID)), np.array([len(m) for m in members]))
        streets = [self._split(m, int(k)) for m, k in zip(members, wanted, strict=True)]
        self._number_streets([DISTRICT_CODES[position] for position in codes], streets, count)

    def _split(self, members: Ints, count: int) -> list[Ints]:
        """Divides members into connected groups, ordered from west to east."""
        group = self._neighbours.divide(members, count, self._rng)
        parts = [members[group == value] for value in range(count) if (group == value).any()]
        middles = self._neighbours.middles
        return sorted(parts, key=lambda part: (middles[part, 0].mean(), -middles[part, 1].mean()))

    def _number_streets(self, codes: list[str], streets: list[list[Ints]], count: int) -> None:
        flat = [street for group in streets for street in group]
        wanted = max(len(flat), round(count * _COMMUNITIES_PER_GRID))
        shares = iter(share_out(wanted, np.array([len(street) for street in flat])).tolist())
        street_names = iter(names.streets(len(flat), self._rng))
        community_names = iter(names.communities(wanted, self._rng))
        for district, group in zip(codes, streets, strict=True):
            self._named[district] = ("district", *names.DISTRICTS[district], CITY_CODE)
            for index, members in enumerate(group, 1):
                code = f"{district}{index:03d}"
                self._named[code] = ("street", *next(street_names), district)
                for number, part in enumerate(self._split(members, next(shares)), 1):
                    community = f"{code}{number:03d}"
                    self._named[community] = ("community", *next(community_names), code)
                    self._number_grids(part, (district, code, community))

    def _number_grids(self, part: Ints, path: tuple[str, str, str]) -> None:
        """Numbers the grids of a community from west to east, then from north to south."""
        lon_lat = to_degrees(self._neighbours.middles[part]).round(6)
        order = np.lexsort((-lon_lat[:, 1], lon_lat[:, 0]))
        for number, cell in enumerate(part[order].tolist(), 1):
            self.path[cell] = path
            self.number[cell] = number

    def upper_features(self) -> list[dict[str, Any]]:
        """Returns the features of city, districts, streets and communities, parents before children."""
        city = _feature(CITY_CODE, "city", *names.CITY, None)
        return [city, *(_feature(code, *named) for code, named in self._named.items())]


def _feature(code: str, level: str, name: str, name_en: str, parent: str | None) -> dict[str, Any]:
    properties = {"code": code, "level": level, "name": name, "name_en": name_en, "parent": parent}
    return {"type": "Feature", "properties": properties, "geometry": None}


def _grid_features(
    areas: _Areas, shapes: npt.NDArray[Any], crowd: Floats, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Returns the features of the grids in the order of their codes, with people and homes."""
    codes = [f"{path[2]}{number:03d}" for path, number in zip(areas.path, areas.number.tolist(), strict=True)]
    living = people.residents(people.headcounts(crowd, rng), rng)
    households, dwellings = people.homes(living, rng)
    features = []
    for cell in np.argsort(codes).tolist():
        name, name_en = names.grid(int(areas.number[cell]))
        feature = _feature(codes[cell], "grid", name, name_en, areas.path[cell][2])
        men, women = living[cell].tolist()
        feature["properties"] |= {
            "population": {"ages": {"m": men, "f": women}},
            "dwellings": int(dwellings[cell]),
            "households": int(households[cell]),
        }
        feature["geometry"] = _polygon(shapes[cell])
        features.append(feature)
    return features


def _polygon(shape: Any) -> dict[str, Any]:
    """Returns a polygon as GeoJSON with 6 decimals, outer rings counter-clockwise."""
    shape = shapely.orient_polygons(shape)
    parts = [
        [shapely.get_coordinates(ring).round(6).tolist() for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(shape)
    ]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _water(land: Land) -> dict[str, Any]:
    """Returns the river as a feature collection for drawing."""
    river = shapely.transform(land.river, to_degrees)
    properties = {"kind": "river", "name": "长江", "name_en": "Yangtze River"}
    feature = {"type": "Feature", "properties": properties, "geometry": _polygon(river)}
    return {"type": "FeatureCollection", "features": [feature]}
