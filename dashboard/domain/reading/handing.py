"""What is known of grids, with that of retired ones where it is at a moment: with those that take over from them.

Nothing is moved in the state: what was reported stays where it was reported, so that a moment before the day still has
it there, and a late report changes both alike.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dashboard.domain.state.city import CityState
from dashboard.domain.state.homes import CLASSES, Homes
from dashboard.domain.state.people import COUNTER_CODES
from dashboard.domain.state.workers import Workers

Ints = npt.NDArray[np.int64]


class CountsAt(Protocol):
    """Daily counts at a moment (field.py)."""

    forgotten: npt.NDArray[np.int64]

    @property
    def rows(self) -> Mapping[int, int]: ...

    def window(self, name: str, first: int, last: int) -> Ints: ...


CHANGES = (("births", 1), ("deaths", -1), ("move_ins", 1), ("move_outs", -1))  # of residents, by counter


def residents(city: CityState, ages: Ints, now_s: float) -> Ints:
    """Returns the residents of each grid at a moment, int64 [grids, 2, 18]; those of retired grids live elsewhere."""
    succession = city.succession
    early = succession.not_begun(now_s) if succession else []
    if early:  # counted for the day on which they take over: until then, who lives there is counted where it was
        ages = ages.copy()
        ages[early] -= city.tree.ages[early]
    handed: Ints = succession.handed_over(ages, now_s)
    return handed


def households(city: CityState, now_s: float) -> Ints:
    """Returns the households of each grid at a moment, int64 [grids]."""
    given = city.tree.households
    handed: Ints = city.succession.handed_over(given, now_s, given)
    return handed


def homes(city: CityState, known: Homes, now_s: float) -> Homes:
    """Returns dwellings and components of each grid at a moment; itself when none is retired."""
    pairs = city.succession.heirs_of(now_s)
    if not pairs:
        return known
    moved = copy.copy(known)
    moved.dwellings = city.succession.handed_over(known.dwellings, now_s, city.tree.dwellings)
    moved.components = known.components.copy()
    for grid, heirs, end_s in pairs:
        for column in range(len(CLASSES)):
            _hand_components(moved, grid, heirs, end_s, column)
    return moved


def _hand_components(moved: Homes, grid: int, heirs: list[int], end_s: float, column: int) -> None:
    """Gives the components of a class to the first that takes over and has not counted its own since."""
    count = int(moved.components[grid, column])
    moved.components[grid, column] = -1
    waiting = [heir for heir in heirs if moved.counted_at[heir, column] < end_s]
    if count >= 0 and waiting:
        moved.components[waiting[0], column] = max(0, int(moved.components[waiting[0], column])) + count


def workers(known: Workers, standing: npt.NDArray[np.bool_]) -> Workers:
    """Returns the workers, those of retired grids off shift; itself when none is retired."""
    if standing.all():
        return known
    moved = copy.copy(known)
    moved.columns = {**known.columns, "on_shift": known.columns["on_shift"] * standing}
    return moved


def changes(city: CityState, counters: CountsAt, first: int, last: int) -> Ints:
    """Returns by how much the residents of each grid have changed on the days `first` to `last`, int64 [grids].

    What happened before they were counted is in the count, and has changed nothing.
    """
    total = _net(counters, first, last)
    counted_from = city.succession.counted_from
    for day in {day for day in counted_from.values() if day > first}:
        grids = [grid for grid, of in counted_from.items() if of == day]
        total[grids] = _net(counters, day, last)[grids]
    return total


def expected(city: CityState, counters: CountsAt, last: int, now_s: float) -> Ints:
    """Returns how many residents each grid has if all that was counted up to the day `last` is right, int64 [grids]."""
    succession, first = city.succession, city.tree.ages.sum(axis=(1, 2))
    first[succession.not_begun(now_s)] = 0
    total: Ints = succession.handed_over(first + _forgotten(city, counters) + changes(city, counters, 0, last), now_s)
    return total


def _forgotten(city: CityState, counters: CountsAt) -> Ints:
    """Returns by how much residents have changed on days that are kept no longer, int64 [grids]."""
    total: Ints = np.sum([sign * counters.forgotten[COUNTER_CODES[name]] for name, sign in CHANGES], axis=0)
    oldest = min(counters.rows, default=0)
    later = [grid for grid, day in city.succession.counted_from.items() if day >= oldest]
    total[later] = 0
    return total


def _net(counters: CountsAt, first: int, last: int) -> Ints:
    parts = [sign * counters.window(name, first, last) for name, sign in CHANGES]
    net: Ints = np.sum(parts, axis=0)
    return net
