"""View data: what a page is built from, apart from the live numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dashboard.atlas.file import CityMap
from dashboard.domain.rules.areas import Area, AreaTree, framed
from dashboard.domain.rules.indicators import dashed
from dashboard.domain.rules.rules import Rules
from dashboard.settings import Settings

GAUGES = (
    "community_resolution_rate",
    "dispute_resolution_rate",
    "on_time_closing_rate",
    "satisfaction_rate",
)


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
        categories, districts: {id: {"name", "name_en"}} in the order on screen.
        map_url: address of the map's document.
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
    communities: int
    categories: dict[str, dict[str, str]]
    districts: dict[str, dict[str, str]]
    gauges: tuple[Gauge, ...]
    map_url: str
    version: str
    lang: str
    timezone: str
    tile_url: str | None
    rotate_s: float
    rotate_districts: bool
    speed: float

    def bounds(self, area: Area) -> list[list[float]]:
        """Returns [[south, west], [north, east]] of what a map of an area shows."""
        inside = self.grid_bounds[area.start : area.stop]
        box = [*inside[:, :2].min(axis=0).tolist(), *inside[:, 2:].max(axis=0).tolist()]
        west, south, east, north = framed(area, *box)
        return [[south, west], [north, east]]


def view_of(settings: Settings, rules: Rules, city: CityMap, version: str) -> PageView:
    """Returns the view data of a city for the pages of a server."""
    tree = city.tree
    root = tree.root
    return PageView(
        tree=tree,
        rules=rules,
        grid_bounds=city.grid_bounds,
        city={"name": root.name, "name_en": root.name_en or root.name},
        grids=len(tree.grids),
        communities=len(tree.at_level("community")),
        categories={c.id: {"name": c.label.name, "name_en": c.label.name_en} for c in rules.categories},
        districts={d.code: {"name": d.name, "name_en": d.name_en or d.name} for d in tree.at_level("district")},
        gauges=tuple(Gauge(dashed(name), rules.targets.get(name), rules.window_days) for name in GAUGES),
        map_url=f"/geo/{city.digest}.json",
        version=version,
        lang=settings.lang,
        timezone=settings.timezone,
        tile_url=settings.tile_url,
        rotate_s=settings.rotate_s,
        rotate_districts=settings.rotate_districts,
        speed=settings.clock_speed,
    )
