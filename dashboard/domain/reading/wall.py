"""What a wall shows of an area: numbers at every tick, charts and lists less often.

The shapes are those of docs/protocol.md, topics `city` and `map/<layer>`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.backlog import departments, hours
from dashboard.domain.reading.days import TREND_DAYS, closed_by_day, counted_by_day
from dashboard.domain.reading.heats import heats
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.indicators import dashed
from dashboard.domain.state.horizon import TOLERATED_SKEW_S

LAYERS = ("cases-open", "cases-overdue", "newborns", "move-ins", "reported", "silence", "recent")
RECENT_MINUTES = 10
ATTENTION_ROWS = 8
_TRENDS = {
    "newborns": "births",
    "deaths": "deaths",
    "move_ins": "move_ins",
    "move_outs": "move_outs",
    "reported": "cases_reported",
}

Body = dict[str, Any]
Ints = npt.NDArray[Any]


def kpis(reading: Reading, area: Area) -> Body:
    """Returns the counters of an area, all integers."""
    state, cut = reading.state, slice(area.start, area.stop)
    inside = reading.within(area)
    ages = reading.field.ages[cut].sum(axis=0)
    bands = ages.sum(axis=0)
    counted = reading.counted
    births, deaths = counted("births", area), counted("deaths", area)
    move_ins, move_outs = counted("move_ins", area), counted("move_outs", area)
    recent = int(reading.field.workers.recent_counts(reading.now_s, RECENT_MINUTES)[cut].sum())
    return {
        "reports": state.reports,
        "duplicates": state.duplicates,
        "dead-letters": state.dead_letters,
        "held": state.early.count,
        "reports-per-minute": round(recent / RECENT_MINUTES),
        "newborns-today": births,
        "newborns-yesterday": counted("births", area, 1),
        "deaths-today": deaths,
        "deaths-yesterday": counted("deaths", area, 1),
        "move-ins-today": move_ins,
        "move-ins-yesterday": counted("move_ins", area, 1),
        "move-outs-today": move_outs,
        "move-outs-yesterday": counted("move_outs", area, 1),
        "dwellings-today": counted("dwellings_registered", area),
        "population": int(bands.sum()),
        "population-change-today": births - deaths + move_ins - move_outs,
        "male": int(ages[0].sum()),
        "female": int(ages[1].sum()),
        "age-0-14": int(bands[:3].sum()),
        "age-15-59": int(bands[3:12].sum()),
        "age-60-up": int(bands[12:].sum()),
        "cases-open": int(np.count_nonzero(reading.cases.open & inside)),
        "cases-overdue": int(np.count_nonzero(reading.cases.overdue & inside)),
        "cases-reported-today": counted("cases_reported", area),
        "cases-closed-today": reading.closed_on(area),
        "workers-all": reading.workers_in(area),
        "workers-on-shift": int(reading.field.workers.columns["on_shift"][cut].sum()),
        "workers-silent": int(reading.silent[cut].sum()),
    }


def rate_counts(reading: Reading, area: Area) -> Body:
    """Returns [numerator, denominator] of every rate, names with dashes."""
    return {
        dashed(name): [int(part[area.start : area.stop].sum()), int(whole[area.start : area.stop].sum())]
        for name, (part, whole) in reading.rates.items()
    }


def trends(reading: Reading, area: Area) -> Body:
    """Returns the last 30 days of births, deaths, moves and cases, oldest first, today last."""
    first, last = reading.today - TREND_DAYS + 1, reading.today
    counted = {name: counted_by_day(reading, counter, area, first, last) for name, counter in _TRENDS.items()}
    return {**counted, "closed": closed_by_day(reading, area, first, last).tolist()}


def attention(reading: Reading, area: Area) -> tuple[list[Body], int]:
    """Returns what needs somebody, worst first, and how many there are in all.

    Overdue cases come first (most severe, then longest overdue), then cases due within the
    hour, then districts with silent grids, then dead letters, then reports of times to come.
    """
    cases, inside = reading.cases, reading.within(area)
    late, soon = np.flatnonzero(cases.overdue & inside), np.flatnonzero(cases.due_soon & inside)
    rows = [_case_row(reading, index, "overdue") for index in _worst(reading, late)[: ATTENTION_ROWS - 3]]
    rows += [_case_row(reading, index, "due-soon") for index in _worst(reading, soon)[:1]]
    silent = _silent_rows(reading, area)
    told = {"dead-letters": reading.state.dead_letters, "ahead": reading.ahead}
    last = [{"kind": kind, "count": count} for kind, count in told.items() if count]
    rows += silent[: ATTENTION_ROWS - len(rows) - max(1, len(last))]
    return rows + last, len(late) + len(soon) + len(silent) + len(last)


def _worst(reading: Reading, indexes: Ints) -> list[int]:
    columns = reading.cases.columns
    order = np.lexsort((columns["due_at"][indexes], columns["severity"][indexes]))
    worst: list[int] = indexes[order].tolist()
    return worst


def _case_row(reading: Reading, index: int, kind: str) -> Body:
    """Returns one case as a line of the attention list; `index` is into the columns of the reading."""
    columns = reading.cases.columns
    return {
        "kind": kind,
        "case": reading.case_id(index),
        "grid": int(columns["grid"][index]),
        "category": reading.state.rules.categories[int(columns["category"][index])].id,
        "severity": int(columns["severity"][index]),
        "level": int(columns["level"][index]),
        "due": int(columns["due_at"][index] * 1000),
    }


def _silent_rows(reading: Reading, area: Area) -> list[Body]:
    """Returns one line per largest part of the city, and one for the area's other grids, that has silent ones.

    Most of them come first.
    """
    parts = [part for part in reading.tree.parts() if area.start <= part.start and part.stop <= area.stop]
    last_at, left = reading.field.workers.columns["last_at"], reading.silent.copy()
    rows = []
    for part in (*(part for part in parts if part != area), area):
        silent = np.flatnonzero(left[part.start : part.stop]) + part.start
        left[silent] = False
        if len(silent):
            last = int(last_at[silent].max() * 1000)
            rows.append({"kind": "silent", "area": part.code, "count": len(silent), "last": last})
    return sorted(rows, key=lambda row: -int(row["count"]))


def ticker(reading: Reading) -> list[list[Any]]:
    """Returns the newest reports, newest first: [ms, type, grid index], for cases with category and severity."""
    lines, state, until_s = [], reading.state, reading.now_s + TOLERATED_SKEW_S
    for at, kind, grid, case in reversed(state.newest):
        if at > until_s:
            continue
        line: list[Any] = [int(at * 1000), kind, grid]
        row = state.cases.rows.get(case) if case else None
        if row is not None:
            category = state.rules.categories[int(state.cases.columns["category"][row])].id
            line += [category, int(state.cases.columns["severity"][row])]
        lines.append(line)
    return lines


def slow_body(reading: Reading, area: Area) -> Body:
    """Returns the part of a wall that is drawn at most twice a second."""
    rows, total = attention(reading, area)
    return {
        "rates": rate_counts(reading, area),
        "heat": heats(reading, area),
        "days": trends(reading, area),
        "hours": hours(reading, area),
        "departments": departments(reading, area),
        "attention": rows,
        "attention_total": total,
        "ticker": ticker(reading),
    }


def layer_values(reading: Reading, layer: str) -> Ints:
    """Returns the value of each grid in one layer of the map, int [grids]."""
    grids = len(reading.state.tree.grids)
    counters, today = reading.field.counters, reading.today
    if layer == "cases-open":
        return reading.cases.per_grid(reading.cases.open, grids)
    if layer == "cases-overdue":
        return reading.cases.per_grid(reading.cases.overdue, grids)
    if layer == "newborns":
        return counters.day("births", today) + counters.day("births", today - 1)
    if layer == "move-ins":
        return counters.day("move_ins", today)
    if layer == "reported":
        return counters.day("cases_reported", today)
    if layer == "silence":
        return _minutes_silent(reading)
    return reading.field.workers.recent_counts(reading.now_s, RECENT_MINUTES)


def _minutes_silent(reading: Reading) -> Ints:
    """Returns minutes since the last report, in steps of 5, or -1 where the worker is not on shift."""
    columns = reading.field.workers.columns
    since = np.maximum(columns["last_at"], columns["shift_at"])
    minutes = np.maximum(reading.now_s - since, 0) // 300 * 5
    return np.where(columns["on_shift"] == 1, minutes, -1).astype(np.int64)


def grid_states(reading: Reading) -> npt.NDArray[np.uint8]:
    """Returns 0 normal, 1 silent, 2 with an overdue case, uint8 [grids]; the worse one wins."""
    overdue = reading.cases.per_grid(reading.cases.overdue, len(reading.state.tree.grids))
    return np.where(overdue > 0, 2, np.where(reading.silent, 1, 0)).astype(np.uint8)


STATE_NAMES = ("normal", "silent", "overdue")
