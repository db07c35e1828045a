"""Instants of a Poisson process whose rate follows the hours of a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from simulator.life.office import HOUR
from simulator.place.land import Floats


@dataclass(frozen=True)
class Day:
    """A local day to be planned.

    Attributes:
        number: proleptic ordinal of its date.
        start: epoch second at which it begins.
        offset_s: of the local time at noon, east of UTC.
        busy: factor of the weekday on ordinary traffic.
        since: epoch seconds before which nothing begins (later than `start` on the first day only).
    """

    number: int
    start: float
    offset_s: float
    busy: float
    since: float

    @property
    def date(self) -> dt.date:
        """The local date."""
        return dt.date.fromordinal(self.number)

    def instants(self, rng: np.random.Generator, expected: float, profile: Floats) -> list[float]:
        """Returns whole epoch seconds in order, a Poisson number of them.

        Args:
            rng: of the day.
            expected: mean number on a whole day.
            profile: float64 [24], relative rate by hour.
        """
        count = int(rng.poisson(expected))
        ends = np.cumsum(profile)
        hours = np.searchsorted(ends, rng.random(count) * ends[-1], side="right").clip(max=23)
        at = np.floor(np.sort(self.start + (hours + rng.random(count)) * HOUR))
        return [float(value) for value in at[at >= self.since].tolist()]


def draw_grids(rng: np.random.Generator, ends: Floats, count: int) -> list[int]:
    """Returns grid indexes drawn by cumulated weights `ends`, float64 [grids]."""
    drawn = np.searchsorted(ends, rng.random(count) * ends[-1], side="right")
    return [int(value) for value in drawn.clip(max=len(ends) - 1)]
