"""What holds for every state that a log can lead to, written out by name: `validate` raises when something does not.

The fold never looks here. It runs after every test that folds, so that a part that forgets another one is
found where it happens and not where a number is wrong. Each check yields in words, with figures, what is off.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.reports import TYPES, ms_seq
from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.lifecycle import LAST_OPEN
from dashboard.domain.state import casevalidity, journal, orders, services, tasks, texts
from dashboard.domain.state.cases import FREE
from dashboard.domain.state.casevalidity import Check
from dashboard.domain.state.city import NEWEST_REPORTS, CityState
from dashboard.domain.state.people import COUNTER_CODES, COUNTERS
from dashboard.domain.state.seen import SeenReports

_MOST_SAID = 5
_ONE_MORE = 1 << 20  # what can come in before the next turn

_QUICK = (
    "entries add up",
    "positions belong to entries",
    "days have rows",
    "each case has one row",
    "cases lie within their ranges",
    "workers are possible",
)

Totals = npt.NDArray[Any]


class Contradiction(AssertionError):
    """Two parts of a state do not agree: a mistake of the fold, never of what arrived.

    Attributes:
        invariant: name of what does not hold, a key of INVARIANTS.
        said: what is off, with figures.
    """

    def __init__(self, invariant: str, said: list[str]) -> None:
        super().__init__(f"{invariant}: {'; '.join(said)}")
        self.invariant, self.said = invariant, said


def sound(city: CityState) -> None:
    """Raises Contradiction for a state that cannot be gone on with: what holds of it is quickly looked at."""
    for position in city.positions.values():
        ms_seq(position)
    for name in _QUICK:
        if said := list(itertools.islice(INVARIANTS[name](city), _MOST_SAID)):
            raise Contradiction(name, said)


def validate(city: CityState) -> None:
    """Raises Contradiction for the first invariant that does not hold."""
    for name, check in INVARIANTS.items():
        if said := list(itertools.islice(check(city), _MOST_SAID)):
            raise Contradiction(name, said)


# ---------------------------------------------------------------------- the log


def _entries_add_up(city: CityState) -> Iterator[str]:
    known, folded = city.reports + city.duplicates + city.dead_letters, sum(city.entries.values())
    if known != folded:
        yield (
            f"{city.reports} reports + {city.duplicates} duplicates + {city.dead_letters} dead letters"
            f" = {known}, but {folded} entries"
        )
    if city.differing > city.duplicates:
        yield f"{city.differing} of {city.duplicates} duplicates differ"


def _positions_belong_to_entries(city: CityState) -> Iterator[str]:
    for shard in sorted(set(city.positions) | set(city.entries)):
        position, count = city.positions.get(shard), city.entries.get(shard, 0)
        if (position is None) != (count == 0):
            yield f"shard {shard}: {count} entries up to {position!r}"


def _nothing_lies_behind_the_position(city: CityState) -> Iterator[str]:
    last = {shard: ms_seq(position) for shard, position in city.positions.items()}
    for grid, reports in enumerate(city.recent.by_grid):
        for shard, position in reports:
            if ms_seq(position) > last.get(shard, (0, 0)):
                yield f"grid {grid}: a recent report at {shard}/{position!r} was not folded"
    for case, row in city.cases.rows.items():
        for step in lifecycle.unpack(city.cases.traces[row]):
            if (step.ms, step.seq) > last.get(step.shard, (0, 0)):
                yield f"case {case}: its step at {step.shard}/{step.stream_id} was not folded"


def _watermark_is_the_latest(city: CityState) -> Iterator[str]:
    table = city.cases.columns
    parts = {
        "a grid's last report": city.workers.columns["last_at"],
        "a case's last step": table["last_at"][table["state"] != FREE],
        "one of the newest reports": np.array([at for at, *_ in city.newest]),
    }
    latest = max(city.watermark, city.later.latest)
    for what, instants in parts.items():
        if instants.max(initial=0.0) > latest:
            yield f"{what} at {instants.max()} lies after {latest}"


def _seen_reports_are_found(city: CityState) -> Iterator[str]:
    seen = city.seen
    seen.sweep()
    poured = sum(len(hashes) for hashes, _ in seen.by_day.values())
    if len(seen) != poured + len(seen.new):
        yield f"{len(seen)} counted, {poured} by day and {len(seen.new)} new"
    if len(seen) > city.reports + city.dead_letters:
        yield f"{len(seen)} remembered of {city.reports} reports and {city.dead_letters} dead letters"
    for day, (hashes, marks) in seen.by_day.items():
        if len(hashes) != len(marks):
            yield f"day {day}: {len(hashes)} hashes and {len(marks)} marks"
        elif lost := _lost(seen, hashes.tolist(), marks.tolist()):
            yield f"day {day}: {lost} of {len(hashes)} hashes are not in the table with their mark"


def _lost(seen: SeenReports, hashes: list[int], marks: list[int]) -> int:
    return sum(known != mark for known, mark in zip(seen.find(hashes), marks, strict=True))


# ---------------------------------------------------------------------- counts


_PEOPLE = (("births", 1), ("deaths", -1), ("move_ins", 1), ("move_outs", -1))


def _ledger_balances(city: CityState) -> Iterator[str]:
    counts = city.counters.counts[list(city.counters.rows.values())].sum(axis=0, dtype=np.int64)
    sums = counts + city.counters.forgotten
    total = {name: sums[code] for name, code in COUNTER_CODES.items()}
    people = total["births"] - total["deaths"] + total["move_ins"] - total["move_outs"]
    dwellings = total["dwellings_registered"] - total["dwellings_removed"]
    for what, now, first, change in (
        ("residents", city.people.ages.sum(axis=(1, 2)), city.tree.ages.sum(axis=(1, 2)), people),
        ("dwellings", city.homes.dwellings.sum(axis=1), city.tree.dwellings, dwellings),
    ):
        unlike = now != first + change
        if what == "residents":
            unlike[list(city.succession.counted_from)] = False  # of these, part of what was counted changed nothing
        for grid in np.flatnonzero(unlike).tolist():
            yield f"{city.tree.grids[grid]}: {now[grid]} {what}, but {first[grid]} at first and {change[grid]:+d} since"


def _counted_residents_balance(city: CityState) -> Iterator[str]:
    """Looks at the grids whose residents were counted on a day: what happened from that day on has changed them."""
    counters, first = city.counters, city.tree.ages.sum(axis=(1, 2))
    if counters.forgotten.any() or len(counters.rows) >= counters.keep_days:
        return  # days are not told apart any more
    now = city.people.ages.sum(axis=(1, 2))
    for grid, since in city.succession.counted_from.items():
        rows = [row for day, row in counters.rows.items() if day >= since]
        total = counters.counts[rows, :, grid].sum(axis=0)
        change = sum(sign * int(total[COUNTER_CODES[name]]) for name, sign in _PEOPLE)
        if now[grid] != first[grid] + change:
            yield f"{city.tree.grids[grid]}: {now[grid]} residents, {first[grid]} when counted and {change:+d} since"


def _days_have_rows(city: CityState) -> Iterator[str]:
    counters = city.counters
    rows = list(counters.rows.values())
    if len(set(rows)) != len(rows) or any(not 0 <= row < len(counters.counts) for row in rows):
        yield f"{len(rows)} days in rows {sorted(rows)} of {len(counters.counts)}"
        return
    unused = np.delete(counters.counts, rows, axis=0)
    if np.any(unused):
        yield f"{int(np.count_nonzero(unused.any(axis=(1, 2))))} rows of no day hold counts"


def _journal_opens_the_counters(city: CityState) -> Iterator[str]:
    counters, full = city.counters, len(city.counters.rows) >= city.counters.keep_days
    for day in city.journal.by_day:
        row = counters.rows.get(day)
        if row is None or (full and day == min(counters.rows)):  # the oldest takes in what is older than all
            continue
        written = city.journal.totals(day, len(COUNTERS), counters.grid_count)
        for counter, grid in np.argwhere(written != counters.counts[row]).tolist():
            count = counters.counts[row, counter, grid]
            yield f"day {day}, counter {counter}, grid {grid}: {count}, {written[counter, grid]} in the journal"


def _totals_are_the_sums_of_their_parts(city: CityState) -> Iterator[str]:
    columns, grids = city.cases.columns, len(city.tree.grids)
    parts: dict[str, Totals] = {
        "residents": city.people.ages.sum(axis=(1, 2)),
        "dwellings": city.homes.dwellings.sum(axis=1),
        "open cases": np.bincount(columns["grid"][columns["state"] <= LAST_OPEN], minlength=grids),
        "counts": city.counters.counts.sum(axis=(0, 1)) + city.counters.forgotten.sum(axis=0),
        "grids": np.ones(grids, np.int64),
    }
    for area in city.tree.by_code.values():
        below = city.tree.children(area.code)
        for what, per_grid in parts.items():
            whole = int(per_grid[area.start : area.stop].sum())
            each = sum(int(per_grid[child.start : child.stop].sum()) for child in below)
            if below and whole != each:
                yield f"{area.code}: {whole} {what}, {each} in its {len(below)} parts"


# ---------------------------------------------------------------------- the rest of what is known


def _tasks_are_indexed(city: CityState) -> Iterator[str]:
    indexed = [(department, task) for department, held in city.tasks.by_department.items() for task in held.values()]
    if len(indexed) != len(city.tasks.by_id):
        yield f"{len(city.tasks.by_id)} tasks, {len(indexed)} by department"
    for department, task in indexed:
        if task.department != department or city.tasks.by_id.get(task.id) is not task:
            yield f"task {task.id} of {task.department} is listed under {department}"


def _services_are_indexed(city: CityState) -> Iterator[str]:
    known, count = city.services, len(city.services.ids)
    if known.rows != {request: row for row, request in enumerate(known.ids)}:
        yield f"{count} requests in rows, {len(known.rows)} in the index"
    for name, column in known.columns.items():
        if np.any(column[count:]):
            yield f"`{name}` holds values in rows of no request"
    columns = {name: column[:count] for name, column in known.columns.items()}
    bad = {
        "of no known kind": (columns["kind"] < 0) | (columns["kind"] >= len(known.kinds)),
        "in no area": (columns["start"] >= columns["stop"]) | (columns["stop"] > len(city.tree.grids)),
        "due and never asked for": (columns["due_at"] > 0.0) & (columns["requested_at"] == 0.0),
        "never asked for and never met": (columns["requested_at"] == 0.0) & (columns["completed_at"] == 0.0),
    }
    for what, rows in bad.items():
        if np.any(rows):
            yield f"{int(np.count_nonzero(rows))} requests {what}"


def _orders_wait_once(city: CityState) -> Iterator[str]:
    for order in sorted(set(city.orders.open) & set(city.orders.early)):
        yield f"order {order} was issued, and receipts wait for it"
    waiting = ((order, grids) for order, (_, grids) in city.orders.open.items())
    for order, grids in itertools.chain(waiting, ((order, set(read)) for order, read in city.orders.early.items())):
        if any(not 0 <= grid < len(city.tree.grids) for grid in grids):
            yield f"order {order} waits for grids {sorted(grids)} of {len(city.tree.grids)}"


def _what_is_held_is_bounded(city: CityState) -> Iterator[str]:
    held = {
        "newest reports": (len(city.newest), NEWEST_REPORTS),
        "recent reports of a grid": (max(map(len, city.recent.by_grid), default=0), journal.KEPT_REPORTS),
        "texts of a grid": (max(map(len, city.texts.by_grid), default=0), texts.KEPT_TEXTS),
        "days of counters": (len(city.counters.rows), city.counters.keep_days),
        "days of the journal": (len(city.journal.by_day), journal.KEPT_DAYS + city.journal.kept_more),
        "days of seen reports": (len(city.seen.by_day), city.seen.days + 1),
        "bytes of early steps": (max(city.early.bytes_of.values(), default=0), city.early.most_bytes + _ONE_MORE),
        "open orders": (len(city.orders.open), orders.KEPT_ORDERS),
        "early receipts": (len(city.orders.early), orders.KEPT_ORDERS),
        "tasks": (len(city.tasks.by_id), tasks.KEPT_TASKS),
        "services": (len(city.services.ids), services.KEPT_SERVICES),
    }
    for what, (count, most) in held.items():
        if count > most:
            yield f"{count} {what}, at most {most}"


def _workers_are_possible(city: CityState) -> Iterator[str]:
    columns = city.workers.columns
    battery = columns["battery"]
    bad = {
        "on and off shift": columns["on_shift"] > 1,
        "with a battery beyond 0 to 1": ~np.isnan(battery) & ((battery < 0.0) | (battery > 1.0)),
        "without a rhythm": ~(columns["rhythm_s"] > 0.0),
        "with a component counted never, or the other way round": np.any(
            (city.homes.components >= 0) != (city.homes.counted_at > 0.0), axis=1
        ),
    }
    for what, grids in bad.items():
        if np.any(grids):
            yield f"{int(np.count_nonzero(grids))} grids {what}"
    if unknown := {kind for _, kind, _, _ in city.newest} - set(TYPES):
        yield f"newest reports of types {sorted(unknown)}"


def _cells_point_into_their_columns(city: CityState) -> Iterator[str]:
    for part in (city.people, city.homes, city.counters, city.cases, city.workers, city.services):
        fields = vars(part)
        arrays = [value for value in fields.values() if isinstance(value, np.ndarray)]
        arrays += fields.get("columns", {}).values()
        for name, view in fields.items():
            if isinstance(view, memoryview) and not any(np.shares_memory(np.asarray(view), a) for a in arrays):
                yield f"{type(part).__name__}.{name} writes where nobody reads"


INVARIANTS: dict[str, Check] = {
    "entries add up": _entries_add_up,
    "positions belong to entries": _positions_belong_to_entries,
    "nothing lies behind the position": _nothing_lies_behind_the_position,
    "the watermark is the latest": _watermark_is_the_latest,
    "seen reports are found": _seen_reports_are_found,
    **casevalidity.CHECKS,
    "the ledger balances": _ledger_balances,
    "residents since they were counted": _counted_residents_balance,
    "days have rows": _days_have_rows,
    "the journal opens the counters": _journal_opens_the_counters,
    "totals are the sums of their parts": _totals_are_the_sums_of_their_parts,
    "tasks are indexed": _tasks_are_indexed,
    "services are indexed": _services_are_indexed,
    "orders wait once": _orders_wait_once,
    "what is held is bounded": _what_is_held_is_bounded,
    "workers are possible": _workers_are_possible,
    "cells point into their columns": _cells_point_into_their_columns,
}
