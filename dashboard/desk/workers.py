"""Workers of an area, by grid code and never by name."""

from __future__ import annotations

from typing import Any

from dashboard.desk.areas import area_of
from dashboard.desk.files import Column, Kind, Table
from dashboard.domain.reading.workers import worker_list
from dashboard.domain.rules.areas import Area
from dashboard.feeds.moments import Moments
from dashboard.words import Words

_COLUMNS: dict[str, Kind] = {
    "area": "text",
    "on-shift": "text",
    "silent": "text",
    "last_report": "instant",
    "battery": "float",
}


class Workers:
    """Reads who is on shift and who is silent."""

    def __init__(self, moments: Moments) -> None:
        self._moments = moments

    def inside(self, area: Area, state: str | None) -> list[dict[str, Any]]:
        """Returns the workers of an area in a state (None = all) in the order of the grids; raises InvalidReport."""
        return worker_list(self._moments.now(), area, state)

    def listed(self, code: str, state: str | None) -> list[dict[str, Any]]:
        """Returns the same for the code of an area; raises Unknown too."""
        reading = self._moments.now()
        return worker_list(reading, area_of(reading.state.tree, code), state)

    def table(self, say: Words, code: str, state: str | None) -> Table:
        """Returns the same to take along."""
        rows = []
        for worker in self.listed(code, state):
            on_shift, silent = (say("yes" if worker[name] else "no") for name in ("on_shift", "silent"))
            rows.append({**worker, "on-shift": on_shift, "silent": silent})
        return Table("workers", say("file-workers"), Column.headed(say, _COLUMNS), lambda: rows)
