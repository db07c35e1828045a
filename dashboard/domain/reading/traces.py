"""What happened to cases, out of their traces: returned, badly rated, urged and not answered, counted on a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.ahead import cut
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.indicators import SATISFIED_FROM
from dashboard.domain.rules.lifecycle import HANDLED, RATED, REPLIED, REPORTED, RETURNED, URGED
from dashboard.domain.state.cases import FREE
from dashboard.domain.state.ended import unpacked
from dashboard.domain.state.horizon import TOLERATED_SKEW_S
from dashboard.domain.state.journal import Counted

Mask = npt.NDArray[np.bool_]
Steps = npt.NDArray[Any]
Indexes = npt.NDArray[np.int64]


class Urging(msgspec.Struct, frozen=True):
    """The last time that a case was urged: `index` into the columns of the reading, when, and where in the log."""

    index: int
    at: float
    shard: int
    ms: int
    seq: int

    @property
    def place(self) -> tuple[int, str]:
        """Shard and stream id of the report."""
        return self.shard, f"{self.ms}-{self.seq}"


def returned(reading: Reading, first: int, last: int) -> Mask:
    """Returns which cases a check sent back from day `first` to `last` (numbers of local days), bool [cases]."""
    every = np.ones(len(reading.cases.rows), np.bool_)
    return _with_step(reading, every, first, last, lambda steps: steps["code"] == RETURNED)


def badly_rated(reading: Reading, first: int, last: int) -> Mask:
    """Returns which cases were rated below 4 of 5 from day `first` to `last`, bool [cases]."""
    rated = reading.cases.columns["score"] > 0
    return _with_step(
        reading, rated, first, last, lambda steps: (steps["code"] == RATED) & (steps["arg"] < SATISFIED_FROM)
    )


def _with_step(
    reading: Reading, candidates: Mask, first: int, last: int, wanted: Callable[[Steps], Mask]
) -> npt.NDArray[np.bool_]:
    start_s, end_s = reading.state.days.start(first), reading.state.days.start(last + 1)
    columns = reading.cases.columns
    chosen = np.flatnonzero(candidates & (columns["last_at"] >= start_s) & (columns["reported_at"] < end_s))
    found = np.zeros(len(reading.cases.rows), np.bool_)
    if len(chosen):
        of_case, steps = unpacked(_traces(reading, chosen))
        hit = wanted(steps) & (steps["at"] >= start_s) & (steps["at"] < end_s)
        found[chosen[of_case[hit]]] = True
    return found


def unanswered(reading: Reading) -> list[Urging]:
    """Returns the open cases that were urged and have not replied since, each with its last urging, by case."""
    return last_urgings(*open_traces(reading))


def open_traces(reading: Reading) -> tuple[Indexes, list[bytes]]:
    """Returns the open cases and their packed traces, a copy that any thread may read."""
    chosen = np.flatnonzero(reading.cases.open)
    return chosen, _traces(reading, chosen)


def last_urgings(chosen: Indexes, traces: list[bytes]) -> list[Urging]:
    """Returns what `unanswered` does from what `open_traces` gave; slow for many cases, so call it in a thread."""
    if not len(chosen):
        return []
    of_case, steps = unpacked(traces)
    code, at = steps["code"], steps["at"]
    replied, urged = np.flatnonzero(code == REPLIED), np.flatnonzero(code == URGED)
    replied_at = np.full(len(chosen), -np.inf)
    np.maximum.at(replied_at, of_case[replied], at[replied])
    urged = urged[at[urged] > replied_at[of_case[urged]]]
    order = np.lexsort((steps["seq"][urged], steps["ms"][urged], at[urged], of_case[urged]))
    urged = urged[order]
    last = urged[np.flatnonzero(np.append(np.diff(of_case[urged]) != 0, True))] if len(urged) else urged
    fields = (steps[name][last].tolist() for name in ("at", "shard", "ms", "seq"))
    return list(map(Urging, chosen[of_case[last]].tolist(), *fields))


def _traces(reading: Reading, chosen: Indexes) -> list[bytes]:
    """Returns the packed steps of cases, without those that lie ahead."""
    traces = reading.state.cases.traces
    found = [traces[row] for row in reading.cases.rows[chosen].tolist()]
    return [cut(trace, reading.now_s) for trace in found] if reading.cases.ahead else found


# ---------------------------------------------------------------------- what a daily counter counted

# The journal of the counters goes back 35 days; a trace lives as long as its case is in memory (`CASE_DAYS` after its
# end), and what counts in a trace is exactly what was counted. Orders have no traces.
FROM_TRACES = ("cases_reported", "cases_handled", "cases_returned", "scored", "satisfied")


def counted_steps(reading: Reading, counter: str, first: int, last: int, area: Area) -> list[Counted]:
    """Returns what a counter of FROM_TRACES counted from day `first` to `last` in an area, newest first."""
    state, until_s = reading.state, reading.now_s + TOLERATED_SKEW_S
    table, start_s, end_s = state.cases.columns, state.days.start(first), state.days.start(last + 1)
    inside = (table["grid"] >= area.start) & (table["grid"] < area.stop)
    chosen = (table["state"] != FREE) & (inside | (table["way"] > 0))  # who moves is looked at step by step
    chosen &= (table["last_at"] >= start_s) & (table["reported_at"] < min(end_s, until_s))
    if counter in ("scored", "satisfied"):
        chosen &= table["score"] > 0
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return []
    traces = state.cases.traces
    of_case, steps = unpacked([traces[row] for row in rows.tolist()])
    wanted = _wanted(counter, steps, table["self_handled"][rows][of_case] == 1)
    wanted &= (steps["at"] >= start_s) & (steps["at"] < end_s) & (steps["at"] <= until_s)
    rows, found = rows[of_case[wanted]], steps[wanted]
    grids = state.succession.lying(table["grid"][rows], table["way"][rows], found["at"])
    here = (grids >= area.start) & (grids < area.stop)
    found, grids = found[here], grids[here]
    starts = np.array([state.days.start(day) for day in range(first, last + 1)])
    day = first + np.searchsorted(starts, found["at"], side="right") - 1
    order = np.lexsort((found["seq"], found["ms"], day))[::-1]
    fields = (found[name][order].tolist() for name in ("shard", "ms", "seq"))
    return list(map(Counted, day[order].tolist(), grids[order].tolist(), *fields))


def _wanted(counter: str, steps: npt.NDArray[Any], at_once: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Returns which steps a counter counts; a case that is reported as solved counts as handled, too."""
    code = steps["code"]
    masks: dict[str, npt.NDArray[np.bool_]] = {
        "cases_reported": code == REPORTED,
        "cases_handled": (code == HANDLED) | ((code == REPORTED) & at_once),
        "cases_returned": code == RETURNED,
        "scored": code == RATED,
        "satisfied": (code == RATED) & (steps["arg"] >= SATISFIED_FROM),
    }
    return masks[counter]
