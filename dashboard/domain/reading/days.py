"""Days as the city counts them: which ones a text names, and how much happened on each."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import Area
from dashboard.errors import InvalidReport

TREND_DAYS = 30  # as many days as curves show
_LONGEST_WINDOW = 4  # characters
_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # as for the times of reports
Ints = npt.NDArray[np.int64]


def days_of(reading: Reading, text: str, field: str) -> tuple[int, int]:
    """Returns first and last day (numbers of local days) that a text names.

    `today`, `yesterday`, `week` (the last seven whole days), `window` (that of the indicators), a window such
    as `90d` that ends today, or a date.

    Raises:
        InvalidReport: it names none.
    """
    today, window = reading.today, reading.state.rules.window_days
    named = {
        "today": (today, today),
        "yesterday": (today - 1, today - 1),
        "week": (today - 7, today - 1),
        "window": (today - window + 1, today),
    }
    if text in named:
        return named[text]
    if text.endswith("d") and text[:-1].isdecimal() and len(text) <= _LONGEST_WINDOW:
        return today - max(1, int(text[:-1])) + 1, today
    try:
        date = dt.date.fromisoformat(text)
        if not _FIRST_YEAR <= date.year <= _LAST_YEAR:
            raise ValueError(text)
        day = reading.state.days.number(date)
    except ValueError:
        reason = f"{text[:20]!r} is not {', '.join(named)} 90d, or a date such as 2026-11-23"
        raise InvalidReport(field, reason) from None
    return day, day


def by_day(reading: Reading, instants: npt.NDArray[Any], first: int, last: int) -> Ints:
    """Returns how many instants (epoch seconds) lie in each local day from `first` to `last`, int64 [days]."""
    edges = np.array([reading.state.days.start(day) for day in range(first, last + 2)])
    ordered = np.searchsorted(edges, instants, side="right") - 1
    return np.bincount(ordered[(ordered >= 0) & (ordered <= last - first)], minlength=last - first + 1)


def closed_by_day(reading: Reading, area: Area, first: int, last: int) -> Ints:
    """Returns how many cases of an area were closed (and are closed still) on each day, int64 [days]."""
    closed = reading.cases.closed & reading.within(area)
    return by_day(reading, reading.cases.columns["closed_at"][closed], first, last)


def counted_by_day(reading: Reading, counter: str, area: Area, first: int, last: int) -> list[int]:
    """Returns what a counter counted in an area on each local day from `first` to `last`."""
    day, cut = reading.field.counters.day, slice(area.start, area.stop)
    return [int(day(counter, number)[cut].sum()) for number in range(first, last + 1)]
