"""When open cases go up: for whole columns at once, as the ladder board and the filter of the worklist need it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.ahead import table_at
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.levels import TOP


def climbs_at(reading: Reading) -> npt.NDArray[np.float64]:
    """Returns when each case goes up (epoch seconds), float64 [cases].

    Infinity where it does not: it has ended, its clock stands still, or the city has it already. An
    instant that has passed means that it goes up as soon as the keeper acts.
    """
    cases, columns = reading.cases, reading.cases.columns
    found = np.full(len(cases.rows), np.inf)
    climbing = np.flatnonzero(cases.open & (columns["level"] < TOP) & (columns["paused_since"] == 0.0))
    found[climbing] = reading.state.rungs.all_ends(table_at(reading.state.cases, reading.now_s), cases.rows[climbing])
    return found
