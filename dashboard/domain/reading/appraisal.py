"""Appraisal: the indicators of workers, communities, streets and departments over a window, and a score from them.

Everything is counted once per window by grid, and by department and grid as far as there is anything; a row of any
table is then the sum of a slice. The counts are those of `domain.reading.indicators` (the same masks, the same daily
counters), so a cell equals the area's gauge and the list that it opens. Who reports much gains nothing: a count
is neither an indicator nor an order in which rows can be put.
"""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import Any, Literal, get_args

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.ahead import as_of, past
from dashboard.domain.reading.field import Field
from dashboard.domain.reading.indicators import rate, rate_masks
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.appraisal import LESS_IS_BETTER, TASKS_ON_TIME, AppraisalRules
from dashboard.domain.rules.areas import Area, AreaTree
from dashboard.domain.rules.indicators import CASE_RATES, COUNTER_RATES, RATES, missing_rates
from dashboard.domain.rules.levels import Level
from dashboard.domain.state.cases import FREE
from dashboard.domain.state.city import CityState
from dashboard.domain.state.tasks import Task
from dashboard.errors import InvalidReport

Kind = Literal["worker", "community", "street", "district", "department"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LEVEL_OF: dict[str, Level] = {
    "worker": "grid",
    "community": "community",
    "street": "street",
    "district": "district",
}
PRESETS = (7, 30, 90)
_NEEDED = ("reported_at", "last_at", "grid", "category", "state", "level", "paused_since", "due_at", "closed_at", "way")

PerGrid = npt.NDArray[np.int64]
Pair = tuple[int, int]


class Frozen(msgspec.Struct, frozen=True):
    """What a table is counted from, copied on the event loop; any thread may read it.

    Attributes:
        state: the city with a copy of those columns of its cases that are counted.
        counters: numerator and denominator of the rates that are counted by day, int64 [grids] each.
        tasks: all follow-up tasks; what happens to one meanwhile is seen or not.
    """

    state: CityState
    now_s: float
    days: int
    counters: dict[str, tuple[PerGrid, PerGrid]]
    tasks: list[Task]


class Tally(msgspec.Struct, frozen=True):
    """Cases that one side of a rate counts; as large as the grids and what there is, however many categories there are.

    Attributes:
        per_grid: int64 [grids].
        cells: int64, in order: `department * grids + grid` of those that have any.
        upto: int64 [cells + 1], how many lie in the cells before each.
    """

    per_grid: PerGrid
    cells: npt.NDArray[np.int64]
    upto: npt.NDArray[np.int64]

    def of_department(self, department: int, within: Area) -> int:
        """Returns how many of a department lie in an area."""
        first = department * len(self.per_grid)
        low, high = np.searchsorted(self.cells, (first + within.start, first + within.stop))
        return int(self.upto[high] - self.upto[low])


class Counts(msgspec.Struct, frozen=True):
    """Numerators and denominators over one window.

    Attributes:
        cases: by rate.
        counters: by rate, int64 [grids] each.
        tasks: int64 [tasks due in the window, 4]: first and last + 1 grid, department, done in time (0, 1).
    """

    now_s: float
    days: int
    cases: dict[str, tuple[Tally, Tally]]
    counters: dict[str, tuple[PerGrid, PerGrid]]
    tasks: npt.NDArray[np.int64]


class Row(msgspec.Struct, frozen=True):
    """One line: `cells` are (numerator, denominator) by indicator; no score where too little counts."""

    id: str
    score: float | None
    rank: int | None
    cells: dict[str, Pair]


def check_days(state: CityState, days: int) -> int:
    """Returns the length of a window; raises InvalidReport when cases are not kept for so long."""
    if not 1 <= days <= state.case_days:
        raise InvalidReport("days", f"is a number from 1 to {state.case_days}")
    return days


def freeze(state: CityState, now_s: float, days: int) -> Frozen:
    """Returns what a table over the last `days` city days is counted from; the columns are copied as they lie."""
    frozen = copy.copy(state)
    frozen.cases = copy.copy(state.cases)
    used = state.cases.columns["state"] != FREE
    end = len(used) - int(used[::-1].argmax()) if used.any() else 0
    frozen.cases.columns = {name: state.cases.columns[name][:end].copy() for name in _NEEDED}
    as_of(frozen.cases.columns, past(state.cases, now_s))
    today, field = state.days.day(now_s), Field(state, now_s)

    def counted(counter: str) -> PerGrid:
        return field.counters.window(counter, today - days + 1, today)

    counters = {name: (counted(part), counted(whole)) for name, (part, whole) in COUNTER_RATES.items()}
    return Frozen(frozen, now_s, days, counters, list(field.tasks.by_id.values()))


def count(frozen: Frozen) -> Counts:
    """Returns the counts of a window; some tens of milliseconds per million cases, so call it in a thread."""
    state = frozen.state
    reading = Reading(state, frozen.now_s)
    columns, grids = reading.cases.columns, len(state.tree.grids)
    grid = columns["grid"].astype(np.int64)
    cell = state.owners.of(grid, columns["category"]).astype(np.int64) * grids + grid

    def tally(mask: npt.NDArray[np.bool_]) -> Tally:
        cells, counted = np.unique(cell[mask], return_counts=True)
        upto = np.concatenate(([0], np.cumsum(counted)))
        return Tally(np.bincount(grid[mask], minlength=grids), cells, upto)

    cases = {}
    for name in CASE_RATES:
        part, whole = rate_masks(state, reading.cases, name, window_days=frozen.days)
        cases[name] = (tally(part), tally(whole))
    return Counts(frozen.now_s, frozen.days, cases, frozen.counters, _due_tasks(frozen))


def _due_tasks(frozen: Frozen) -> npt.NDArray[np.int64]:
    """Returns the tasks whose due time lies in the window and is not in the future; those declined are not counted."""
    state = frozen.state
    start_s = state.days.start(state.days.day(frozen.now_s) - frozen.days + 1)
    places = {name: index for index, name in enumerate(state.rules.departments)}
    found = []
    for task in frozen.tasks:
        if task.due_at is None or not start_s <= task.due_at <= frozen.now_s or task.state == "declined":
            continue
        area = state.tree.by_code.get(task.area or "")
        if area is not None and task.department in places:
            done = task.state == "done" and task.state_at <= task.due_at
            found.append((area.start, area.stop, places[task.department], int(done)))
    return np.array(found, dtype=np.int64).reshape(-1, 4)


def kinds_of(tree: AreaTree) -> tuple[Kind, ...]:
    """Returns the kinds of tables that a city has: one for each of its levels, and departments."""
    return tuple(kind for kind in KINDS if kind not in LEVEL_OF or LEVEL_OF[kind] in tree.levels)


def indicators_of(kind: Kind, missing: Collection[str] = ()) -> tuple[str, ...]:
    """Returns the indicators by which a kind is appraised; what is counted per grid and day knows no department.

    Args:
        kind: of the table.
        missing: rates that the city does not have (rules/indicators.py): the others share their weight.
    """
    known = (*CASE_RATES, TASKS_ON_TIME) if kind == "department" else RATES
    return tuple(name for name in known if name not in missing)


def missing_in(state: CityState) -> frozenset[str]:
    """Returns the rates that mean nothing in a city."""
    return missing_rates(state.tree.levels, state.rules.has_disputes)


def rows(state: CityState, counts: Counts, kind: Kind, area: Area) -> list[Row]:
    """Returns a line for each worker, area or department inside of `area`, with score and rank, in their own order."""
    found = _departments(state, counts, area) if kind == "department" else _areas(state, counts, LEVEL_OF[kind], area)
    rules, names = state.rules.appraisal, indicators_of(kind, missing_in(state))
    scores = {id_: score(rules, names, cells) for id_, cells in found.items()}
    ranks: dict[float | None, int] = {}
    for place, value in enumerate(sorted((s for s in scores.values() if s is not None), reverse=True), 1):
        ranks.setdefault(value, place)
    return [Row(id_, scores[id_], ranks.get(scores[id_]), cells) for id_, cells in found.items()]


def _areas(state: CityState, counts: Counts, level: Level, within: Area) -> dict[str, dict[str, Pair]]:
    tree = state.tree.on(state.days.date(state.days.day(counts.now_s)))
    inside = [area for area in tree.at_level(level) if within.start <= area.start and area.stop <= within.stop]
    starts, stops = (np.array([getattr(area, end) for area in inside], np.int64) for end in ("start", "stop"))
    lines: dict[str, dict[str, Pair]] = {area.code: {} for area in inside}
    per_grid = _per_grid(counts)
    for name in indicators_of("worker", missing_in(state)):
        part, whole = (_slices(side, starts, stops) for side in per_grid[name])
        for line, one, all_ in zip(lines.values(), part, whole, strict=True):
            line[name] = (one, all_)
    return lines


def _per_grid(counts: Counts) -> dict[str, tuple[PerGrid, PerGrid]]:
    """Returns numerators and denominators of all rates, those of cases over all categories."""
    cases = {name: (part.per_grid, whole.per_grid) for name, (part, whole) in counts.cases.items()}
    return {**cases, **counts.counters}


def _slices(counts: PerGrid, starts: PerGrid, stops: PerGrid) -> list[int]:
    """Returns the sums of slices of counts per grid."""
    sums = np.concatenate(([0], np.cumsum(counts)))
    found: list[int] = (sums[stops] - sums[starts]).tolist()
    return found


def _departments(state: CityState, counts: Counts, within: Area) -> dict[str, dict[str, Pair]]:
    tasks = counts.tasks[(counts.tasks[:, 0] >= within.start) & (counts.tasks[:, 1] <= within.stop)]
    lines: dict[str, dict[str, Pair]] = {}
    for index, name in enumerate(state.rules.departments):
        lines[name] = {
            rate_: (part.of_department(index, within), whole.of_department(index, within))
            for rate_, (part, whole) in counts.cases.items()
        }
        own = tasks[tasks[:, 2] == index]
        for rate_ in missing_in(state):
            lines[name].pop(rate_)
        lines[name][TASKS_ON_TIME] = (int(own[:, 3].sum()), len(own))
    return lines


def score(rules: AppraisalRules, names: tuple[str, ...], cells: dict[str, Pair]) -> float | None:
    """Returns the weighted mean of the rates that count, 0–100 with one decimal, or None where too few do."""
    total = sum(rules.weights[name] for name in names)
    counting = {name: cells[name] for name in names if cells[name][1] >= rules.least}
    weight = sum(rules.weights[name] for name in counting)
    if weight <= 0 or weight < rules.least_weight * total:
        return None
    return round(100 * sum(rules.weights[name] * _good(name, *pair) for name, pair in counting.items()) / weight, 1)


def _good(name: str, numerator: int, denominator: int) -> float:
    """Returns a rate as something of which more is better; returns can be more than what was handled."""
    share = min(1.0, numerator / denominator)
    return 1.0 - share if name in LESS_IS_BETTER else share


def check_sort(state: CityState, kind: Kind, sort: str) -> None:
    """Raises InvalidReport for an order that there is not; how much was reported is none."""
    sorts = ("score", *indicators_of(kind, missing_in(state)))
    if sort not in sorts:
        raise InvalidReport("sort", f"{sort[:40]!r} is not one of {', '.join(sorts)}")


def ordered(rules: AppraisalRules, found: list[Row], sort: str, descending: bool) -> list[Row]:
    """Returns rows by score or by an indicator; those that do not count come last, in their own order."""

    def value(row: Row) -> float | None:
        return row.score if sort == "score" else rate(*row.cells[sort])

    def place(row: Row) -> tuple[int, float]:
        key = value(row)
        if key is None:
            return 2, 0.0
        counts = sort == "score" or row.cells[sort][1] >= rules.least
        return (0 if counts else 1), -key if descending else key

    return sorted(found, key=place)


def line_of(state: CityState, kind: Kind, row: Row) -> dict[str, Any]:
    """Returns a line as HTTP gives it, with the names of what it is about."""
    least = state.rules.appraisal.least
    cells = {
        name: {
            "numerator": one,
            "denominator": all_,
            "rate": rate(one, all_),
            "counts": all_ >= least,
        }
        for name, (one, all_) in row.cells.items()
    }
    return {"id": row.id, **names_of(state, kind, row.id), "score": row.score, "rank": row.rank, "cells": cells}


def names_of(state: CityState, kind: Kind, id_: str) -> dict[str, Any]:
    """Returns what a line is about in both languages, and the area whose name stands before it, if any."""
    if kind == "department":
        label = state.rules.departments[id_]
        return {"name": label.name, "name_en": label.name_en, "above": None}
    area = state.tree.by_code[id_]
    above = next(iter(state.tree.called(area)[:-1]), None)
    return {
        "name": area.name,
        "name_en": area.name_en or area.name,
        "above": above and {"code": above.code, "name": above.name, "name_en": above.name_en or above.name},
    }
