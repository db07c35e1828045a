"""View data: what a page is built from, apart from the live numbers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

from dashboard.atlas.file import CityMap
from dashboard.domain.rules.areas import Area, AreaTree, framed
from dashboard.domain.rules.indicators import dashed, missing_rates
from dashboard.domain.rules.rules import Rules
from dashboard.settings import Settings
from dashboard.words import Levels, levels_of

_GAUGES = (
    "community_resolution_rate",
    "dispute_resolution_rate",
    "on_time_closing_rate",
    "satisfaction_rate",
    "closing_rate",
    "rework_rate",
)
_MOST_GAUGES = 4
_OF_PEOPLE = ("newborns", "population", "rates", "map", "heat", "attention", "ticker")
_OF_REQUESTS = ("requests", "departments", "rates", "map", "heat", "attention", "ticker")


@dataclass(frozen=True, slots=True)
class Gauge:
    """One rate on the wall; `name` is the KPI's name, `target` a share or None."""

    name: str
    target: float | None
    window_days: int


@dataclass(frozen=True, slots=True)
class PageView:
    """Everything static that pages show.

    Attributes:
        tree, rules: the areas and the rules of the city.
        grid_bounds: float64 [grids, 4], west, south, east, north of each grid.
        panels: what the wall shows, from left to right; what stands before the map is left of it.
        counted: whether residents are known: if nobody has counted them, nothing is told of them.
        workers: whether it tells of workers on shift and silent.
        levels: what the city calls its levels.
        categories, departments, districts, parts: {id: {"name", "name_en"}} in the order on screen; parts are the
            areas directly below the city, whatever their level, districts those of them that are no grids.
        layers: of the map, in the order of their keys.
        map_url: address of the map's document.
        root: path of a proxy under which all addresses stand, or nothing (layouts/rooted.py).
        version: hash of what the page is built from.
        rotate_s: seconds per map layer, 0 = never.
        rotate_districts: whether districts follow when all layers have been shown.
        speed: city seconds per second, more than 1 in a simulation.
    """

    tree: AreaTree
    rules: Rules
    grid_bounds: npt.NDArray[np.float64]
    city: dict[str, str]
    grids: int
    levels: Levels
    panels: tuple[str, ...]
    counted: bool
    workers: bool
    categories: dict[str, dict[str, str]]
    departments: dict[str, dict[str, str]]
    districts: dict[str, dict[str, str]]
    parts: dict[str, dict[str, str]]
    layers: tuple[str, ...]
    gauges: tuple[Gauge, ...]
    map_url: str
    root: str
    version: str
    lang: str
    timezone: str
    tile_url: str | None
    rotate_s: float
    rotate_districts: bool
    speed: float

    def map_of(self, area: Area) -> str:
        """Returns the address of the map of an area."""
        return f"{self.map_url.removesuffix('.json')}/{quote(area.code, safe='')}.json"

    def bounds(self, area: Area) -> list[list[float]]:
        """Returns [[south, west], [north, east]] of what a map of an area shows."""
        inside = self.grid_bounds[area.start : area.stop]
        box = [*inside[:, :2].min(axis=0).tolist(), *inside[:, 2:].max(axis=0).tolist()]
        west, south, east, north = framed(area, *box)
        return [[south, west], [north, east]]


def view_of(settings: Settings, rules: Rules, city: CityMap, version: str) -> PageView:
    """Returns the view data of a city for the pages of a server."""
    tree = city.shown
    root, counted = tree.root, bool(tree.ages.any())
    workers = counted if rules.wall.workers is None else rules.wall.workers
    return PageView(
        tree=tree,
        rules=rules,
        grid_bounds=city.grid_bounds,
        city={"name": root.name, "name_en": root.name_en or root.name},
        grids=len(tree.standing_in(tree.root)),
        levels=levels_of(city.levels | rules.levels, tree.part_level),
        panels=rules.wall.panels or (_OF_PEOPLE if counted else _OF_REQUESTS),
        counted=counted,
        workers=workers,
        departments={d: {"name": label.name, "name_en": label.name_en} for d, label in rules.departments.items()},
        categories={c.id: {"name": c.label.name, "name_en": c.label.name_en} for c in rules.categories},
        districts=_named(tree.parts()),
        parts=_named(tree.children(root.code)),
        layers=layers_of(counted, workers),
        gauges=tuple(
            Gauge(dashed(name), rules.targets.get(name), rules.window_days) for name in gauges_of(tree, rules)
        ),
        map_url=f"/geo/{city.digest}.json",
        root=settings.root,
        version=version,
        lang=settings.lang,
        timezone=settings.timezone,
        tile_url=settings.tile_url,
        rotate_s=settings.rotate_s,
        rotate_districts=settings.rotate_districts,
        speed=settings.clock_speed,
    )


def _named(areas: tuple[Area, ...]) -> dict[str, dict[str, str]]:
    return {area.code: {"name": area.name, "name_en": area.name_en or area.name} for area in areas}


def layers_of(counted: bool, workers: bool) -> tuple[str, ...]:
    """Returns the layers of the map that say something in a city, in the order of their keys.

    Args:
        counted: whether residents are known.
        workers: whether workers are told of.
    """
    people = ("newborns", "move-ins") if counted else ("reported",)
    return ("cases-open", "cases-overdue", *people, *(("silence",) if workers else ()), "recent")


def gauges_of(tree: AreaTree, rules: Rules) -> list[str]:
    """Returns the names of the rates on the wall: the first four that mean something in a city."""
    missing = missing_rates(tree.levels, rules.has_disputes)
    return [name for name in _GAUGES if name not in missing][:_MOST_GAUGES]
