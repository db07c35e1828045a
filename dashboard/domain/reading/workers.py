"""Workers of an area by state, as `GET /api/v1/workers` gives them: by grid code, never by name."""

from __future__ import annotations

from typing import Any

import numpy as np

from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.rules.areas import Area
from dashboard.errors import InvalidReport

STATES = ("on-shift", "silent", "off-shift")


def worker_list(reading: Reading, area: Area, state: str | None) -> list[dict[str, Any]]:
    """Returns the workers of an area in a state (None = all), in the order of the grids.

    Raises:
        InvalidReport: there is no such state.
    """
    columns = reading.field.workers.columns
    on_shift = columns["on_shift"] == 1
    masks = {"on-shift": on_shift, "silent": reading.silent, "off-shift": ~on_shift}
    if state and state not in masks:
        raise InvalidReport("state", f"{state!r} is not one of {', '.join(STATES)}")
    chosen = masks[state] & reading.field.standing if state else reading.field.standing
    inside = np.flatnonzero(chosen[area.start : area.stop]) + area.start
    return [_worker(reading, grid) for grid in inside.tolist()]


def _worker(reading: Reading, grid: int) -> dict[str, Any]:
    columns = reading.field.workers.columns
    last, battery = float(columns["last_at"][grid]), float(columns["battery"][grid])
    return {
        "area": reading.state.tree.grids[grid],
        "on_shift": bool(columns["on_shift"][grid]),
        "silent": bool(reading.silent[grid]),
        "last_report": instant(last) if last else None,
        "battery": None if np.isnan(battery) else round(battery, 2),
    }
