"""What stands in each grid: dwellings by kind, and city components (manhole covers, lamps, bins …) by class."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dashboard.domain.cells import cells
from dashboard.domain.rules.areas import AreaTree

KINDS: Final = ("owned", "rented", "public", "other")
CLASSES: Final = ("utility", "road", "sanitation", "green", "other")
UNTOLD = len(KINDS)  # dwellings of the areas file, whose kind nobody has told


class Homes:
    """Dwellings and components per grid.

    Attributes:
        dwellings: int64 [grids, 5], by kind; the last column is those whose kind is not known.
        components: int64 [grids, 5], the last count of each class, -1 = never counted.
        counted_at: float64 [grids, 5], when each class was last counted (epoch seconds).
    """

    def __init__(self, tree: AreaTree) -> None:
        grids = len(tree.grids)
        self.dwellings = np.zeros((grids, UNTOLD + 1), np.int64)
        self.dwellings[:, UNTOLD] = tree.dwellings
        self.components: npt.NDArray[np.int64] = np.full((grids, len(CLASSES)), -1)
        self.counted_at = np.zeros((grids, len(CLASSES)))
        self._bind()

    def _bind(self) -> None:
        self._dwellings, self._components = cells(self.dwellings.reshape(-1)), cells(self.components.reshape(-1))
        self._counted_at = cells(self.counted_at.reshape(-1))

    def add(self, grid: int, kind: str, amount: int) -> int:
        """Adds a dwelling of a kind, or takes one away: one of unknown kind when none of this kind was registered.

        Returns:
            Which cell of `dwellings` that was.
        """
        first = grid * (UNTOLD + 1)
        column = KINDS.index(kind)
        cell = first + (UNTOLD if amount < 0 and not self._dwellings[first + column] else column)
        self._dwellings[cell] += amount
        return cell

    def count(self, grid: int, name: str, amount: int, at_s: float) -> None:
        """Notes how many components of a class there are; an older count that arrives late changes nothing."""
        cell = grid * len(CLASSES) + CLASSES.index(name)
        if at_s >= self._counted_at[cell]:
            self._counted_at[cell] = at_s
            self._components[cell] = amount

    def last_count(self, grid: int, name: str) -> tuple[int, tuple[float, int]]:
        """Returns the cell of a class in a grid, and when it was last counted with how many (0.0, -1: never)."""
        cell = grid * len(CLASSES) + CLASSES.index(name)
        return cell, (float(self._counted_at[cell]), int(self._components[cell]))

    def shown(self, start: int, stop: int) -> dict[str, Any]:
        """Returns dwellings by kind and components by class of the grids `start` to `stop` (None = never counted)."""
        homes, parts = self.dwellings[start:stop].sum(axis=0).tolist(), self.components[start:stop]
        known = np.where(parts >= 0, parts, 0).sum(axis=0).tolist()
        ever: list[bool] = np.any(parts >= 0, axis=0).tolist()
        return {
            "dwellings": dict(zip((*KINDS, "untold"), homes, strict=True)),
            "components": {n: c if e else None for n, c, e in zip(CLASSES, known, ever, strict=True)},
        }

    def dump(self) -> dict[str, bytes]:
        """Returns a frozen copy."""
        names = ("dwellings", "components", "counted_at")
        return {name: getattr(self, name).tobytes() for name in names}

    def load(self, dumped: dict[str, bytes]) -> None:
        """Takes over what `dump` described."""
        self.dwellings = np.frombuffer(dumped["dwellings"], np.int64).reshape(self.dwellings.shape).copy()
        self.components = np.frombuffer(dumped["components"], np.int64).reshape(self.components.shape).copy()
        self.counted_at = np.frombuffer(dumped["counted_at"], np.float64).reshape(self.counted_at.shape).copy()
        self._bind()
