"""Which reports a daily counter counted: what stands behind a number on a screen."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from dashboard.domain.reading.days import days_of
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.traces import FROM_TRACES, counted_steps
from dashboard.domain.rules.areas import Area
from dashboard.domain.state.journal import Counted
from dashboard.domain.state.people import COUNTER_CODES, COUNTERS
from dashboard.errors import InvalidReport


class CountedReports(msgspec.Struct, frozen=True):
    """Reports that one counter counted, newest first.

    Attributes:
        first, last: the days asked for (numbers of local days), both included.
        truncated: some of the days are older than what is kept; `first_kept` is the first that is.
    """

    first: int
    last: int
    first_kept: int
    truncated: bool
    entries: list[Counted]


def counted_reports(reading: Reading, area: Area, query: Mapping[str, str]) -> CountedReports:
    """Returns what stands behind a counter of an area.

    Args:
        reading: the state at a moment.
        area: only reports that were counted for its grids.
        query: `counter`, and `day` (as `days_of` reads it; today if it is missing).

    Raises:
        InvalidReport: there is no such counter or day.
    """
    counter = query.get("counter", "")
    if counter not in COUNTER_CODES:
        raise InvalidReport("counter", f"{counter[:40]!r} is not one of {', '.join(COUNTERS)}")
    first, last = days_of(reading, query.get("day") or "today", "day")
    journal = reading.state.journal
    entries = journal.counted(COUNTER_CODES[counter], first, last, area.start, area.stop)
    if later := reading.field.counters.places(counter):
        entries = [one for one in entries if (one.shard, one.ms, one.seq) not in later]
    kept = journal.first_day()
    if first < kept and counter in FROM_TRACES:
        entries += counted_steps(reading, counter, first, min(last, kept - 1), area)
        kept = max(first, reading.today - reading.state.case_days + 1)
    return CountedReports(first, last, kept, first < kept, entries)
