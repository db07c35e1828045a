"""Who takes over from areas that are retired, and when.

A retired area stays in the tree and on the axis of grids, so that what was counted there stays counted above, and past
days still have it. From the start of its day on it is no area of today: its reports and its open cases are those of its
successor, by their place where they tell one, else of the first that is named. Which successor that is depends on the
areas file, the report and its time alone, so it is the same whenever it is asked.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.rules.areas import AreaTree
from dashboard.domain.rules.days import CityDays

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_NOWHERE = math.nan


class Succession:
    """What becomes of retired areas in one city.

    Attributes:
        active: position of each grid's code on the axis, those that have an end left out: they need a look at the date.
        until_s: when each grid ends, float64 [grids], epoch seconds; inf = it does not.
        counted_from: by grid, the first day (number of the local day) that changes its residents; others count all.
    """

    def __init__(self, tree: AreaTree, days: CityDays) -> None:
        self._tree = tree
        self._ends = {code: days.start(days.number(one.until)) for code, one in tree.retired.items()}
        self.active = {code: grid for code, grid in tree.grid_index.items() if code not in self._ends}
        self.until_s: Floats = np.array([self._ends.get(code, math.inf) for code in tree.grids])
        self.counted_from = {tree.grid_index[code]: days.number(on) for code, on in tree.counted_on.items()}
        self._counted_s = {tree.grids[grid]: days.start(day) for grid, day in self.counted_from.items()}
        self._heirs = {c: one.into for c, one in tree.retired.items() if c in tree.grid_index and one.into}
        self._ways: dict[tuple[int, ...], int] = {(): 0}
        self._stages = np.zeros((1, 0), np.int64), np.zeros((1, 0))

    def __bool__(self) -> bool:
        """Says whether any area of the city has an end."""
        return bool(self._ends)

    def is_over(self, code: str, at_s: float) -> bool:
        """Says whether an area is retired at an instant (epoch seconds)."""
        return at_s >= self._ends.get(code, math.inf)

    def heir(self, code: str, at_s: float, lat: float = _NOWHERE, lon: float = _NOWHERE) -> str:
        """Returns which area stands in an area's place at an instant: itself as long as it lasts, or nobody follows."""
        while self.is_over(code, at_s) and (follower := self._next(code, lat, lon)) is not None:
            code = follower
        return code

    def _next(self, code: str, lat: float, lon: float) -> str | None:
        """Returns the area that takes over from one: by place among several grids, else the first; None for nobody."""
        into, tree = self._tree.retired[code].into, self._tree
        if len(into) > 1 and tree.place is not None and into[0] in tree.grid_index and lat == lat and lon == lon:
            return tree.place(into, lat, lon) or into[0]
        return into[0] if into else None

    # ------------------------------------------------------------------ cases, many at once

    def way(self, grid: int, lat: float, lon: float) -> int:
        """Returns the number of the way that a case takes from its grid on; 0 for a grid that does not end."""
        if not self._ends:
            return 0
        code, way = self._tree.grids[grid], [grid]
        while code in self._ends and (follower := self._next(code, lat, lon)) is not None:
            code = follower
            way.append(self._tree.grid_index[code])
        if len(way) == 1:
            return 0
        number = self._ways.get(tuple(way))
        if number is None:
            number = self._ways[tuple(way)] = len(self._ways)
            self._lay()
        return number

    def ways(self, grid: Any, lat: Any, lon: Any) -> npt.NDArray[np.int32]:
        """Returns `way` of many cases, int32 [cases]."""
        found = np.zeros(len(grid), np.int32)
        ending = np.flatnonzero(np.isfinite(self.until_s)[grid])
        each = zip(grid[ending].tolist(), lat[ending].tolist(), lon[ending].tolist(), strict=True)
        found[ending] = [self.way(*one) for one in each]
        return found

    def _lay(self) -> None:
        """Writes all ways as arrays [ways, stages]: the grid of each stage and until when it lasts."""
        longest = max(map(len, self._ways))
        grids = np.array([[*way, *(way or (0,))[-1:] * (longest - len(way))] for way in self._ways], np.int64)
        ends = np.maximum.accumulate(self.until_s[grids], axis=1)  # one that ended before it took over passes it on
        ends[:, -1] = math.inf
        self._stages = grids, ends

    def stage(self, way: int, at_s: float) -> int:
        """Returns in which grid a case of a way lies at an instant, see `lying`."""
        grids, ends = self._stages
        return int(grids[way, int((ends[way] <= at_s).sum())])

    def lying(self, grid: Any, way: Any, at_s: Any) -> Any:
        """Returns in which grid each case lies at an instant of its own, int [cases].

        Args:
            grid: where each was reported [cases].
            way: its way.
            at_s: the instants, epoch seconds [cases].
        """
        moving = np.flatnonzero(way)
        if not len(moving):
            return grid
        grids, ends = self._stages
        stage = (ends[way[moving]] <= at_s[moving, None]).sum(axis=1)
        lying = grid.copy()
        lying[moving] = grids[way[moving], stage]
        return lying

    # ------------------------------------------------------------------ what is counted in a grid

    def over(self, at_s: float) -> npt.NDArray[np.bool_]:
        """Returns which grids are retired at an instant, bool [grids]."""
        retired: npt.NDArray[np.bool_] = self.until_s <= at_s
        return retired

    def handed_over(self, sums: Any, at_s: float, told: Any = None) -> Any:
        """Returns sums by grid, those of grids that are retired by an instant with the first that takes over.

        Where those who take over were counted anew since, theirs have them already. What nobody takes over stays.

        Args:
            sums: array [grids, …]; it is left as it is.
            at_s: the instant, epoch seconds.
            told: what the areas file says [grids], where a date of the count alone does not say that it was counted.
        """
        over = self.heirs_of(at_s)
        if not over:
            return sums
        then = sums.copy()
        for grid, heirs, end_s in over:
            if not self._is_counted_anew(heirs, end_s) or (told is not None and not told[heirs].any()):
                then[heirs[0]] += then[grid]
            then[grid] = 0
        return then

    def heirs_of(self, at_s: float) -> list[tuple[int, list[int], float]]:
        """Returns the grids that are retired at an instant, who takes over from each, and when it ended, epoch seconds.

        Those that ended first come first; those that nobody follows are left out.
        """
        index = self._tree.grid_index
        return [
            (index[code], [index[heir] for heir in heirs], self._ends[code])
            for code, heirs in self._heirs.items()
            if self.is_over(code, at_s)
        ]

    def not_begun(self, at_s: float) -> list[int]:
        """Returns the grids whose residents were counted for a day to come, when they take over from others."""
        index = self._tree.grid_index
        before = {
            heir
            for code, into in self._heirs.items()
            if not self.is_over(code, at_s)
            for heir in into
            if self._counted_s.get(heir, -math.inf) >= self._ends[code]
        }
        return sorted(index[code] for code in before if self._counted_s[code] > at_s)

    def _is_counted_anew(self, heirs: list[int], end_s: float) -> bool:
        return any(self._counted_s.get(self._tree.grids[heir], -math.inf) >= end_s for heir in heirs)
