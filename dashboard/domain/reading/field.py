"""What is known of grids at a moment: residents, homes, workers, daily counts and tasks, without what lies ahead.

Where nothing does, these are the parts of the state themselves; else copies from which it was taken out
(state/later.py).
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.reading import handing
from dashboard.domain.state.city import CityState
from dashboard.domain.state.homes import UNTOLD, Homes
from dashboard.domain.state.horizon import TOLERATED_SKEW_S
from dashboard.domain.state.later import Notes, TaskStep, lasts
from dashboard.domain.state.people import COUNTER_CODES, Counts, DayCounters
from dashboard.domain.state.tasks import RANKS, Task, Tasks
from dashboard.domain.state.workers import Workers


class CountsAt:
    """Daily counts without those that lie ahead; the same questions as to `DayCounters`.

    Attributes:
        rows, forgotten: as there.
        ahead: COUNT records of what lies ahead.
    """

    def __init__(self, counters: DayCounters, ahead: Notes) -> None:
        self._counters, self.ahead = counters, ahead
        self.rows: Mapping[int, int] = counters.rows
        self.forgotten = counters.forgotten

    def day(self, name: str, day: int) -> Counts:
        """Returns one day's counts of a kind, int32 [grids]; zeros for a day without reports."""
        counted = self._counters.day(name, day)
        return counted if not len(self.ahead) else counted - self._sum(name, day, day).astype(np.int32)

    def window(self, name: str, first: int, last: int) -> npt.NDArray[np.int64]:
        """Returns the sum of a kind over the days `first` to `last`, both included, int64 [grids]."""
        counted = self._counters.window(name, first, last)
        return counted if not len(self.ahead) else counted - self._sum(name, first, last)

    def _sum(self, name: str, first: int, last: int) -> npt.NDArray[np.int64]:
        day, code = self.ahead["day"], COUNTER_CODES[name]
        chosen = self.ahead[(self.ahead["counter"] == code) & (day >= first) & (day <= last)]
        total = np.zeros(self._counters.grid_count, np.int64)
        np.add.at(total, chosen["grid"], chosen["amount"])
        return total

    def places(self, name: str) -> set[tuple[int, int, int]]:
        """Returns shard, ms and seq of the reports that a kind does not count yet."""
        chosen = self.ahead[self.ahead["counter"] == COUNTER_CODES[name]]
        return set(zip(*(chosen[field].tolist() for field in ("shard", "ms", "seq")), strict=True))


class Field:
    """The parts of a state that are about grids, at one moment (epoch seconds); each is made when it is asked for."""

    def __init__(self, city: CityState, now_s: float) -> None:
        self._city, self._until_s, self._now_s = city, now_s + TOLERATED_SKEW_S, now_s
        self._nothing = city.later.latest <= self._until_s

    @functools.cached_property
    def ahead(self) -> int:
        """How many reports lie ahead, those about cases left out."""
        return 0 if self._nothing else len(self._later("told"))

    @functools.cached_property
    def ages(self) -> npt.NDArray[np.int64]:
        """Residents, int64 [grids, 2, 18], see `People`."""
        return handing.residents(self._city, self._without("residents", self._city.people.ages), self._now_s)

    @functools.cached_property
    def standing(self) -> npt.NDArray[np.bool_]:
        """Which grids are not retired, bool [grids]."""
        return ~self._city.succession.over(self._now_s)

    @functools.cached_property
    def households(self) -> npt.NDArray[np.int64]:
        """Households, int64 [grids]."""
        return handing.households(self._city, self._now_s)

    @functools.cached_property
    def homes(self) -> Homes:
        """Dwellings and components."""
        return handing.homes(self._city, self._homes(), self._now_s)

    def _homes(self) -> Homes:
        if self._nothing:
            return self._city.homes
        homes = copy.copy(self._city.homes)
        homes.dwellings = self._without("dwellings", homes.dwellings)
        missing = np.minimum(homes.dwellings[:, :UNTOLD], 0)  # taken away of a kind that was not registered by then
        homes.dwellings[:, :UNTOLD] -= missing
        homes.dwellings[:, UNTOLD] += missing.sum(axis=1)
        homes.components, homes.counted_at = homes.components.copy(), homes.counted_at.copy()
        cells, values, at = self._lasts("components")
        homes.components.reshape(-1)[cells], homes.counted_at.reshape(-1)[cells] = values, at
        return homes

    @functools.cached_property
    def workers(self) -> Workers:
        """Who is on shift, and when each grid was heard."""
        return handing.workers(self._workers(), self.standing)

    def _workers(self) -> Workers:
        if self._nothing:
            return self._city.workers
        workers = copy.copy(self._city.workers)
        workers.columns = {name: column.copy() for name, column in workers.columns.items()}
        grids, started, at = self._lasts("shifts")
        workers.columns["on_shift"][grids], workers.columns["shift_at"][grids] = started, at
        grids, _, at = self._lasts("heard")
        workers.columns["last_at"][grids] = at
        return workers

    @functools.cached_property
    def counters(self) -> CountsAt:
        """What was counted on each day."""
        counted = self._city.later.read("counted")
        return CountsAt(self._city.counters, counted[:0] if self._nothing else counted[counted["at"] > self._until_s])

    @functools.cached_property
    def tasks(self) -> Tasks:
        """Tasks as far as their steps have happened."""
        known, later = self._city.tasks, {} if self._nothing else self._city.later.tasks
        changed = {task: steps for task, steps in later.items() if max(step[0] for step in steps) > self._until_s}
        if not changed:
            return known
        tasks = Tasks()
        tasks.by_id, tasks.by_department = dict(known.by_id), {d: dict(of) for d, of in known.by_department.items()}
        for name, steps in changed.items():
            if (task := tasks.by_id.get(name)) is not None:
                self._put_back(tasks, task, _task_at(task, steps, self._until_s))
        return tasks

    @staticmethod
    def _put_back(tasks: Tasks, task: Task, then: Task | None) -> None:
        """Changes a task in both indexes into what it was; None = nobody had told of it."""
        if then is None or then.department != task.department:
            del tasks.by_department[task.department][task.id]
        if then is None:
            del tasks.by_id[task.id]
            return
        tasks.by_id[task.id] = tasks.by_department[then.department][task.id] = then

    def _later(self, kind: str) -> Notes:
        notes = self._city.later.read(kind)
        return notes[notes["at"] > self._until_s]

    def _without(self, kind: str, sums: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Returns an array of a kind of SUMS without what lies ahead; the array itself when nothing does."""
        if self._nothing:
            return sums
        found, then = self._later(kind), sums.copy()
        np.subtract.at(then.reshape(-1), found["cell"], found["value"])
        return then

    def _lasts(self, kind: str) -> tuple[Any, Any, Any]:
        """Returns cells, values and instants of a kind of LASTS, as far as they have notes."""
        notes = self._city.later.read(kind)
        notes = notes[notes["at"] <= self._until_s]
        found = notes[lasts(notes)]
        return found["cell"], found["value"], found["at"]


def _task_at(task: Task, steps: list[TaskStep], until_s: float) -> Task | None:
    """Returns a task as its steps up to an instant have left it, None before the first."""
    past = [step for step in steps if step[0] <= until_s]
    if not past:
        return None
    at, state, by, reason = max(enumerate(past), key=lambda one: (one[1][0], RANKS[one[1][1]], one[0]))[1]
    then = msgspec.structs.replace(task, state=state, state_at=at, by=by, reason=reason)
    if task.opened_at is None or task.opened_at <= until_s:
        return then
    unknown = dict.fromkeys(("department", "area", "cause", "due_at", "opened_at", "case"))
    return msgspec.structs.replace(then, **unknown)
