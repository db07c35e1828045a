"""Which of the places that handsets tell are places at all, and whose handset needs a look for telling others.

A handset without a fix tells 0,0, its last fix again, or whole kilometres; one that mixes up its numbers tells a place
on another continent. None of this says anything about the worker who carries it, so it is left out of `travel`, and
named by itself.

nowhere: 0,0, or outside of the city's bounds by more than a quarter of its size (10 km at least): no fix, a wrong
    one, or latitude and longitude swapped.
rounded: not more than two decimals (1 km) from a handset that tells four at other times, or never tells more than two.
repeated: exactly the place before, or one that keeps coming back between many others; a fix never is the same twice.
    Where two places take turns and there are hardly others, that is no handset's memory, and it counts as travel.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Bounds = tuple[float, float, float, float]  # west, south, east, north

_OUTSIDE, _OUTSIDE_DEGREES = 0.25, 0.1  # of the city's size; at least
_FINE, _COARSE, _MOST = 4, 2, 6  # decimals
_EXACT = 5e-8  # degrees; half of a centimetre
_COMES_BACK = 3
_SOON_S = 600.0  # several reports from one spot are usual
_LEAST = {"nowhere": (3, 0.1), "rounded": (3, 0.1), "repeated": (5, 0.3)}  # so many, and such a share of all places


class Places(msgspec.Struct, frozen=True):
    """What was told with each case, in order of grid and time: masks [cases].

    Attributes:
        told: with a place, whatever it is; the others are among these.
        stale: said again, so that it is not known when it was true.
        step: of each case, in which steps its handset tells degrees, float64 [cases].
    """

    told: Mask
    nowhere: Mask
    rounded: Mask
    repeated: Mask
    stale: Mask
    step: Floats

    @property
    def usable(self) -> Mask:
        """Which places can be held against anybody."""
        fine_one_rounds = self.rounded & (self.step < 10.0**-_COARSE * 0.9)
        return self.told & ~self.nowhere & ~fine_one_rounds & ~self.stale


class Handset(msgspec.Struct, frozen=True):
    """What a handset that needs a look told: how many of its places (`of`) were of which sort."""

    nowhere: int
    rounded: int
    repeated: int
    of: int


def places(columns: dict[str, npt.NDArray[Any]], grid_count: int, bounds: Bounds | None) -> Places:
    """Returns what the places of cases are worth; `columns` in order of grid and time."""
    grid, lat, lon, at = (columns[name] for name in ("grid", "lat", "lon", "reported_at"))
    told = np.isfinite(lat) & np.isfinite(lon)
    lat, lon = np.where(told, lat, 0.0), np.where(told, lon, 0.0)
    nowhere = told & (((lat == 0) & (lon == 0)) | _outside(lat, lon, bounds))
    good = told & ~nowhere
    low, high = _digits(lat, lon)
    finest, ever_fine = np.zeros(grid_count, np.int64), np.zeros(grid_count, np.bool_)
    np.maximum.at(finest, grid[good], high[good])
    np.logical_or.at(ever_fine, grid[good], low[good] >= _FINE)
    rounded = good & (high <= _COARSE) & (ever_fine | (finest <= _COARSE))[grid]
    again, back = _repeats(grid, lat, lon, at, good & ~(rounded & ever_fine[grid]))
    step = np.where(ever_fine, 10.0**-_FINE, 10.0 ** -finest.astype(np.float64))[grid]
    return Places(told, nowhere, rounded, again | back, back | (again | _same_as_before(grid, lat, lon, good)), step)


def suspects(found: Places, grid: Ints, grid_count: int) -> dict[int, Handset]:
    """Returns the handsets that need a look, by grid."""
    of = np.bincount(grid[found.told], minlength=grid_count)
    masks = {name: getattr(found, name) for name in _LEAST}
    counts = {name: np.bincount(grid[mask], minlength=grid_count) for name, mask in masks.items()}
    out = np.zeros(grid_count, np.bool_)
    for name, (least, share) in _LEAST.items():
        out |= (counts[name] >= least) & (counts[name] >= share * of)
    return {
        index: Handset(**{name: int(counts[name][index]) for name in _LEAST}, of=int(of[index]))
        for index in np.flatnonzero(out).tolist()
    }


def _outside(lat: Floats, lon: Floats, bounds: Bounds | None) -> Mask:
    if bounds is None:
        return np.zeros(len(lat), np.bool_)
    west, south, east, north = bounds
    across, up = (max(_OUTSIDE_DEGREES, _OUTSIDE * size) for size in (east - west, north - south))
    outside: Mask = (lon < west - across) | (lon > east + across) | (lat < south - up) | (lat > north + up)
    return outside


def _digits(lat: Floats, lon: Floats) -> tuple[Ints, Ints]:
    """Returns with how many decimals places are told: the coarser of the two numbers, and the finer one."""
    each = np.full((2, len(lat)), _MOST, dtype=np.int64)
    for digits in range(_MOST - 1, -1, -1):
        for row, values in enumerate((lat, lon)):
            each[row][np.abs(values - np.round(values, digits)) < _EXACT] = digits
    return each.min(axis=0), each.max(axis=0)


def _same_as_before(grid: Ints, lat: Floats, lon: Floats, good: Mask) -> Mask:
    """Returns which good places are exactly the good one before of the same worker."""
    same = np.zeros(len(grid), np.bool_)
    at = np.flatnonzero(good)
    one, other = at[1:], at[:-1]
    same[one] = (grid[one] == grid[other]) & (lat[one] == lat[other]) & (lon[one] == lon[other])
    return same


def _repeats(grid: Ints, lat: Floats, lon: Floats, at: Floats, good: Mask) -> tuple[Mask, Mask]:
    """Returns which places are the one before, told again later, and which keep coming back between many others."""
    again, back = _same_as_before(grid, lat, lon, good), np.zeros(len(grid), np.bool_)
    chosen = np.flatnonzero(good)
    if not len(chosen):
        return again, back
    later = np.zeros(len(grid), np.bool_)
    later[chosen[1:]] = at[chosen[1:]] - at[chosen[:-1]] > _SOON_S
    keys = np.stack((grid[chosen].astype(np.float64), lat[chosen], lon[chosen]))
    unique, which, times = np.unique(keys, axis=1, return_inverse=True, return_counts=True)
    owner = unique[0].astype(np.int64)
    others = np.bincount(owner)[owner] - 1  # different places of the same worker
    comes_back = (times >= _COMES_BACK) & (others >= times - 1)
    back[chosen] = comes_back[which.reshape(-1)]
    return again & later, back
