"""Services of an area: how many, how long they took, how many in extended hours and rated well, and each of them.

Every count of a summary can be listed: the filter that counts is the filter that lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.days import days_of
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.indicators import SATISFIED_FROM
from dashboard.domain.state.horizon import TOLERATED_SKEW_S
from dashboard.errors import InvalidReport

STATES = ("open", "overdue", "completed", "in-time", "late")
SCORES = ("any", "good", "low")
LONGEST_WINDOW = 366
LOW = 2  # up to here residents are not satisfied at all
Mask = npt.NDArray[np.bool_]


class ServiceFilter(msgspec.Struct, frozen=True):
    """Which requests are wanted; None asks for nothing.

    Attributes:
        state: one of STATES; in-time and late are completed ones, overdue ones are open.
        requested, completed: on these days, in a form that `days_of` reads.
        off_hours: handled in extended hours, or not.
        score: one of SCORES.
    """

    kind: str | None = None
    department: str | None = None
    state: str | None = None
    requested: str | None = None
    completed: str | None = None
    off_hours: bool | None = None
    score: str | None = None
    q: str | None = None


class ServiceColumns:
    """The rows in use, with masks that depend on the moment."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self._services = reading, reading.state.services
        count = len(self._services.ids)
        self.columns = _happened({name: each[:count] for name, each in self._services.columns.items()}, reading.now_s)
        asked, done, due = (self.columns[name] for name in ("requested_at", "completed_at", "due_at"))
        self.asked: Mask = asked > 0.0
        self.completed: Mask = done > 0.0
        self.open: Mask = self.asked & ~self.completed
        limited = due > 0.0
        self.states: dict[str, Mask] = {
            "open": self.open,
            "overdue": self.open & limited & (due < reading.now_s),
            "completed": self.completed,
            "in-time": self.completed & limited & (done <= due),
            "late": self.completed & limited & (done > due),
        }

    def inside(self, area: Area) -> Mask:
        """Returns which requests were handed in within an area, bool [rows]."""
        found: Mask = (self.columns["start"] >= area.start) & (self.columns["stop"] <= area.stop)
        return found

    def on_days(self, name: str, text: str) -> Mask:
        """Returns whose instant in a column lies on the days that a text names; raises InvalidReport for others."""
        first, last = days_of(self.reading, text, name.removesuffix("_at"))
        days = self.reading.state.days
        instants = self.columns[name]
        found: Mask = (instants >= days.start(first)) & (instants < days.start(last + 1)) & (instants > 0.0)
        return found

    def matching(self, area: Area, wanted: ServiceFilter) -> Mask:
        """Returns which requests match, bool [rows]; raises InvalidReport for a filter that makes no sense."""
        mask = self.inside(area)
        for name, value in msgspec.structs.asdict(wanted).items():
            if value is not None:
                mask &= _MASKS[name](self, value)
        return mask

    def in_state(self, state: str) -> Mask:
        """Returns which requests are in one of STATES."""
        return self.states[_known("state", state, STATES)]

    def of_department(self, department: str) -> Mask:
        """Returns which requests are of kinds that a department handles."""
        kinds = self.reading.state.rules.services.values()
        return self.of_kinds([kind.id for kind in kinds if kind.department == department])

    def of_kinds(self, kinds: list[str]) -> Mask:
        """Returns which requests are of some kinds; nobody has asked for one that the state has not met."""
        known = self._services.kinds
        return np.isin(self.columns["kind"], [known.index(kind) for kind in kinds if kind in known])

    def named(self, text: str) -> Mask:
        """Returns whose ids hold a text, upper and lower case alike."""
        part = text.lower()
        return np.fromiter((part in one.lower() for one in self._services.ids), np.bool_)

    def scored(self, score: str) -> Mask:
        """Returns which requests were rated at all, well, or badly."""
        scores = self.columns["score"]
        rated: Mask = scores > 0
        return {"any": rated, "good": scores >= SATISFIED_FROM, "low": rated & (scores <= LOW)}[score]


def _happened(columns: dict[str, npt.NDArray[Any]], now_s: float) -> dict[str, npt.NDArray[Any]]:
    """Returns columns without what lies ahead of the clock; the earliest report of each kind is the one that counts."""
    until_s = now_s + TOLERATED_SKEW_S
    unasked, undone = columns["requested_at"] > until_s, columns["completed_at"] > until_s
    if not (unasked.any() or undone.any()):
        return columns
    for names, mask in ((("requested_at", "due_at"), unasked), (("completed_at", "score"), undone)):
        columns |= {name: np.where(mask, 0, columns[name]).astype(columns[name].dtype) for name in names}
    unknown = (columns["requested_at"] == 0.0) & (columns["completed_at"] == 0.0)
    return columns | {"stop": np.where(unknown, np.iinfo(np.int32).max, columns["stop"])}  # within no area


_MASKS: dict[str, Callable[[ServiceColumns, Any], Mask]] = {
    "kind": lambda table, kind: table.of_kinds([kind]),
    "department": ServiceColumns.of_department,
    "state": ServiceColumns.in_state,
    "requested": lambda table, days: table.on_days("requested_at", days),
    "completed": lambda table, days: table.on_days("completed_at", days),
    "off_hours": lambda table, wanted: table.columns["off_hours"] == wanted,
    "score": lambda table, score: table.scored(_known("score", score, SCORES)),
    "q": ServiceColumns.named,
}


def _known(field: str, value: str, values: tuple[str, ...]) -> str:
    if value not in values:
        raise InvalidReport(field, f"{value[:40]!r} is not one of {', '.join(values)}")
    return value


# ---------------------------------------------------------------------- counts


def filter_of(query: Mapping[str, str]) -> ServiceFilter:
    """Returns the filter in a query; raises InvalidReport for a value that makes no sense."""
    given: dict[str, Any] = {
        name: query[name] for name in ServiceFilter.__struct_fields__ if query.get(name) not in (None, "")
    }
    if "off_hours" in given:
        given["off_hours"] = _known("off_hours", given["off_hours"], ("true", "false")) == "true"
    return ServiceFilter(**given)


def window_of(reading: Reading, days: int | None) -> int:
    """Returns the length of a window in days, that of the indicators if none is asked for; raises InvalidReport."""
    wanted = reading.state.rules.window_days if days is None else days
    if not 1 <= wanted <= LONGEST_WINDOW:
        raise InvalidReport("days", f"{wanted} is not between 1 and {LONGEST_WINDOW}")
    return wanted


def summary(reading: Reading, area: Area, days: int) -> dict[str, Any]:
    """Returns counts of an area over a window of days up to today, in all and by kind.

    `requested` and `completed` happened in the window; `open` and `overdue` hold now. Of those completed
    in the window: `in_time` of `limited`, `off_hours`, `satisfied` of `scored`, and the median hours.
    """
    table = ServiceColumns(reading)
    inside, window = table.inside(area), f"{days}d"
    asked, done = table.on_days("requested_at", window) & inside, table.on_days("completed_at", window) & inside
    state, columns = reading.state, table.columns
    # Kinds of the rules first, in their order; others that were met behind them.
    kinds = [*state.rules.services, *(kind for kind in state.services.kinds if kind not in state.rules.services)]
    codes = {kind: state.services.kinds.index(kind) for kind in kinds}
    by_kind = []
    for kind in kinds:
        own = columns["kind"] == codes[kind]
        counts = _counts(table, asked & own, done & own, inside & own)
        if kind in state.rules.services or counts["requested"] or counts["open"] or counts["completed"]:
            by_kind.append({"kind": kind, **counts})
    return {"area": area.code, "window_days": days, "all": _counts(table, asked, done, inside), "kinds": by_kind}


def _counts(table: ServiceColumns, asked: Mask, done: Mask, inside: Mask) -> dict[str, Any]:
    columns = table.columns
    known = done & table.asked
    hours = (columns["completed_at"][known] - columns["requested_at"][known]) / 3600
    return {
        "requested": _count(asked),
        "completed": _count(done),
        "open": _count(table.open & inside),
        "overdue": _count(table.states["overdue"] & inside),
        "in_time": _count(table.states["in-time"] & done),
        "limited": _count((table.states["in-time"] | table.states["late"]) & done),
        "off_hours": _count(columns["off_hours"] & done),
        "satisfied": _count(table.scored("good") & done),
        "scored": _count(table.scored("any") & done),
        "median_h": round(max(0.0, float(np.median(hours))), 2) if len(hours) else None,
    }


def _count(mask: Mask) -> int:
    return int(np.count_nonzero(mask))


def panel(reading: Reading, area: Area) -> dict[str, Any]:
    """Returns what an area's page shows: today's and yesterday's counts, and those of the indicators' window."""
    table = ServiceColumns(reading)
    inside = table.inside(area)
    counts = {
        f"{name}_{day}": _count(table.on_days(f"{name}_at", day) & inside)
        for name in ("requested", "completed")
        for day in ("today", "yesterday")
    }
    window = reading.state.rules.window_days
    done = table.on_days("completed_at", f"{window}d") & inside
    return counts | _counts(table, table.on_days("requested_at", f"{window}d") & inside, done, inside)


# ---------------------------------------------------------------------- lists


def listed(
    reading: Reading, area: Area, wanted: ServiceFilter, start: int, stop: int
) -> tuple[list[dict[str, Any]], int]:
    """Returns requests from `start` to `stop` and how many match: open ones by due time, others newest first.

    Raises:
        InvalidReport: the filter makes no sense.
    """
    table = ServiceColumns(reading)
    found = np.flatnonzero(table.matching(area, wanted))
    columns = table.columns
    if wanted.state in ("open", "overdue"):
        due = columns["due_at"][found]
        order = np.lexsort((found, np.where(due > 0.0, due, np.inf)))
    else:
        order = np.lexsort((found, np.maximum(columns["requested_at"], columns["completed_at"])[found]))[::-1]
    return [_request_row(table, row) for row in found[order][start:stop].tolist()], len(found)


def _request_row(table: ServiceColumns, row: int) -> dict[str, Any]:
    """Returns one request as lists have it."""
    state, columns = table.reading.state, table.columns
    kind = state.services.kinds[int(columns["kind"][row])]
    known = state.rules.services.get(kind)
    at = {name: float(columns[name][row]) for name in ("requested_at", "completed_at", "due_at")}
    return {
        "request": state.services.ids[row],
        "kind": kind,
        "department": None if known is None else known.department,
        "area": _area_of(state, int(columns["start"][row]), int(columns["stop"][row])),
        "state": "completed" if at["completed_at"] else "open",
        **{name: instant(value) if value else None for name, value in at.items()},
        "late": bool(table.states["overdue"][row] or table.states["late"][row]),
        "hours": _hours(at["requested_at"], at["completed_at"]),
        "off_hours": bool(columns["off_hours"][row]),
        "score": int(columns["score"][row]) or None,
    }


def _hours(asked_at: float, done_at: float) -> float | None:
    """Returns how many hours a request took; None while one of both is not known."""
    return round(max(0.0, (done_at - asked_at) / 3600), 2) if asked_at and done_at else None


def _area_of(state: Any, start: int, stop: int) -> str:
    """Returns the code of the narrowest area that has exactly these grids."""
    area = state.tree.by_code[state.tree.grids[start]]
    while area.parent and (area.start, area.stop) != (start, stop):
        area = state.tree.by_code[area.parent]
    return str(area.code)
