"""Services handed in at the community: when each was asked for, when it was met, and how residents found it.

The order in which reports arrive does not matter. Of several reports about the same request the
earliest counts; of two at the same instant, the one whose content sorts first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.cells import cells
from dashboard.domain.rules.areas import Area
from dashboard.domain.state.deadlines import Deadlines

KEPT_SERVICES = 200_000
_FIRST_ROWS = 1024
_COLUMNS: dict[str, Any] = {
    "kind": np.int16,  # position in `kinds`
    "start": np.int32,  # the grids of the area in which it was handed in: start … stop
    "stop": np.int32,
    "requested_at": np.float64,  # epoch seconds, 0 = not known (yet)
    "completed_at": np.float64,
    "due_at": np.float64,  # 0 = no limit, or not asked for yet
    "off_hours": np.bool_,  # either report says that it was handled in extended hours
    "score": np.uint8,  # 1–5, 0 = not rated
}
_NEVER_DUMPED = "due_at"  # follows from the rules, which may have changed


class Services:
    """Requests in rows; beyond KEPT_SERVICES the ones that came first give way.

    Attributes:
        kinds: ids of services in the order in which they were first met, those of the rules first.
        ids: request of each row.
        rows: row of each request.
        columns: arrays [capacity], see above; rows from `len(ids)` on are not used.
    """

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self.kinds: list[str] = list(deadlines.rules.services)
        self._kind_codes = {kind: code for code, kind in enumerate(self.kinds)}
        self.ids: list[str] = []
        self.rows: dict[str, int] = {}
        self.columns = {name: np.zeros(_FIRST_ROWS, dtype) for name, dtype in _COLUMNS.items()}
        self._next = 0
        self._bind()

    def _bind(self) -> None:
        view: dict[str, Any] = {name: cells(column) for name, column in self.columns.items()}
        self._kind, self._start, self._stop, self._due_at = view["kind"], view["start"], view["stop"], view["due_at"]
        self._requested, self._completed = view["requested_at"], view["completed_at"]
        self._off_hours, self._score = view["off_hours"], view["score"]

    def requested(self, data: Any, at: float, area: Area) -> None:
        """Applies a `service.requested` report that happened at `at` (epoch seconds) in `area`."""
        row = self._row(data.request)
        known_at = self._requested[row]
        if not known_at or (at, data.service) < (known_at, self.kinds[self._kind[row]]):
            self._requested[row], self._kind[row] = at, self._kind_code(data.service)
            self._due_at[row] = self._due(data.service, at)
        self._placed(row, area)
        if data.off_hours:
            self._off_hours[row] = True

    def completed(self, data: Any, at: float, area: Area) -> None:
        """Applies a `service.completed` report that happened at `at` (epoch seconds) in `area`."""
        row, score = self._row(data.request), data.score or 0
        known_at = self._completed[row]
        if not known_at or (at, score, data.service) < (known_at, self._score[row], self.kinds[self._kind[row]]):
            self._completed[row], self._score[row] = at, score
            if not self._requested[row]:
                self._kind[row] = self._kind_code(data.service)
        self._placed(row, area)
        if data.off_hours:
            self._off_hours[row] = True

    def _row(self, request: str) -> int:
        row = self.rows.get(request)
        if row is not None:
            return row
        row = self._next
        if row == len(self.ids):
            self.ids.append(request)
            if row == len(self.columns["kind"]):
                self.columns = {name: np.concatenate([old, np.zeros_like(old)]) for name, old in self.columns.items()}
                self._bind()
        else:
            del self.rows[self.ids[row]]
            self.ids[row] = request
            for column in self.columns.values():
                column[row] = 0
        self._next = (row + 1) % KEPT_SERVICES
        self.rows[request] = row
        return row

    def _placed(self, row: int, area: Area) -> None:
        """Notes the area; of two different ones the narrower, then the first."""
        start, stop = self._start[row], self._stop[row]
        if start == area.start and stop == area.stop:
            return
        if stop == 0 or (area.stop - area.start, area.start) < (stop - start, start):
            self._start[row], self._stop[row] = area.start, area.stop

    def _kind_code(self, kind: str) -> int:
        code = self._kind_codes.get(kind)
        if code is None:
            if len(self.kinds) >= np.iinfo(np.int16).max:
                return len(self.kinds) - 1  # nobody has so many kinds; the last one stands for all others
            code = self._kind_codes[kind] = len(self.kinds)
            self.kinds.append(kind)
        return code

    def _due(self, kind: str, at: float) -> float:
        known = self._deadlines.rules.services.get(kind)
        return 0.0 if known is None else self._deadlines.moved(known.limit, at, ())

    # ------------------------------------------------------------------ snapshots

    def dump(self) -> dict[str, Any]:
        """Returns a frozen copy."""
        count = len(self.ids)
        columns = {name: column[:count].tobytes() for name, column in self.columns.items() if name != _NEVER_DUMPED}
        return {"kinds": list(self.kinds), "ids": list(self.ids), "next": self._next, "columns": columns}

    @classmethod
    def load(cls, dumped: dict[str, Any], deadlines: Deadlines) -> Services:
        """Returns what `dump` described, with the due times of today's rules."""
        services = cls(deadlines)
        codes = np.array([services._kind_code(kind) for kind in dumped["kinds"]] or [0], np.int16)
        services.ids, services._next = list(dumped["ids"]), dumped["next"]
        services.rows = {request: row for row, request in enumerate(services.ids)}
        count = len(services.ids)
        capacity = max(_FIRST_ROWS, 1 << max(0, count - 1).bit_length())
        services.columns = {name: np.zeros(capacity, dtype) for name, dtype in _COLUMNS.items()}
        for name, raw in dumped["columns"].items():
            services.columns[name][:count] = np.frombuffer(raw, _COLUMNS[name])
        services.columns["kind"][:count] = codes[services.columns["kind"][:count]]
        services._set_due(count)
        services._bind()
        return services

    def _set_due(self, count: int) -> None:
        kinds: npt.NDArray[np.int16] = self.columns["kind"][:count]
        asked_at: npt.NDArray[np.float64] = self.columns["requested_at"][:count]
        for code, kind in enumerate(self.kinds):
            known = self._deadlines.rules.services.get(kind)
            if known is None:
                continue
            rows = np.flatnonzero((kinds == code) & (asked_at > 0.0))
            self.columns["due_at"][rows] = self._deadlines.all_moved(known.limit, asked_at[rows])
