"""Whose a case is: the department of its category, or the one that a category names for the area it lies in."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.rules.areas import AreaTree
from dashboard.domain.rules.rules import Rules

Places = npt.NDArray[np.int16]
Ints = npt.NDArray[Any]


class Owners:
    """The departments of a city by grid and category; only categories that tell areas apart cost anything by grid.

    Attributes:
        names: ids of the departments, whose places are what `of` gives.
    """

    def __init__(self, tree: AreaTree, rules: Rules) -> None:
        self.names = list(rules.departments)
        place = {name: index for index, name in enumerate(self.names)}
        categories = rules.categories
        self._usual: Places = np.array([place[each.department] for each in categories], np.int16)
        self._apart = [index for index, each in enumerate(categories) if each.departments]
        self._row = np.full(len(categories), -1, np.int64)
        self._row[self._apart] = np.arange(len(self._apart))
        self._own: Places = np.repeat(self._usual[self._apart, None], len(tree.grids), axis=1)
        for row, index in enumerate(self._apart):
            given = categories[index].departments
            areas = [tree.by_code[code] for code in given if code in tree.by_code]
            for area in sorted(areas, key=lambda area: area.start - area.stop):  # the smallest one has the last word
                self._own[row, area.start : area.stop] = place[given[area.code]]

    def of(self, grids: Ints, categories: Ints) -> Places:
        """Returns the place of the department of each case, int16 [cases].

        Args:
            grids, categories: of the cases, int [cases].
        """
        found: Places = self._usual[categories]
        if self._apart:
            row = self._row[categories]
            other = row >= 0
            found[other] = self._own[row[other], grids[other]]
        return found
