"""Signs that a worker's reports need a look: patterns that honest work hardly leaves, each with its evidence.

A sign is no verdict. Every one of them has innocent causes, so each shows what it counted, and a worker is named
only when two different signs are out or one is extreme. All are measured over `window_days` of the worker's own
reports (`by_handset`), and none of them grows with how much somebody reports: each compares a worker with himself.

burst: reports of the last `month_end_days` days of months, as a multiple of what the other days let expect. Quotas
    are counted by month, so reports that only fill one bunch up before it ends. The value is found / (expected + 1);
    the one added keeps chance small where little is expected. 8 found at 3 times: for a busy worker with one report a
    day (3 expected, 12 needed) a chance below 1 in 5,000, for a usual one (0.2 a day, 8 needed) far less.
same_text: share of the newest texts (up to 60) that are one and the same. Half of them and at least 8 times; stock
    phrases such as "handled" come well below that as long as a worker has several of them.
in_seconds: share of the own cases, those solved on the spot left out, that were handled less than `seconds` after
    the report. Walking to a case and handling it takes minutes; some workers report when they are done, hence 5 at
    least, and one sign alone is not enough below 90 %.
travel: share of consecutive own reports that lie more than `metres` apart and would need more than `metres_per_s`.
    300 m leaves room for bad fixes (a handset between houses is off by some 100 m); 30 m/s is 108 km/h, more than any
    way through a city allows. Three jumps and one in ten, since late handsets sometimes tell a wrong time. What is no
    place, or nobody's (places.py), is left out: then the handset needs a look, not the worker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.ahead import cut
from dashboard.domain.reading.places import Handset, Places, places, suspects
from dashboard.domain.rules.appraisal import SIGNS, SignRules, Threshold
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.days import CityDays
from dashboard.domain.rules.lifecycle import HANDLED
from dashboard.domain.state.cases import FREE
from dashboard.domain.state.city import CityState
from dashboard.domain.state.ended import unpacked
from dashboard.domain.state.horizon import TOLERATED_SKEW_S

EARTH_M = 6_371_000.0
ENOUGH = 2  # different signs that are out
_COLUMNS = ("grid", "reported_at", "self_handled", "lat", "lon")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Own(msgspec.Struct, frozen=True):
    """The cases that workers reported themselves, copied on the event loop; any thread may read them.

    Attributes:
        rows: rows of the case table [cases].
        columns: [cases] by name.
        traces: packed steps of each case.
        texts: (hash, case) of the newest texts of each grid [grids].
        first_at: the first report of any case in memory; before that, nobody's days say anything.
    """

    now_s: float
    grid_count: int
    rows: Ints
    columns: dict[str, npt.NDArray[Any]]
    traces: list[bytes]
    texts: list[list[tuple[int, str]]]
    first_at: float


class Sign(msgspec.Struct, frozen=True):
    """One sign of one worker.

    Attributes:
        found: how many were found; `of`: out of how many that were looked at.
        expected: what the other days let expect (burst only).
        value: what is held against the thresholds.
        cases: how many cases stand behind it.
    """

    id: str
    found: int
    of: int
    expected: float | None
    value: float
    cases: int
    out: bool
    extreme: bool


class Signs(msgspec.Struct, frozen=True):
    """All signs by grid; `flagged` are the grids whose worker needs a look, `handsets` those whose handset does."""

    now_s: float
    by_grid: dict[int, list[Sign]]
    flagged: frozenset[int]
    handsets: dict[int, Handset] = {}


class _Measured(msgspec.Struct, frozen=True):
    """One sign of all workers: int64 or float64 [grids] each, and which cases stand behind it, bool [cases]."""

    found: Ints
    of: Ints
    value: Floats
    behind: Mask
    expected: Floats | None = None


def own_cases(state: CityState, now_s: float, area: Area | None = None) -> Own:
    """Returns a copy of the own cases of the workers of an area (None = all) of the last `window_days`."""
    table, area = state.cases.columns, area or state.tree.root
    chosen = (table["by_handset"] == 1) & (table["state"] != FREE)
    chosen &= (table["reported_at"] >= _since(state, now_s)) & (table["reported_at"] <= now_s + TOLERATED_SKEW_S)
    if area is not state.tree.root:
        chosen &= (table["grid"] >= area.start) & (table["grid"] < area.stop)
    rows = np.flatnonzero(chosen)
    kept = state.texts.by_grid
    texts = [list(kept[grid]) if area.start <= grid < area.stop else [] for grid in range(len(kept))]
    columns = {name: table[name][rows] for name in _COLUMNS}
    first_at = float(np.min(table["reported_at"], where=table["state"] != FREE, initial=now_s))
    return Own(now_s, len(kept), rows, columns, _traces(state, rows, now_s), texts, first_at)


def _traces(state: CityState, rows: npt.NDArray[np.int64], now_s: float) -> list[bytes]:
    """Returns the packed steps of cases, without those that lie ahead."""
    found = [state.cases.traces[row] for row in rows.tolist()]
    late = bool(np.any(state.cases.columns["last_at"][rows] > now_s + TOLERATED_SKEW_S))
    return [cut(trace, now_s) for trace in found] if late else found


def _in_order(own: Own) -> Own:
    """Returns the same by grid, then by time of the report."""
    order = np.lexsort((own.columns["reported_at"], own.columns["grid"]))
    return msgspec.structs.replace(
        own,
        rows=own.rows[order],
        columns={name: column[order] for name, column in own.columns.items()},
        traces=[own.traces[index] for index in order.tolist()],
    )


def _since(state: CityState, now_s: float) -> float:
    """Returns the instant at which the window begins: the start of a local day."""
    return state.days.start(state.days.day(now_s) - state.rules.appraisal.signs.window_days + 1)


def signs(state: CityState, own: Own) -> Signs:
    """Returns all signs that are out, and who needs a look; slow for many cases, so call it in a thread."""
    own = _in_order(own)
    measured = _measured(state, own)
    by_grid: dict[int, list[Sign]] = {}
    for name in SIGNS:
        one = measured[name]
        threshold: Threshold = getattr(state.rules.appraisal.signs, name)
        cases = _cases_behind(state, own, name, one)
        for grid in np.flatnonzero((one.found >= threshold.least) & (one.value >= threshold.out)).tolist():
            by_grid.setdefault(grid, []).append(_sign(name, one, threshold, grid, int(cases[grid])))
    flagged = {grid for grid, out in by_grid.items() if len(out) >= ENOUGH or any(sign.extreme for sign in out)}
    handsets = suspects(_places(state, own), own.columns["grid"], own.grid_count)
    return Signs(own.now_s, by_grid, frozenset(flagged), handsets)


def _places(state: CityState, own: Own) -> Places:
    return places(own.columns, own.grid_count, state.tree.bounds)


def _sign(name: str, measured: _Measured, threshold: Threshold, grid: int, cases: int) -> Sign:
    found, value = int(measured.found[grid]), float(measured.value[grid])
    expected = None if measured.expected is None else round(float(measured.expected[grid]), 1)
    extreme = found >= 2 * threshold.least and value >= threshold.extreme
    return Sign(name, found, int(measured.of[grid]), expected, round(value, 3), cases, True, extreme)


def _cases_behind(state: CityState, own: Own, name: str, measured: _Measured) -> Ints:
    """Returns how many cases stand behind a sign of each worker, int64 [grids]."""
    if name == "same_text":
        return np.array([len(_rows_of_text(state, texts)) for texts in own.texts], dtype=np.int64)
    return np.bincount(own.columns["grid"][measured.behind], minlength=own.grid_count)


def rows_behind(state: CityState, now_s: float, name: str, area: Area) -> Ints:
    """Returns the rows of the case table that stand behind a sign of the workers of an area, int64 [cases]."""
    own = _in_order(own_cases(state, now_s, area))
    if name == "same_text":
        rows = [row for texts in own.texts for row in _rows_of_text(state, texts)]
        return np.array(sorted(rows), dtype=np.int64)
    return own.rows[_measured(state, own)[name].behind]


def _measured(state: CityState, own: Own) -> dict[str, _Measured]:
    rules = state.rules.appraisal.signs
    return {
        "burst": _burst(state.days, rules, own, max(_since(state, own.now_s), own.first_at)),
        "same_text": _same_text(own),
        "in_seconds": _in_seconds(rules, own),
        "travel": _travel(rules, own, _places(state, own)),
    }


def _burst(days: CityDays, rules: SignRules, own: Own, since_s: float) -> _Measured:
    first, last = days.day(since_s), days.day(own.now_s)
    at_end = np.array([_ends_month(days, day, rules.month_end_days) for day in range(first, last + 1)], np.bool_)
    starts = np.array([days.start(day) for day in range(first, last + 2)])
    index = np.searchsorted(starts, own.columns["reported_at"], side="right") - 1
    behind = at_end[index.clip(0, len(at_end) - 1)] & (index >= 0) & (index < len(at_end))
    grids = own.columns["grid"]
    of = np.bincount(grids, minlength=own.grid_count)
    found = np.bincount(grids[behind], minlength=own.grid_count)
    other_days = int((~at_end).sum())
    expected = (of - found) / max(1, other_days) * int(at_end.sum())
    value = found / (expected + 1.0) if other_days else np.zeros(own.grid_count)
    return _Measured(found, of, value, behind, expected)


def _ends_month(days: CityDays, day: int, last_days: int) -> bool:
    return days.date(day).month != days.date(day + last_days).month


def _same_text(own: Own) -> _Measured:
    of = np.array([len(texts) for texts in own.texts], dtype=np.int64)
    found = np.array([_most_frequent(texts)[1] for texts in own.texts], dtype=np.int64)
    return _Measured(found, of, found / np.maximum(of, 1), np.zeros(len(own.rows), np.bool_))


def _most_frequent(texts: Iterable[tuple[int, str]]) -> tuple[int, int]:
    """Returns the hash of the most frequent text and how often it occurs; (0, 0) where there are none."""
    counted = Counter(text for text, _ in texts).most_common(1)
    return counted[0] if counted else (0, 0)


def _rows_of_text(state: CityState, texts: list[tuple[int, str]]) -> set[int]:
    """Returns the rows of the cases, as far as they are in memory, in which the most frequent text was written."""
    text, _ = _most_frequent(texts)
    rows = (state.cases.rows.get(case) for said, case in texts if said == text)
    return {row for row in rows if row is not None}


def _in_seconds(rules: SignRules, own: Own) -> _Measured:
    first = np.full(len(own.rows), np.inf)
    if len(own.rows):
        of_case, steps = unpacked(own.traces)
        handled = steps["code"] == HANDLED
        np.minimum.at(first, of_case[handled], steps["at"][handled])
    looked_at = np.isfinite(first) & (own.columns["self_handled"] == 0)
    behind = looked_at & (first - own.columns["reported_at"] < rules.seconds)
    return _shares(own, behind, looked_at, behind)


def _travel(rules: SignRules, own: Own, told: Places) -> _Measured:
    placed = np.flatnonzero(told.usable)
    grid, at, lat, lon = (own.columns[name][placed] for name in ("grid", "reported_at", "lat", "lon"))
    same = grid[1:] == grid[:-1]
    metres = _distance(lat, lon, told.step[placed[1:]])
    far = same & (metres > rules.metres) & (metres > rules.metres_per_s * (at[1:] - at[:-1]))
    pairs, jumps, behind = (np.zeros(len(own.rows), np.bool_) for _ in range(3))
    pairs[placed[1:][same]] = True  # a pair counts with its later case
    jumps[placed[1:][far]] = True
    behind[placed[1:][far]] = behind[placed[:-1][far]] = True
    return _shares(own, jumps, pairs, behind)


def _distance(lat: Floats, lon: Floats, step: Floats) -> Floats:
    """Returns the metres between each place and the next at least, on a plane: exact enough within a city.

    Args:
        lat, lon: float64 [places].
        step: in which steps (degrees) the handset tells them, float64 [places - 1]; one step may be rounding.
    """
    north = np.radians(np.maximum(0.0, np.abs(np.diff(lat)) - step))
    east = np.abs((np.diff(lon) + 180.0) % 360.0 - 180.0)
    east = np.radians(np.maximum(0.0, east - step)) * np.cos(np.radians((lat[1:] + lat[:-1]) / 2))
    metres: Floats = EARTH_M * np.hypot(north, east)
    return metres


def _shares(own: Own, found: Mask, of: Mask, behind: Mask) -> _Measured:
    grids = own.columns["grid"]
    one, all_ = (np.bincount(grids[mask], minlength=own.grid_count) for mask in (found, of))
    return _Measured(one, all_, one / np.maximum(all_, 1), behind)


def signs_of_workers(state: CityState, found: Signs, area: Area) -> list[dict[str, Any]]:
    """Returns the workers of an area with a sign or an odd handset, those who need a look first, as HTTP gives them."""
    inside = [grid for grid in {**found.by_grid, **found.handsets} if area.start <= grid < area.stop]
    inside.sort(key=lambda grid: (grid not in found.flagged, -len(found.by_grid.get(grid, ())), grid))
    return [
        {
            "area": state.tree.grids[grid],
            "flagged": grid in found.flagged,
            "signs": [msgspec.structs.asdict(sign) for sign in found.by_grid.get(grid, ())],
            "handset_suspect": grid in found.handsets,
            "handset": found.handsets.get(grid),
        }
        for grid in inside
    ]
