"""What holds for the cases of every state: their table, their lives, their due times, and what waits for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from dashboard.domain.rules import lifecycle
from dashboard.domain.rules.levels import TOP
from dashboard.domain.rules.lifecycle import LAST_OPEN, State
from dashboard.domain.state.cases import FREE
from dashboard.domain.state.city import CityState
from dashboard.domain.state.ended import EndedCases

Check = Callable[[CityState], Iterator[str]]  # yields what is off, in words and figures
_ROUNDED_S = 1e-3  # instants that are added up in another order


def _each_case_has_one_row(city: CityState) -> Iterator[str]:
    table = city.cases
    used = {case: row for row, case in enumerate(table.ids) if case}
    for case in sorted(set(used) ^ set(table.rows)):
        yield f"case {case}: row {table.rows.get(case)} in the index, row {used.get(case)} in the table"
    for case, row in used.items():
        if table.rows.get(case, row) != row:
            yield f"case {case}: row {table.rows[case]} in the index, row {row} in the table"
    for case, count in Counter(filter(None, table.ids)).items():
        if count > 1:
            yield f"case {case} is in {count} rows"


def _free_rows_are_free(city: CityState) -> Iterator[str]:
    table = city.cases
    named = {row for row, case in enumerate(table.ids) if not case}
    marked = set(np.flatnonzero(table.columns["state"] == FREE).tolist())
    empty = {row for row, trace in enumerate(table.traces) if not trace}
    listed = set(table.free)
    if len(listed) != len(table.free):
        yield f"{len(table.free) - len(listed)} rows are listed as free twice"
    for what, rows in (("listed as free", listed), ("marked as free", marked), ("without a trace", empty)):
        if rows != named:
            yield f"{len(named)} rows without a case, {len(rows)} {what}, {len(rows ^ named)} differ"
    lengths = {len(table.traces), *(len(column) for column in table.columns.values())}
    if lengths != {len(table.ids)}:
        yield f"{len(table.ids)} ids, but columns and traces of {sorted(lengths)} rows"


def _cases_are_what_their_steps_add_up_to(city: CityState) -> Iterator[str]:
    table = city.cases
    for case, row in table.rows.items():
        steps = lifecycle.in_order(lifecycle.unpack(table.traces[row]))
        facts, _, left = lifecycle.replay(steps, bool(table.columns["self_handled"][row]))
        if left:
            yield f"case {case}: {len(left)} of {len(steps)} steps in its trace may not happen"
        elif facts != table.facts(row):
            yield f"case {case}: {table.facts(row)}, but its steps add up to {facts}"


def _cases_lie_within_their_ranges(city: CityState) -> Iterator[str]:
    columns = city.cases.columns
    used = columns["state"] != FREE
    ended_cases = columns["state"] > LAST_OPEN
    bad = {
        "in no grid": (columns["grid"] < 0) | (columns["grid"] >= len(city.tree.grids)),
        "of no category": columns["category"] >= len(city.rules.categories),
        "without a severity": (columns["severity"] < 1) | (columns["severity"] > 3),
        "in no state": columns["state"] > max(State),
        "above the top": columns["level"] > TOP,
        "ended and not closed, or the other way round": ended_cases != (columns["closed_at"] > 0.0),
        "ended and paused": ended_cases & (columns["paused_since"] > 0.0),
    }
    for what, rows in bad.items():
        if count := int(np.count_nonzero(rows & used)):
            yield f"{count} cases {what}"


def _cases_are_due_by_the_rules(city: CityState) -> Iterator[str]:
    table, deadlines = city.cases, city.deadlines
    for case, row in table.rows.items():
        cell = {name: column[row].item() for name, column in table.columns.items()}
        kind = (cell["category"], cell["severity"], cell["reported_at"])
        base = cell["base_due_at"] if cell["promised"] else deadlines.base(*kind)
        pauses = lifecycle.pauses(table.steps(case)) if cell["paused_s"] else ()
        due = deadlines.due(*kind, base if cell["promised"] else None, pauses)
        if abs(base - cell["base_due_at"]) > _ROUNDED_S or abs(due - cell["due_at"]) > _ROUNDED_S:
            yield f"case {case} is due at {cell['due_at']}, by the rules at {due} ({base} without pauses)"


def _rungs_say_the_same_of_one_and_of_all(city: CityState) -> Iterator[str]:
    columns = city.cases.columns
    rows = np.flatnonzero((columns["state"] <= LAST_OPEN) & (columns["level"] < TOP))
    for row, end in zip(rows.tolist(), city.rungs.all_ends(city.cases, rows).tolist(), strict=True):
        if abs(city.rungs.ends(city.cases, row) - end) > _ROUNDED_S:
            yield f"case {city.cases.ids[row]} leaves its level at {city.rungs.ends(city.cases, row)} or at {end}"
    raised = (columns["level"] == 0) != (columns["level_at"] == 0.0)
    for row in np.flatnonzero((columns["state"] != FREE) & raised).tolist():
        yield f"case {city.cases.ids[row]} came to level {columns['level'][row]} at {columns['level_at'][row]}"


def _ended_cases_have_left(city: CityState) -> Iterator[str]:
    for batch in city.ended:
        yield from _batch(city, batch)


def _batch(city: CityState, batch: EndedCases) -> Iterator[str]:
    lengths = {len(batch.traces), *(len(column) for column in batch.columns.values())}
    if lengths != {len(batch.ids)}:
        yield f"{len(batch.ids)} ended cases in columns of {sorted(lengths)}"
        return
    states, closed_at = batch.columns["state"], batch.columns["closed_at"]
    if late := int(np.count_nonzero((states <= LAST_OPEN) | (closed_at >= batch.before_s))):
        yield f"{late} of {len(batch)} cases had not ended before {batch.before_s}"
    for case, trace in zip(batch.ids, batch.traces, strict=True):
        row = city.cases.rows.get(case)
        if row is not None and city.cases.traces[row][: lifecycle.STEP.size] == trace[: lifecycle.STEP.size]:
            yield f"case {case} has ended and is still in row {row}"


def _early_steps_are_indexed(city: CityState) -> Iterator[str]:
    held = city.early
    waiting = [step for steps in held.by_case.values() for step in steps]
    if len(waiting) != held.count:
        yield f"{held.count} in the queue, {len(waiting)} by case"
    if held.count > city.reports:
        yield f"{held.count} wait of {city.reports} reports"
    for step in sorted(set(held.waiting()) ^ set(waiting), key=lambda step: step.position):
        yield f"case {step.case}: its step at {step.position!r} is in one of both only"
    for case, steps in held.by_case.items():
        cases = {step.case for step in steps}
        if cases != {case}:
            yield f"case {case}: {len(steps)} steps wait, of cases {sorted(cases)}"


def _what_waits_does_not_count(city: CityState) -> Iterator[str]:
    for step in city.early.waiting():
        row = city.cases.rows.get(step.case)
        if row is not None and step.step in lifecycle.unpack(city.cases.traces[row]):
            yield f"case {step.case}: its step at {step.position!r} waits and counts"


CHECKS: dict[str, Check] = {
    "each case has one row": _each_case_has_one_row,
    "free rows are free": _free_rows_are_free,
    "cases are what their steps add up to": _cases_are_what_their_steps_add_up_to,
    "cases lie within their ranges": _cases_lie_within_their_ranges,
    "cases are due by the rules": _cases_are_due_by_the_rules,
    "rungs say the same of one and of all": _rungs_say_the_same_of_one_and_of_all,
    "ended cases have left": _ended_cases_have_left,
    "early steps are indexed": _early_steps_are_indexed,
    "what waits does not count": _what_waits_does_not_count,
}
