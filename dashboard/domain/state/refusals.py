"""Why a report does not count: judged by its envelope and by what the city has decided, never by what came before.

The fold and the intake judge by the same functions, so that what is answered "taken" is not refused later.
"""

from __future__ import annotations

import datetime as dt
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


class DeadLetter(msgspec.Struct, frozen=True, gc=False):
    """An entry of the log that does not count: where it lies and why."""

    shard: int
    position: bytes
    field: str
    reason: str


def check(city: CityState, report: Any, arrival_s: float) -> None:
    """Raises InvalidReport when a report that arrives now would become a dead letter at once."""
    at = report.time.timestamp()
    check_envelope(city, report, at, city.horizon.span(arrival_s))
    if hasattr(report.data, "category"):
        category(city, report.data.category)
    if hasattr(report.data, "occurred_on"):
        occurred(city, report.data.occurred_on, at)


def check_envelope(city: CityState, report: Report, at: float, span: tuple[float, float]) -> None:
    """Raises InvalidReport for a time outside of the span (epoch seconds), or an area that the report cannot be of."""
    if not span[0] <= at < span[1]:
        raise InvalidReport("time", "too far from the time of arrival, or outside 2000 to 2099")
    if report.subject in city.tree.grid_index:
        return
    if report.subject not in city.tree.by_code:
        raise InvalidReport("subject", f"unknown area {report.subject[:40]!r}")
    if type(report) in _OF_A_GRID:
        raise InvalidReport("subject", f"{report.subject} is not a grid")


def category(city: CityState, name: str) -> int:
    """Returns the position of a category in the rules; raises InvalidReport for one that they do not name."""
    found = city.categories.get(name)
    if found is None:
        raise InvalidReport("data.category", f"unknown category {name[:40]!r}")
    return found


def occurred(city: CityState, date: dt.date, at: float) -> int:
    """Returns the day of a birth or death; raises InvalidReport unless it lies within 400 days before `at`."""
    day, reported = city.days.number(date), city.days.day(at)
    if day > reported:
        raise InvalidReport("data.occurred_on", f"{date} lies after the day of the report")
    if day < reported - LATEST_REGISTRATION_DAYS:
        raise InvalidReport("data.occurred_on", f"{date} lies more than 400 days before the report")
    return day
