"""What a wall shows, from left to right, where a city wishes something else than what fits it anyway."""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.domain.rules.mistyped import mistyped
from dashboard.errors import RulesError

PANELS = ("newborns", "population", "requests", "departments", "rates", "map", "heat", "attention", "ticker")


class WallRules(msgspec.Struct, frozen=True):
    """The wall of a city.

    Attributes:
        panels: names of `PANELS` in their order: those before the map stand left of it, the others right;
            None = what fits the city.
        workers: whether it tells of workers on shift and silent; None = where residents are known.
    """

    panels: tuple[str, ...] | None = None
    workers: bool | None = None


def parse_wall(entry: Any) -> WallRules:
    """Returns the wall in `entry` (a parsed TOML table); raises RulesError naming what is at fault."""
    try:
        wall = msgspec.convert(entry, WallRules)
    except msgspec.ValidationError as error:
        raise RulesError(
            "wall", f'{mistyped(error)}; it takes panels = ["requests", …] and workers = true or false'
        ) from None
    _check(wall.panels)
    for name in set(entry) - set(WallRules.__struct_fields__):
        raise RulesError(f"wall.{name}", f"is not one of {', '.join(WallRules.__struct_fields__)}")
    return wall


def _check(panels: tuple[str, ...] | None) -> None:
    """Raises RulesError when a wall cannot have these panels."""
    for name in panels or ():
        if name not in PANELS:
            raise RulesError("wall.panels", f"{name!r} is not one of {', '.join(PANELS)}")
    if panels is not None and len(set(panels)) != len(panels):
        raise RulesError("wall.panels", "names a panel twice")
    if panels is not None and "map" not in panels:
        raise RulesError("wall.panels", "needs the map: what stands before it is left of it, the rest right")
