"""What an areas file changes in a city that another one describes, in words, a line each, before it does."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

import numpy as np
import shapely

from dashboard.atlas.file import CityMap
from dashboard.domain.rules.areas import Area, AreaTree
from dashboard.domain.rules.days import CityDays
from dashboard.domain.rules.succession import Succession

_M2_PER_DEGREE2 = 111_320.0**2
_SAME_M2 = 1.0


def changes(old: CityMap, new: CityMap) -> list[str]:
    """Returns what is other in the new file; the last lines are the sums, which say what is equal as well."""
    before, after = old.tree, new.tree
    lines = [*_gone(before, after), *_new(before, after), *_retired(before, after)]
    for code, area in after.by_code.items():
        if code in before.by_code:
            lines += [f"{area.level} {code} {what}" for what in _other(before.by_code[code], area)]
    for code in after.grids:
        if code in before.grid_index:
            lines += [f"grid {code} {what}" for what in (*_recounted(code, before, after), *_reshaped(code, old, new))]
    return [*(lines or ["nothing changes"]), *_sums(before, after)]


def _gone(before: AreaTree, after: AreaTree) -> Iterator[str]:
    for code, area in before.by_code.items():
        if code not in after.by_code:
            keep = "to keep what was counted there, leave it in the file with until and into"
            line = f"{area.level} {code} is gone: its reports are refused from now on"
            yield f"{line}; {keep}" if area.level == "grid" else line


def _new(before: AreaTree, after: AreaTree) -> Iterator[str]:
    for code, area in after.by_code.items():
        if code not in before.by_code:
            yield f"{area.level} {code} ({area.name}) is new in {area.parent}"


def _retired(before: AreaTree, after: AreaTree) -> Iterator[str]:
    """Yields a line for each area whose end is another, or new."""
    for code, one in after.retired.items():
        if before.retired.get(code) != one:
            yield f"{after.by_code[code].level} {code} is retired on {one.until}: {_heirs(one.into)}"
    for code in before.retired:
        if code in after.by_code and code not in after.retired:
            yield f"{after.by_code[code].level} {code} is not retired any more"


def _heirs(into: tuple[str, ...]) -> str:
    if not into:
        return "nobody takes over, so its reports are refused from then on, and its open cases stay with it"
    if len(into) == 1:
        return f"its reports and open cases go to {into[0]}"
    return f"its reports and open cases go by their place to {', '.join(into)}; those without one to {into[0]}"


def _other(known: Area, area: Area) -> Iterator[str]:
    """Yields what else is other about one area: its names, its level, what it lies in."""
    if known.name != area.name or known.name_en != area.name_en:
        yield f"is called {_called(area)} instead of {_called(known)}"
    if known.level != area.level:
        yield f"is a {area.level} instead of a {known.level}"
    if known.parent != area.parent:
        yield f"moves from {known.parent} to {area.parent}, with all that was counted there"


def _called(area: Area) -> str:
    return area.name if area.name_en is None else f"{area.name} ({area.name_en})"


def _recounted(code: str, before: AreaTree, after: AreaTree) -> Iterator[str]:
    """Yields which counts of a grid are others."""
    one, other = before.grid_index[code], after.grid_index[code]
    on = after.counted_on.get(code)
    if (before.ages[one] != after.ages[other]).any() or before.counted_on.get(code) != on:
        dated = f", counted on {on}: what happened before does not change them" if on else ""
        yield f"has {int(after.ages[other].sum()):,} residents instead of {int(before.ages[one].sum()):,}{dated}"
    for what in ("dwellings", "households"):
        then, now = int(getattr(before, what)[one]), int(getattr(after, what)[other])
        if then != now:
            yield f"has {now:,} {what} instead of {then:,}"


def _reshaped(code: str, old: CityMap, new: CityMap) -> Iterator[str]:
    one, other = old.shapes[code], new.shapes[code]
    if not one.equals(other) and _m2(shapely.symmetric_difference(one, other)) > _SAME_M2:
        yield f"has another shape: {_m2(other):,.0f} m² instead of {_m2(one):,.0f} m²"


def _m2(shape: shapely.Geometry) -> float:
    """Returns an area in m² at the latitude of its middle."""
    south, north = shape.bounds[1], shape.bounds[3]
    middle = np.radians((south + north) / 2) if south == south else 0.0
    return float(shape.area * _M2_PER_DEGREE2 * np.cos(middle))


def _sums(before: AreaTree, after: AreaTree) -> Iterator[str]:
    """Yields the sums of the city as they are when all that is dated has come."""
    grids = tuple(len(set(tree.grids) - tree.on(dt.date.max).gone) for tree in (before, after))
    people, homes, households = zip(_counted(before), _counted(after), strict=True)
    counted = {"grids": grids, "residents": people, "dwellings": homes, "households": households}
    for what, (then, now) in counted.items():
        yield f"{what}: {now:,}" + (", as before" if then == now else f" instead of {then:,}")


def _counted(tree: AreaTree) -> tuple[int, int, int]:
    """Returns residents, dwellings and households of a city when all that is dated has come."""
    last_s, hand = math.inf, Succession(tree, CityDays("UTC")).handed_over
    homes, households = tree.dwellings, tree.households
    sums = hand(tree.ages, last_s), hand(homes, last_s, homes), hand(households, last_s, households)
    people, dwellings, households_ = (int(each.sum()) for each in sums)
    return people, dwellings, households_
