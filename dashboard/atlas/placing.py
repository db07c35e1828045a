"""Which of several grids holds a place, by their geometry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely


class Placing:
    """Finds places in the shapes of grids, by code; x = lon, y = lat."""

    def __init__(self, shapes: Mapping[str, Any]) -> None:
        self._shapes = shapes

    def __call__(self, codes: Sequence[str], lat: float, lon: float) -> str | None:
        """Returns the first of the grids that holds a place, its border included; None when none does."""
        for code in codes:
            shape = self._shapes[code]
            shapely.prepare(shape)  # does nothing the second time
            if shapely.intersects_xy(shape, lon, lat):
                return code
        return None

    def shape_of(self, code: str) -> bytes:
        """Returns the shape of a grid as well-known binary."""
        shape: bytes = shapely.to_wkb(self._shapes[code])
        return shape
