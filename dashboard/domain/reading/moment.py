"""The state at a moment: what all areas share is computed once, and an area is then the sum of a slice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.ahead import watermark
from dashboard.domain.reading.columns import CaseColumns, read_cases
from dashboard.domain.reading.field import Field
from dashboard.domain.reading.indicators import rates
from dashboard.domain.rules.areas import Area, AreaTree
from dashboard.domain.state.city import CityState


def instant(at_s: float) -> str:
    """Returns an instant (epoch seconds) as RFC 3339 in UTC with milliseconds."""
    moment = dt.datetime.fromtimestamp(at_s, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def place_of(tree: AreaTree, code: str | None) -> dict[str, str] | None:
    """Returns what people call an area in both languages (`AreaTree.called`); None if unknown."""
    area = tree.by_code.get(code or "")
    if area is None:
        return None
    path = tree.called(area)
    return {
        "name": " ".join(each.name for each in path),
        "name_en": " ".join(each.name_en or each.name for each in path),
    }


class Reading:
    """The state at one moment; everything in it is computed at most once.

    Attributes:
        now_s: the moment, epoch seconds of the city's clock.
        today: number of the local day.
        tree: the areas as they are on that day; `state.tree` has all that there ever were.
        cases: the cases at that moment.
        field: residents, homes, workers, daily counts and tasks at that moment.
    """

    def __init__(self, state: CityState, now_s: float) -> None:
        self.state, self.now_s = state, now_s
        self.today = state.days.day(now_s)
        self.tree: AreaTree = state.tree.on(state.days.date(self.today))
        self.cases: CaseColumns = read_cases(state, now_s)
        self.field = Field(state, now_s)
        self._rates: dict[str, tuple[Any, Any]] | None = None
        self._silent: npt.NDArray[np.bool_] | None = None

    @property
    def rates(self) -> dict[str, tuple[Any, Any]]:
        """Numerators and denominators per grid of every rate."""
        if self._rates is None:
            self._rates = rates(self.state, self.cases)
        return self._rates

    @property
    def silent(self) -> npt.NDArray[np.bool_]:
        """Which grids are silent, bool [grids]."""
        if self._silent is None:
            self._silent = self.field.workers.silent(self.now_s)
        return self._silent

    @property
    def watermark(self) -> float:
        """The latest event time that does not lie ahead of the clock (epoch seconds), 0 = nothing was reported yet."""
        return watermark(self.state, self.now_s)

    @property
    def ahead(self) -> int:
        """How many reports lie ahead of the clock, and are left out."""
        return self.cases.ahead + self.field.ahead

    def index_of(self, case: str) -> int | None:
        """Returns the index of a case into the columns of `cases`; None when it is unknown, or lies ahead."""
        row = self.state.cases.rows.get(case, -1)
        index = int(np.searchsorted(self.cases.rows, row))
        found = index < len(self.cases.rows) and self.cases.rows[index] == row
        return index if found else None

    def case_id(self, index: int) -> str:
        """Returns the id of the case at an index into the columns of `cases`."""
        return self.state.cases.ids[int(self.cases.rows[index])]

    def workers_in(self, area: Area) -> int:
        """Returns how many workers an area has: one for each grid of today."""
        return int(np.count_nonzero(self.field.standing[area.start : area.stop]))

    def within(self, area: Area) -> npt.NDArray[np.bool_]:
        """Returns which cases lie in an area, bool [cases]."""
        grid = self.cases.columns["grid"]
        inside: npt.NDArray[np.bool_] = (grid >= area.start) & (grid < area.stop)
        return inside

    def counted(self, name: str, area: Area, days_ago: int = 0) -> int:
        """Returns a day's count of one kind in an area."""
        return int(self.field.counters.day(name, self.today - days_ago)[area.start : area.stop].sum())

    def closed_on(self, area: Area, days_ago: int = 0) -> int:
        """Returns how many cases of an area were closed on a day and are closed still."""
        start = self.state.days.start(self.today - days_ago)
        stop = self.state.days.start(self.today - days_ago + 1)
        closed_at = self.cases.columns["closed_at"]
        mask = self.cases.closed & (closed_at >= start) & (closed_at < stop) & self.within(area)
        return int(np.count_nonzero(mask))
