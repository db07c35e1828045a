"""What a city of service requests looks at: today by the hour, and what lies with which department."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import Area

HOURS = 24
Body = dict[str, Any]


def hours(reading: Reading, area: Area) -> Body:
    """Returns how many cases were reported, and closed (and are closed still), in each hour of the local day so far.

    Both are lists of 24; an hour that a change of the clocks adds counts with the last one.
    """
    columns, inside = reading.cases.columns, reading.within(area)
    midnight = reading.state.days.start(reading.today)
    return {
        "reported": _by_hour(columns["reported_at"][inside], midnight),
        "closed": _by_hour(columns["closed_at"][inside & reading.cases.closed], midnight),
    }


def _by_hour(instants: npt.NDArray[Any], midnight: float) -> list[int]:
    today = instants[instants >= midnight]
    hour = np.minimum((today - midnight) // 3600, HOURS - 1).astype(np.int64)
    counted: list[int] = np.bincount(hour, minlength=HOURS).tolist()
    return counted


def departments(reading: Reading, area: Area) -> dict[str, list[int]]:
    """Returns [open, overdue] cases of each department."""
    cases, names = reading.cases, reading.state.owners.names
    mine = reading.state.owners.of(cases.columns["grid"], cases.columns["category"])
    inside = reading.within(area)
    is_open = np.bincount(mine[cases.open & inside], minlength=len(names))
    overdue = np.bincount(mine[cases.overdue & inside], minlength=len(names))
    return {name: [int(is_open[index]), int(overdue[index])] for index, name in enumerate(names)}
