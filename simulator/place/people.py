"""Who lives in a grid: residents by sex and age, households and dwellings of a Chinese city."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulator.place.land import Floats, Ints

PEOPLE_PER_1110_GRIDS = 1_000_003
BANDS = 18
# Share of each five-year band (0–4 … 85+) in percent: few children, the two waves of births, long lives.
_PYRAMID = np.array([4.1, 5.1, 5.0, 4.7, 5.6, 6.9, 8.8, 8.1, 6.9, 7.4, 8.8, 8.0, 5.5, 5.6, 4.2, 2.6, 1.6, 1.1])
# Share of men in each band.
_MEN = np.array(
    [
        0.527, 0.531, 0.533, 0.529, 0.518, 0.510, 0.506, 0.507, 0.510,
        0.509, 0.505, 0.503, 0.500, 0.492, 0.484, 0.470, 0.448, 0.398,
    ]
)  # fmt: skip
_ADULT_FROM = 4  # first band that may head a household


def headcounts(weights: Floats, rng: np.random.Generator) -> Ints:
    """Returns the residents of each grid, int64 [grids]; the total depends on the number of grids alone."""
    total = round(PEOPLE_PER_1110_GRIDS * len(weights) / 1110)
    uneven = weights * rng.lognormal(0.0, 0.28, len(weights))
    return rng.multinomial(total, uneven / uneven.sum()).astype(np.int64)


def residents(counts: Ints, rng: np.random.Generator) -> Ints:
    """Returns people by sex and band, int64 [grids, 2, 18], sex in the order m, f.

    Quarters differ: some are old, some young with children, a few are campuses.
    """
    middle = np.arange(BANDS) * 5 + 2.5
    tilt = rng.normal(0.0, 0.009, (len(counts), 1))
    young = np.exp(-0.5 * ((middle - 4) / 6) ** 2) + np.exp(-0.5 * ((middle - 33) / 6) ** 2)
    weights = _PYRAMID * np.exp(tilt * (middle - 42)) * (1 + rng.gamma(0.5, 0.35, (len(counts), 1)) * young)
    campus = rng.random(len(counts)) < 0.012
    weights[campus] += np.array([0, 0, 0, 45.0, 110.0, 18.0] + [0] * 12)
    men = np.clip(_MEN + rng.normal(0, 0.008, (len(counts), 1)), 0.2, 0.8)
    shares = np.stack((weights * men, weights * (1 - men)), axis=1).reshape(len(counts), -1)
    people = rng.multinomial(counts, shares / shares.sum(axis=1, keepdims=True))
    return people.reshape(len(counts), 2, BANDS).astype(np.int64)


def homes(people: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Returns households and dwellings of each grid, both int64 [grids]; some dwellings stand empty."""
    adults: npt.NDArray[np.int64] = people[:, :, _ADULT_FROM:].sum(axis=(1, 2))
    households = np.ceil(adults / rng.uniform(1.95, 2.25, len(adults))).astype(np.int64)
    dwellings = np.ceil(households * rng.uniform(1.03, 1.16, len(adults))).astype(np.int64)
    return households, dwellings
