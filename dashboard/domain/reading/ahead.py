"""What lies ahead of the clock: the fold takes every entry whatever the clock says, and a reading leaves out, step by
step, what has not happened yet. A closing that lies ahead leaves its case open.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.lifecycle import Facts, Step
from dashboard.domain.state.cases import FREE, CaseTable
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import TOLERATED_SKEW_S

_PATCHED = Facts.__struct_fields__


class Past(NamedTuple):
    """Which cases there are at a moment, and what is otherwise about some of them.

    Attributes:
        rows: rows in the table of the cases that were reported by then, int64 [cases].
        places: those of them (indexes into `rows`) that have steps ahead, int64 [n].
        values: by column of the table, what holds for them at the moment [n].
        ahead: how many steps were left out.
    """

    rows: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    values: dict[str, npt.NDArray[Any]]
    ahead: int


class _Known(NamedTuple):
    """What the steps of a trace add up to for all moments from `since` to before `until` (epoch seconds)."""

    trace: bytes
    since: float
    until: float
    cells: tuple[float, ...]  # in the order of _PATCHED, `due_at` behind them
    ahead: int


_known: WeakKeyDictionary[CaseTable, dict[int, _Known]] = WeakKeyDictionary()


def past(table: CaseTable, now_s: float) -> Past:
    """Returns the cases as they were at `now_s`; what nothing lies ahead of costs two comparisons of columns."""
    until_s, columns = now_s + TOLERATED_SKEW_S, table.columns
    used = np.flatnonzero(columns["state"] != FREE)
    unborn = columns["reported_at"][used] > until_s  # also of steps that some clock puts before the report
    late = unborn | (columns["last_at"][used] > until_s)
    if not late.any():
        return Past(used, np.zeros(0, np.int64), {}, 0)
    ahead = sum(len(table.traces[row]) // lifecycle.STEP.size for row in used[unborn].tolist())
    rows = used[~unborn]
    places = np.flatnonzero(late[~unborn])
    known = [_at(table, row, until_s) for row in rows[places].tolist()]
    cells = np.array([each.cells for each in known]).reshape(len(known), len(_PATCHED) + 1)
    values = {name: cells[:, index].astype(columns[name].dtype) for index, name in enumerate((*_PATCHED, "due_at"))}
    return Past(rows, places, values, ahead + sum(each.ahead for each in known))


def steps_of(table: CaseTable, now_s: float) -> int:
    """Returns how many steps of cases lie ahead."""
    return past(table, now_s).ahead


def as_of(columns: dict[str, npt.NDArray[Any]], seen: Past) -> None:
    """Changes copies of whole columns into those of a moment: what was not reported by then is free."""
    if not seen.ahead:
        return
    state, last_at = columns["state"], columns["last_at"]
    columns["state"], columns["last_at"] = np.full_like(state, FREE), np.zeros_like(last_at)
    columns["state"][seen.rows], columns["last_at"][seen.rows] = state[seen.rows], last_at[seen.rows]
    for name, values in seen.values.items():
        if name in columns:
            columns[name][seen.rows[seen.places]] = values


def watermark(city: CityState, now_s: float) -> float:
    """Returns the latest event time that does not lie ahead of the clock (epoch seconds), 0 = none."""
    until_s, later = now_s + TOLERATED_SKEW_S, city.later
    if max(city.watermark, later.latest) <= until_s:
        return max(city.watermark, later.latest)
    table, heard_at = city.cases.columns, city.workers.columns["last_at"]
    used = table["state"] != FREE
    told = (later.read(kind)["at"] for kind in ("told", "heard"))
    instants = (np.array([city.watermark]), table["last_at"][used], table["reported_at"][used], heard_at, *told)
    return max(float(each[each <= until_s].max(initial=0.0)) for each in instants)


def happened(steps: list[Step], now_s: float) -> list[Step]:
    """Returns those steps that do not lie ahead of the clock."""
    return [step for step in steps if step.at <= now_s + TOLERATED_SKEW_S]


def cut(trace: bytes, now_s: float) -> bytes:
    """Returns packed steps without those that lie ahead of the clock."""
    if all(step[3] <= now_s + TOLERATED_SKEW_S for step in lifecycle.STEP.iter_unpack(trace)):
        return trace
    return b"".join(map(lifecycle.pack, happened(lifecycle.unpack(trace), now_s)))


def table_at(table: CaseTable, now_s: float) -> CaseTable:
    """Returns the table of cases as it was at `now_s`; itself when nothing lies ahead."""
    seen = past(table, now_s)
    if not seen.ahead:
        return table
    columns = {name: column.copy() for name, column in table.columns.items()}
    as_of(columns, seen)
    traces = list(table.traces)
    for row in seen.rows[seen.places].tolist():
        traces[row] = cut(traces[row], now_s)
    return table.like(columns, traces)


def _at(table: CaseTable, row: int, until_s: float) -> _Known:
    """Returns what the steps of a row's case up to an instant add up to; it is kept until the next step is due."""
    kept = _known.setdefault(table, {})
    known = kept.get(row)
    if known is None or known.trace is not table.traces[row] or not known.since <= until_s < known.until:
        known = kept[row] = _computed(table, row, until_s)
    return known


def _computed(table: CaseTable, row: int, until_s: float) -> _Known:
    columns, trace = table.columns, table.traces[row]
    steps = lifecycle.in_order(lifecycle.unpack(trace))
    done = [step for step in steps if step.at <= until_s]
    facts, taken, _ = lifecycle.replay(done, bool(columns["self_handled"][row]))
    due_at = base = float(columns["base_due_at"][row])
    if facts.paused_s:
        kind = int(columns["category"][row]), int(columns["severity"][row]), float(columns["reported_at"][row])
        promised_at = base if columns["promised"][row] else None
        due_at = table.deadlines.due(*kind, promised_at, lifecycle.pauses(taken))
    later = [step.at for step in steps if step.at > until_s]
    since = max(step.at for step in done)
    cells = (*map(float, msgspec.structs.astuple(facts)), due_at)
    return _Known(trace, since, min(later, default=float("inf")), cells, len(later))
