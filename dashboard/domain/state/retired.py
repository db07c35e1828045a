"""Reports of retired areas: which grid and which area they count for, by their time and place."""

from __future__ import annotations

from typing import Any

from dashboard.domain.rules.areas import Area
from dashboard.domain.state.city import CityState


def taken_over(city: CityState, report: Any, at: float) -> int:
    """Returns the index of the grid that a report which happened at `at` counts for, −1 when it is no grid.

    A report of a retired grid is its successor's: by its place, else the first that is named.
    """
    grid: int = city.tree.grid_index.get(report.subject, -1)
    if grid < 0 or not city.succession.is_over(report.subject, at):
        return grid
    lat, lon = getattr(report.data, "lat", None), getattr(report.data, "lon", None)
    place = () if lat is None or lon is None else (lat, lon)
    return city.tree.grid_index[city.succession.heir(report.subject, at, *place)]


def area_of(city: CityState, subject: str, at: float) -> Area:
    """Returns the area that a report of any area counts for, which happened at `at`."""
    return city.tree.by_code[city.succession.heir(subject, at)]


def grid_then(city: CityState, grid: int, at: float) -> int:
    """Returns which grid stands in the place of another one at `at`."""
    return city.tree.grid_index[city.succession.heir(city.tree.grids[grid], at)]
