"""The map of one area: its grids, the outlines of its children, and where it lies; for any level of the tree."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import shapely

from dashboard.atlas.file import CityMap, grid_feature, outline
from dashboard.domain.rules.areas import Area, framed

_KEPT = 512


class AreaMaps:
    """Makes the maps of areas when they are first asked for, in a thread, and keeps them."""

    def __init__(self, city: CityMap) -> None:
        self._city = city
        self._made: dict[str, bytes] = {}

    async def document(self, code: str) -> bytes | None:
        """Returns the map's document of an area as compact JSON, or None for an unknown area."""
        if code not in self._city.tree.by_code:
            return None
        if code not in self._made:
            made = await asyncio.to_thread(area_document, self._city, code)
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[code] = made
        return self._made[code]


def area_document(city: CityMap, code: str) -> bytes:
    """Returns the document of one area; a grid is shown among the grids of its community."""
    tree, shapes = city.shown, city.shapes
    area = tree.by_code[code]
    around = tree.by_code[area.parent] if area.level == "grid" and area.parent else area
    box = shapely.total_bounds([shapes[tree.grids[grid]] for grid in tree.standing_in(area)]).tolist()
    west, south, east, north = framed(area, *box)
    inside = [a for a in tree.uppers() if _shares_path(city, a.code, code)]
    drawn = {*tree.standing_in(around), area.start}  # a grid's own page has it also when it is retired
    document: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [grid_feature(tree, i, shapes[tree.grids[i]]) for i in sorted(drawn)],
        "areas": {a.code: {"level": a.level, "name": a.name, "name_en": a.name_en, "parent": a.parent} for a in inside},
        "outlines": {
            "type": "FeatureCollection",
            "features": _outlines(city, area, around),
        },
        "bounds": [[south, west], [north, east]],
        "water": city.water,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _outlines(city: CityMap, area: Area, around: Area) -> list[dict[str, Any]]:
    """Returns the outlines of the children that are no grids; for a grid its own, and its community's unlabelled."""
    tree, shapes = city.shown, city.shapes
    if area.level == "grid":
        context, own = outline(tree, around.code, shapes), outline(tree, area.code, shapes)
        context["properties"].pop("label", None)
        own["properties"]["own"] = True
        return [context, own]
    children = [child for child in tree.children(area.code) if child.level != "grid"]
    return [outline(tree, child.code, shapes) for child in (children or [around])]


def _shares_path(city: CityMap, code: str, area: str) -> bool:
    """Says whether an area lies above or below another one, or is it."""
    one, other = city.tree.by_code[code], city.tree.by_code[area]
    return (one.start <= other.start and other.stop <= one.stop) or (
        other.start <= one.start and one.stop <= other.stop
    )
