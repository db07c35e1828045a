"""Why a report does not count: judged by its envelope and by what the city has decided, never by what came before.

The fold and the intake judge by the same functions, so that what is answered "taken" is not refused later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import msgspec

from dashboard.domain.reports import REPORT_CLASSES, Report
from dashboard.domain.state.city import CityState
from dashboard.errors import InvalidReport

LATEST_REGISTRATION_DAYS = 400  # a birth or a death may be reported so long after it happened
_OF_A_GRID = frozenset(  # whose subject must be a grid; other reports may be about any area
    REPORT_CLASSES[name]
    for name in (
        "population.birth",
        "population.death",
        "population.move-in",
        "population.move-out",
        "dwelling.registered",
        "dwelling.removed",
        "component.counted",
        "case.reported",
        "worker.shift-started",
        "worker.shift-ended",
        "worker.position",
        "order.read",
    )
)
_ORDER_ISSUED = REPORT_CLASSES["order.issued"]


class DeadLetter(msgspec.Struct, frozen=True, gc=False):
    """An entry of the log that does not count: where it lies and why."""

    shard: int
    position: bytes
    field: str
    reason: str


def check(city: CityState, report: Any, shard: int, ms: int, until_ms: int | None = None) -> None:
    """Raises InvalidReport when a report would become a dead letter at once, whatever the city knows by then.

    The only one that may follow is that the life of a case does not allow it.

    Args:
        city: what has decided, and how the ids of its log went on so far.
        report: of any type.
        shard: whose stream has it, or is to take it.
        ms: time of its id (epoch ms).
        until_ms: of an entry that is not there yet, the latest time that its id may have; `ms` is the earliest then.
    """
    at = report.time.timestamp()
    span = city.arrivals.span
    check_envelope(city, report, at, (span(shard, ms if until_ms is None else until_ms)[0], span(shard, ms)[1]))
    if hasattr(report.data, "category"):
        category(city, report.data.category)
        addressable("data.case", report.data.case)
    if hasattr(report.data, "occurred_on"):
        occurred(city, report.data.occurred_on, at)
    if type(report) is _ORDER_ISSUED:
        addressed(city, report.data.to)


def check_envelope(city: CityState, report: Report, at: float, span: tuple[float, float]) -> None:
    """Raises InvalidReport for a time outside of the span (epoch seconds), or an area that the report cannot be of."""
    if not span[0] <= at < span[1]:
        raise InvalidReport("time", "too far from the time of arrival, or outside 2000 to 2099")
    if report.subject in city.tree.grid_index:
        if type(report) in _OF_A_GRID:
            _check_heir(city, report.subject, at)
        return
    if report.subject not in city.tree.by_code:
        raise InvalidReport("subject", f"unknown area {report.subject[:40]!r}")
    if type(report) in _OF_A_GRID:
        raise InvalidReport("subject", f"{report.subject} is not a grid")


def _check_heir(city: CityState, code: str, at: float) -> None:
    """Raises InvalidReport for what begins in a grid after it was retired, where nobody takes over."""
    last = city.succession.heir(code, at)
    if city.succession.is_over(last, at):
        until = city.tree.retired[last].until
        raise InvalidReport("subject", f"{last[:40]} was retired on {until}, and nobody takes over")


def addressed(city: CityState, codes: Collection[str]) -> set[int]:
    """Returns the indexes of the grids that an order is for; raises InvalidReport for a code that is none."""
    index = city.tree.grid_index
    for code in codes:
        if code not in index:
            raise InvalidReport("data.to", f"{code[:40]!r} is not a grid")
    return {index[code] for code in codes}


def category(city: CityState, name: str) -> int:
    """Returns the position of a category in the rules; raises InvalidReport for one that they do not name."""
    found = city.categories.get(name)
    if found is None:
        raise InvalidReport("data.category", f"unknown category {name[:40]!r}")
    return found


def addressable(field: str, name: str) -> None:
    """Raises InvalidReport for an id that no address can hold: browsers and proxies take it for a folder."""
    if name in (".", ".."):
        raise InvalidReport(field, "`.` and `..` cannot stand in an address, so nobody could ask for it")


def occurred(city: CityState, date: dt.date, at: float) -> int:
    """Returns the day of a birth or death; raises InvalidReport unless it lies within 400 days before `at`."""
    day, reported = city.days.number(date), city.days.day(at)
    if day > reported:
        raise InvalidReport("data.occurred_on", f"{date} lies after the day of the report")
    if day < reported - LATEST_REGISTRATION_DAYS:
        raise InvalidReport("data.occurred_on", f"{date} lies more than 400 days before the report")
    return day
