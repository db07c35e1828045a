"""The ladder board: what stands on each rung from the grid to the city, and when the next case goes up."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.casefilter import filter_of, mask_of
from dashboard.domain.reading.climbs import climbs_at
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.rules.ladder import CLIMBS_WITHIN_S
from dashboard.domain.rules.levels import LADDER

Indexes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def board(reading: Reading, category: str | None) -> list[dict[str, Any]]:
    """Returns one rung for each level that the city has, the grid first.

    Args:
        reading: the state at a moment.
        category: ids with commas, None for all; as the filter of cases has it.

    Raises:
        InvalidReport: there is no such category.
    """
    wanted = filter_of(reading, {"state": "open", "category": category or ""})
    here = np.flatnonzero(mask_of(reading, wanted))
    levels, ends = reading.cases.columns["level"][here], climbs_at(reading)
    return [
        _rung(reading, name, here[levels == LADDER.index(name)], ends) for name in reversed(reading.state.tree.levels)
    ]


def _rung(reading: Reading, name: str, here: Indexes, ends: Floats) -> dict[str, Any]:
    """Returns what stands on one rung; `here` are indexes into the columns of the reading."""
    reported_at = reading.cases.columns["reported_at"][here]
    climbing = here[np.isfinite(ends[here])]
    return {
        "level": name,
        "open": len(here),
        "overdue": int(np.count_nonzero(reading.cases.overdue[here])),
        **{
            f"climbs_{within}": int(np.count_nonzero(ends[here] <= reading.now_s + within_s))
            for within, within_s in CLIMBS_WITHIN_S.items()
        },
        "next": _earliest(reading, climbing, ends[climbing]),
        "oldest": _earliest(reading, here, reported_at),
    }


def _earliest(reading: Reading, here: Indexes, at: Floats) -> dict[str, Any] | None:
    """Returns the case with the earliest of some instants, or None when there is no case."""
    if not len(here):
        return None
    first = int(np.argmin(at))
    return {"case": reading.case_id(int(here[first])), "at": instant(float(at[first]))}
