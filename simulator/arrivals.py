"""Instants of a Poisson process whose rate follows the hours of the day."""

from __future__ import annotations

import numpy as np

from simulator.land import Floats
from simulator.office import HOUR


def instants(rng: np.random.Generator, start: float, expected: float, profile: Floats) -> list[float]:
    """Returns whole epoch seconds in order, a Poisson number of them.

    Args:
        rng: of the day.
        start: epoch second at which the local day begins.
        expected: mean number.
        profile: float64 [24], relative rate by hour.
    """
    count = int(rng.poisson(expected))
    ends = np.cumsum(profile)
    hours = np.searchsorted(ends, rng.random(count) * ends[-1], side="right").clip(max=23)
    at = np.sort(start + (hours + rng.random(count)) * HOUR)
    return [float(int(value)) for value in at.tolist()]


def grids(rng: np.random.Generator, ends: Floats, count: int) -> list[int]:
    """Returns grid indexes drawn by cumulated weights `ends`, float64 [grids]."""
    drawn = np.searchsorted(ends, rng.random(count) * ends[-1], side="right")
    return [int(value) for value in drawn.clip(max=len(ends) - 1)]
