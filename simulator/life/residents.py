"""Births, deaths and moves of the people who live in the city at the time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.place.land import Floats, Ints
from simulator.place.places import Places

BIRTHS_PER_1000 = 8.0  # a year
DEATHS_PER_1000 = 7.0
MOVES_FROM_OUTSIDE = 345.0  # a day in a city of 1,000,000
MOVES_TO_OUTSIDE = 325.0
MOVES_INSIDE = 110.0
BANDS = 18
_MIDDLE = np.arange(BANDS) * 5 + 2.5
_MOTHERS = np.array([0, 0, 0, 1, 16, 38, 32, 12, 2] + [0] * 9, dtype=np.float64)
_HAZARD = np.stack([1.35 * np.exp(0.092 * _MIDDLE), np.exp(0.094 * _MIDDLE)]) + 1.5 * (_MIDDLE < 5)
_RESTLESS = np.array([5, 4, 4, 14, 30, 28, 20, 13, 9, 7, 5, 4, 3, 2.5, 2, 2, 2, 2])  # how readily people move
_ARRIVING = np.array([4, 3, 3, 16, 30, 24, 15, 9, 6, 5, 4, 3, 2.5, 2, 1, 0.7, 0.4, 0.3])
_SEXES = ("m", "f")


@dataclass(frozen=True)
class Person:
    """Somebody without a name: where they live (grid index), sex and age in years."""

    grid: int
    sex: str
    age: int


class Residents:
    """Draws who is born, dies and moves, and keeps account, so that nobody leaves who is not there."""

    def __init__(self, places: Places) -> None:
        self._living, self._weights = places.living, places.weights
        self._grid_ends = np.cumsum(places.weights)
        self.scale = places.people / 1e6

    def begin_day(self) -> None:
        """Takes stock of who lives where, for all draws of a day."""
        mothers = (self._living[:, 1, :] * _MOTHERS).sum(axis=1) + 1e-9
        self._mothers: Floats = np.cumsum(mothers) / mothers.sum()
        self._dying = _ends(self._living * _HAZARD)
        self._moving = _ends(self._living * _RESTLESS)

    def born(self, rng: np.random.Generator) -> Person:
        """Returns a newborn, where women of the usual age live."""
        sex = "m" if rng.random() < 0.521 else "f"
        grid = int(np.searchsorted(self._mothers, rng.random()).clip(max=len(self._living) - 1))
        self._add(grid, sex, 0, 1)
        return Person(grid, sex, 0)

    def dies(self, rng: np.random.Generator) -> Person | None:
        """Returns somebody who dies, mostly the old, men earlier than women."""
        return self._leaves(rng, self._dying)

    def moves_out(self, rng: np.random.Generator) -> Person | None:
        """Returns somebody who leaves their home, mostly the young."""
        return self._leaves(rng, self._moving)

    def moves_in(self, rng: np.random.Generator, as_before: Person | None = None) -> Person:
        """Returns somebody with a new home: from outside, or the same person as before in another grid."""
        grid = int(np.searchsorted(self._grid_ends, rng.random()).clip(max=len(self._living) - 1))
        if as_before is not None:
            person = Person(grid, as_before.sex, as_before.age)
        else:
            band = int(np.searchsorted(np.cumsum(_ARRIVING), rng.random() * _ARRIVING.sum()))
            person = Person(grid, "m" if rng.random() < 0.53 else "f", band * 5 + int(rng.integers(5)))
        self._add(grid, person.sex, person.age, 1)
        return person

    def _leaves(self, rng: np.random.Generator, ends: Floats) -> Person | None:
        cell = int(np.searchsorted(ends, rng.random()).clip(max=ends.size - 1))
        grid, rest = divmod(cell, 2 * BANDS)
        sex, band = divmod(rest, BANDS)
        if self._living[grid, sex, band] < 1:
            return None  # the last one of this age went earlier on the same day
        age = band * 5 + int(rng.integers(5)) if band < BANDS - 1 else 85 + min(20, int(rng.geometric(0.22)) - 1)
        self._add(grid, _SEXES[sex], age, -1)
        return Person(grid, _SEXES[sex], age)

    def _add(self, grid: int, sex: str, age: int, amount: int) -> None:
        self._living[grid, _SEXES.index(sex), min(age // 5, BANDS - 1)] += amount


def _ends(weights: Ints | Floats) -> Floats:
    """Returns the upper ends in 0–1 of cells with these weights, float64 [cells]."""
    flat = np.cumsum(weights.reshape(-1).astype(np.float64) + 1e-15)
    ends: Floats = flat / flat[-1]
    return ends
