"""Carrying a state over to other areas and categories, where the log can no longer be folded anew.

A dump (snapshot.py) knows grids and categories by their numbers; here they get the numbers of today. Everything that
was counted stays; what the new areas have besides begins at nothing. Residents and homes change by what the two areas
files differ in, which is exactly what folding anew would give, since reports only ever add to them.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.rules.areas import AGE_BANDS
from dashboard.domain.state.cases import COLUMNS
from dashboard.domain.state.homes import CLASSES, KINDS
from dashboard.domain.state.journal import DTYPE as JOURNAL
from dashboard.domain.state.later import COUNT, NOTE
from dashboard.domain.state.people import COUNTERS
from dashboard.domain.state.workers import RING_MINUTES, Workers

# Cells of one grid in the notes of what may lie ahead, by kind; those of other kinds are no grid's.
_CELLS = {"residents": 2 * AGE_BANDS, "dwellings": len(KINDS) + 1, "components": len(CLASSES), "shifts": 1, "heard": 1}

_PEOPLE = COUNTERS.index("move_outs") + 1  # births, deaths and moves come first
_NEVER = -1  # before all days

Ints = npt.NDArray[np.int64]
Dump = dict[str, Any]


class Start(msgspec.Struct, frozen=True):
    """The areas and categories that a state begins with; arrays as bytes, int64.

    Attributes:
        grids, categories: their codes and ids, in the order of their numbers.
        ages: [grids, 2, 18], dwellings: [grids].
        counted: by code, the day (number) on which the residents of a grid were counted.
    """

    grids: list[str]
    categories: list[str]
    ages: bytes
    dwellings: bytes
    counted: dict[str, int] = {}

    def residents(self) -> Ints:
        """Returns the residents of each grid, int64 [grids, 2, 18]."""
        return np.frombuffer(self.ages, np.int64).reshape(-1, 2, AGE_BANDS)

    def homes(self) -> Ints:
        """Returns the dwellings of each grid, int64 [grids]."""
        return np.frombuffer(self.dwellings, np.int64)


def missing(dumped: Dump, then: Start, now: Start) -> list[str]:
    """Returns in words what a dump needs and the areas and rules of now do not have: grids, and categories of cases."""
    grids = [code for code in then.grids if code not in set(now.grids)]
    known = set(now.categories)
    columns = dumped["cases"]["columns"]
    used = np.unique(np.frombuffer(columns["category"], COLUMNS["category"])[_in_use(dumped)])
    gone = [then.categories[number] for number in used.tolist() if then.categories[number] not in known]
    said = []
    if grids:
        kept = "one that is retired stays in the file, with until and into"
        said.append(f"the areas have no grid {_some(grids)} any more ({kept})")
    if gone:
        said.append(f"the rules have no category {_some(gone)} any more, of which there are cases")
    recounted = [code for code, change in _recounted(dumped, then, now).items() if change is None]
    if recounted:
        said.append(
            f"of what happened to the residents of {_some(recounted)} since the day of their count (as_of) or"
            " before it, only sums are left: give them the day of a count before or after all of it"
        )
    return said


def _recounted(dumped: Dump, then: Start, now: Start) -> dict[str, bool | None]:
    """Returns the grids whose residents have another day of their count, by code.

    True: nothing has happened since that day, so that they are those of the file; False: nothing has happened between
    both days, so that nothing but the file changes them; None: it cannot be told who they are.
    """
    found: dict[str, bool | None] = {}
    known = set(now.grids)
    for grid, code in enumerate(then.grids):
        one, other = then.counted.get(code, _NEVER), now.counted.get(code, _NEVER)
        if one != other and code in known:
            days = _days_of_change(dumped, grid, len(then.grids))
            if not any(min(one, other) <= day < max(one, other) for day in days):
                found[code] = False
            else:
                found[code] = True if other > one and all(day < other for day in days) else None
    return found


def _days_of_change(dumped: Dump, grid: int, grids: int) -> list[int]:
    """Returns the days on which anything happened to residents of a grid; those kept no longer as one before all."""
    counters = dumped["counters"]
    counts = np.frombuffer(counters["counts"], np.int32).reshape(-1, len(COUNTERS), grids)
    days = [int(day) for day, row in counters["rows"].items() if counts[row, :_PEOPLE, grid].any()]
    kept_no_longer = np.frombuffer(counters["forgotten"], np.int64).reshape(len(COUNTERS), grids)[:_PEOPLE, grid]
    return [*days, _NEVER] if kept_no_longer.any() else days


def _in_use(dumped: Dump) -> npt.NDArray[np.bool_]:
    return np.array([bool(case) for case in dumped["cases"]["ids"]], np.bool_)


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


def carried(dumped: Dump, then: Start, now: Start) -> Dump:
    """Returns a dump as a state of the areas and categories of now loads it; nothing of it may be missing there."""
    place = {code: number for number, code in enumerate(now.grids)}
    grids = np.array([place[code] for code in then.grids], np.int64)
    kind = {category: number for number, category in enumerate(now.categories)}
    categories = np.array([kind.get(category, 0) for category in then.categories], np.int64)
    moved = _Moved(grids, len(now.grids), categories)
    return {
        **dumped,
        "grids": list(now.grids),
        "categories": list(now.categories),
        "newest": [(at, type_, int(grids[grid]), case) for at, type_, grid, case in dumped["newest"]],
        "people": {"ages": moved.people(dumped["people"], then, now, _recounted(dumped, then, now))},
        "homes": moved.homes(dumped["homes"], then, now),
        "counters": moved.counters(dumped["counters"]),
        "journal": moved.journal(dumped["journal"]),
        "recent": moved.listed(dumped["recent"]),
        "texts": moved.listed(dumped["texts"]),
        "cases": moved.cases(dumped["cases"]),
        "ended": [moved.ended(part) for part in dumped["ended"]],
        "workers": moved.workers(dumped["workers"]),
        "orders": moved.orders(dumped["orders"]),
        "services": moved.services(dumped["services"]),
        "later": moved.later(dumped.get("later", {})),
    }


class _Moved:
    """Numbers of then as numbers of now.

    Args:
        grids: int64 [grids of then], the number of each now.
        count: how many grids there are now.
        categories: int64 [categories of then], the number of each now.
    """

    def __init__(self, grids: Ints, count: int, categories: Ints) -> None:
        self._grids, self._count, self._categories = grids, count, categories

    def _spread(self, raw: bytes, dtype: Any, shape: tuple[int, ...], fresh: Any, axis: int = 0) -> bytes:
        """Returns an array with one entry for each grid of then, `shape` without that axis, as one of now."""
        then = np.frombuffer(raw, dtype).reshape((*shape[:axis], len(self._grids), *shape[axis:]))
        now = np.full((*shape[:axis], self._count, *shape[axis:]), fresh, dtype)
        now[(slice(None),) * axis + (self._grids,)] = then
        return now.tobytes()

    def people(self, dumped: dict[str, bytes], then: Start, now: Start, recounted: dict[str, bool | None]) -> bytes:
        ages = np.frombuffer(self._spread(dumped["ages"], np.int64, (2, AGE_BANDS), 0), np.int64)
        changed = now.residents().copy()
        changed[self._grids] -= then.residents()
        people = ages.reshape(changed.shape) + changed
        fresh = [now.grids.index(code) for code, since in recounted.items() if since]
        people[fresh] = now.residents()[fresh]
        return people.tobytes()

    def homes(self, dumped: dict[str, bytes], then: Start, now: Start) -> dict[str, bytes]:
        untold = len(KINDS)
        spread = self._spread(dumped["dwellings"], np.int64, (untold + 1,), 0)
        dwellings = np.frombuffer(spread, np.int64).reshape(-1, untold + 1).copy()
        dwellings[:, untold] += now.homes()
        dwellings[self._grids, untold] -= then.homes()
        return {
            "dwellings": dwellings.tobytes(),
            "components": self._spread(dumped["components"], np.int64, (len(CLASSES),), -1),
            "counted_at": self._spread(dumped["counted_at"], np.float64, (len(CLASSES),), 0.0),
        }

    def counters(self, dumped: Dump) -> Dump:
        days = len(np.frombuffer(dumped["counts"], np.int32)) // (len(COUNTERS) * len(self._grids))
        counts = self._spread(dumped["counts"], np.int32, (days, len(COUNTERS)), 0, axis=2)
        return {
            **dumped,
            "counts": counts,
            "forgotten": self._spread(dumped["forgotten"], np.int64, (len(COUNTERS),), 0, axis=1),
        }

    def journal(self, dumped: Dump) -> Dump:
        by_day = {}
        for day, raw in dumped["by_day"].items():
            entries = np.frombuffer(raw, JOURNAL).copy()
            entries["grid"] = self._grids[entries["grid"]]
            by_day[day] = entries.tobytes()
        return {**dumped, "by_day": by_day}

    def listed(self, dumped: list[Any]) -> list[Any]:
        now: list[Any] = [[] for _ in range(self._count)]
        for number, known in zip(self._grids.tolist(), dumped, strict=True):
            now[number] = known
        return now

    def _numbered(self, columns: dict[str, Any], dtype: dict[str, str]) -> dict[str, npt.NDArray[Any]]:
        """Returns the columns `grid` and `category` of cases, with the numbers of now."""
        maps = {"grid": self._grids, "category": self._categories}
        return {
            name: numbers[np.minimum(np.frombuffer(columns[name], dtype[name]), len(numbers) - 1)].astype(dtype[name])
            for name, numbers in maps.items()
        }

    def cases(self, dumped: Dump) -> Dump:
        new = {name: column.tobytes() for name, column in self._numbered(dumped["columns"], COLUMNS).items()}
        return {**dumped, "columns": {**dumped["columns"], **new}}

    def ended(self, dumped: Dump) -> Dump:
        columns = {name: raw for name, (_, raw) in dumped["columns"].items()}
        types = {name: dtype for name, (dtype, _) in dumped["columns"].items()}
        new = {name: (types[name], column.tobytes()) for name, column in self._numbered(columns, types).items()}
        return {**dumped, "columns": {**dumped["columns"], **new}}

    def workers(self, dumped: Dump) -> Dump:
        fresh = Workers(self._count).columns
        columns = {name: fresh[name].copy() for name in fresh}
        for name, column in columns.items():
            column[self._grids] = np.frombuffer(dumped["columns"][name], column.dtype)
        recent = self._spread(dumped["recent"], np.int32, (RING_MINUTES,), 0, axis=1)
        return {**dumped, "columns": {name: column.tobytes() for name, column in columns.items()}, "recent": recent}

    def later(self, dumped: Dump) -> Dump:
        counted = np.frombuffer(dumped.get("counted", b""), COUNT).copy()
        counted["grid"] = self._grids[counted["grid"]]
        notes = {}
        for kind, raw in dumped.get("notes", {}).items():
            found, width = np.frombuffer(raw, NOTE).copy(), _CELLS.get(kind)
            if width is not None:
                found["cell"] = self._grids[found["cell"] // width] * width + found["cell"] % width
            notes[kind] = found.tobytes()
        return {**dumped, "counted": counted.tobytes(), "notes": notes}

    def orders(self, dumped: Dump) -> Dump:
        grids = self._grids
        return {
            "open": [
                (order, at, sorted(int(grids[grid]) for grid in waiting)) for order, at, waiting in dumped["open"]
            ],
            "early": [
                (order, {int(grids[int(grid)]): at for grid, at in receipts.items()})
                for order, receipts in dumped["early"]
            ],
        }

    def services(self, dumped: Dump) -> Dump:
        """An area whose grids lie together no more is told by its first grid."""
        start = np.frombuffer(dumped["columns"]["start"], np.int32)
        length = np.frombuffer(dumped["columns"]["stop"], np.int32) - start
        first, last = self._grids[start], self._grids[start + np.maximum(length, 1) - 1]
        stop = np.where(last - first == length - 1, last + 1, first + 1)
        columns = {"start": first.astype(np.int32).tobytes(), "stop": stop.astype(np.int32).tobytes()}
        return {**dumped, "columns": {**dumped["columns"], **columns}}
