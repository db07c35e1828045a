"""Reports behind a number: found by what the state remembers of them, and read from the log."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from dashboard.desk.areas import area_of
from dashboard.desk.files import Column, Kind, Table
from dashboard.domain.reading.cursors import following, offset_of, whole
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.reading.reports import counted_reports
from dashboard.domain.rules.areas import Area
from dashboard.errors import InvalidReport
from dashboard.feeds.moments import Moments
from dashboard.feeds.traces import Traces
from dashboard.words import Words

MOST_REPORTS = 10_000
_USUAL = 100
_COLUMNS: dict[str, Kind] = {
    "time": "instant",
    "type": "text",
    "area": "text",
    "case": "text",
    "said": "text",
    "stream_id": "text",
}


class Reports:
    """Reads single reports."""

    def __init__(self, moments: Moments, traces: Traces) -> None:
        self._moments, self._traces = moments, traces

    async def page(self, query: dict[str, str]) -> dict[str, Any]:
        """Returns a page of the reports behind a number, newest first; without a counter the newest of the log.

        Raises:
            InvalidReport: the query makes no sense.
            RedisUnavailable: Redis does not answer.
        """
        limit, reading = _limit(query.get("limit")), self._moments.now()
        if "counter" not in query:
            total = reading.state.reports
            newest = await self._traces.newest(limit)
            return {"reports": newest, "total": total, "next": None, "from": None, "to": None}
        found = counted_reports(reading, _within(reading, query.get("area")), query)
        start, total, date = offset_of(query.get("cursor")), len(found.entries), reading.state.days.date
        said = await self._traces.read([(e.shard, e.stream_id) for e in found.entries[start : start + limit]])
        return {
            "reports": [report for report in said if report is not None],
            "total": total,
            "next": following(start, limit, total),
            "from": date(found.first).isoformat(),
            "to": date(found.last).isoformat(),
            "truncated": found.truncated,
            "first_day": date(found.first_kept).isoformat(),
        }

    async def today(self, code: str) -> list[dict[str, Any]]:
        """Returns today's newest reports of a grid, newest first.

        Raises:
            Unknown: there is no such area.
            InvalidReport: it is no grid.
            RedisUnavailable: Redis does not answer.
        """
        reading = self._moments.now()
        area = area_of(reading.state.tree, code)
        if area.level != "grid":
            raise InvalidReport("code", f"{code[:40]} is not a grid", "not-a-grid")
        places = [(shard, position.decode()) for shard, position in reversed(reading.state.recent.by_grid[area.start])]
        start = instant(reading.state.days.start(reading.today))
        said = await self._traces.read(places)
        return [report for report in said if report is not None and _instant_of(report) >= start]

    async def table(self, say: Words, query: dict[str, str]) -> Table:
        """Returns the reports that a counter counted, or the newest ones, at most MOST_REPORTS; raises as `page`."""
        found = await self.page({**query, "limit": str(MOST_REPORTS)})
        rows = [_row(say, report) for report in found["reports"]]
        return Table("reports", say("file-reports"), Column.headed(say, _COLUMNS), lambda: rows)


def _within(reading: Reading, code: str | None) -> Area:
    tree = reading.state.tree
    found = tree.root if code in (None, "", "city") else tree.by_code.get(code or "")
    if found is None:
        raise InvalidReport("area", f"there is no area {str(code)[:40]!r}")
    return found


def _limit(text: str | None) -> int:
    limit = _USUAL if text is None else whole(text, "limit")
    if not 1 <= limit <= MOST_REPORTS:
        raise InvalidReport("limit", f"is a number from 1 to {MOST_REPORTS}")
    return limit


def _instant_of(report: dict[str, Any]) -> str:
    """Returns the time of a report as RFC 3339 in UTC with milliseconds, so that texts compare like instants."""
    return instant(msgspec.convert(report["time"], dt.datetime).timestamp())  # takes whatever the fold has taken


def _row(say: Words, report: dict[str, Any]) -> dict[str, Any]:
    """Returns a report as one row; what it says is written out as name and value."""
    data = report["data"]
    said = "; ".join(f"{name} {value}" for name, value in data.items() if name != "case" and value is not None)
    kind = say.known(report["type"], report["type"])
    return {**report, "type": kind, "area": report["subject"], "case": data.get("case"), "said": said}
