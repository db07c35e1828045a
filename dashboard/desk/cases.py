"""The desk: what pages and the API ask a running server for, and what people do to cases there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dashboard.desk.access import Actor
from dashboard.desk.appending import Appending
from dashboard.desk.archive import archive_filter
from dashboard.domain.acting import cases as acting
from dashboard.domain.acting.deed import guard_of
from dashboard.domain.reading import cases as caselist
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.reading.reports import counted_reports
from dashboard.domain.rules.areas import Area
from dashboard.errors import InvalidReport, RedisUnavailable
from dashboard.feeds.archive.archive import Order
from dashboard.feeds.running import Running
from dashboard.feeds.streams import CONNECTION_ERRORS, without_password

MOST_REPORTS = 10_000


class Desk:
    """Serves readings, cases and reports of one server; acts by appending reports to the log."""

    def __init__(self, running: Running, appending: Appending) -> None:
        self._running, self._appending = running, appending

    def reading(self) -> Reading:
        """Returns the state at this moment of the city's clock."""
        return Reading(self._running.replica.state, self._running.clock.now())

    async def cases(
        self, query: Mapping[str, str], sort: str, descending: bool, start: int, stop: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Returns the cases that a query asks for, from `start` to `stop`, and how many match in all.

        Raises:
            InvalidReport: a filter or the order makes no sense.
            ArchiveUnavailable: the archive cannot be read.
        """
        reading = self.reading()
        wanted = filter_of(reading, query)
        if query.get("archived") != "true":
            return caselist.rows(reading, wanted, sort, descending, start, stop)
        found = await self._running.archive.search(
            archive_filter(self._running, wanted), Order(sort, descending), offset=start, limit=stop - start
        )
        return found.cases, found.total

    async def case(self, case: str) -> dict[str, Any] | None:
        """Returns a case (in memory or archived) with what its steps said, or None when it is not known."""
        found = caselist.one(self.reading(), case)
        if found is None:
            found = await self._running.archive.one(
                case, self._running.replica.state.deadlines, self._running.clock.now()
            )
            if found is not None:
                found["archived"] = True
        if found is not None:
            await self._running.traces.fill(found["trace"])
        return found

    async def reports(self, query: dict[str, str]) -> dict[str, Any]:
        """Returns a page of the reports behind a number, newest first; without a counter the newest of the log.

        Raises:
            InvalidReport: the query makes no sense.
            RedisUnavailable: Redis does not answer.
        """
        try:
            return await self._reports(query)
        except CONNECTION_ERRORS as error:
            url = without_password(self._running.settings.redis_url or "")
            raise RedisUnavailable(url, str(error)) from None

    async def _reports(self, query: dict[str, str]) -> dict[str, Any]:
        limit = _limit(query.get("limit"))
        if "counter" not in query:
            newest = await self._running.traces.newest(limit)
            total = self._running.replica.state.reports
            return {"reports": newest, "total": total, "next": None, "from": None, "to": None}
        reading = self.reading()
        found = counted_reports(reading, self._area(query.get("area")), query)
        start = _offset(query.get("cursor"), len(found.entries))
        shown = found.entries[start : start + limit]
        said = await self._running.traces.read([(entry.shard, entry.stream_id) for entry in shown])
        date = reading.state.days.date
        return {
            "reports": [report for report in said if report is not None],
            "total": len(found.entries),
            "next": str(start + limit) if start + limit < len(found.entries) else None,
            "from": date(found.first).isoformat(),
            "to": date(found.last).isoformat(),
            "truncated": found.truncated,
            "first_day": date(found.first_kept).isoformat(),
        }

    async def reports_today(self, area: Area) -> list[dict[str, Any]]:
        """Returns today's newest reports of a grid, newest first."""
        reading = self.reading()
        places = [(shard, position.decode()) for shard, position in reversed(reading.state.recent.by_grid[area.start])]
        start = instant(reading.state.days.start(reading.today))
        said = await self._running.traces.read(places)
        return [report for report in said if report is not None and instant_of(report) >= start]

    def _area(self, code: str | None) -> Area:
        tree = self._running.replica.state.tree
        found = tree.root if code in (None, "", "city") else tree.by_code.get(code or "")
        if found is None:
            raise InvalidReport("area", f"there is no area {str(code)[:40]!r}")
        return found

    def actions(self, case: str) -> dict[str, Any] | None:
        """Returns what can be done to a case now and why not, and the version that an action must name."""
        reading = self.reading()
        if case not in reading.state.cases.rows:
            return None
        why_not = acting.possible(reading, case)
        actions = [
            {"action": name, "possible": why_not[name] is None, "reason": why_not[name], "needs": action.needs}
            for name, action in acting.ACTIONS.items()
        ]
        return {"case": case, "version": acting.version_of(reading, case), "actions": actions}

    async def act(self, actor: Actor, case: str, given: Mapping[str, Any]) -> str:
        """Does what somebody asks for to a case; returns the stream id of the report.

        Raises:
            Unknown, Refused, InvalidReport: it is not done, and why.
        """
        deed = acting.act(self.reading(), case, given)
        return await self._appending.append(actor, deed, guard_of(deed))


def instant_of(report: dict[str, Any]) -> str:
    """Returns the time of a report as RFC 3339 in UTC with milliseconds, so that texts compare like instants."""
    return instant(dt.datetime.fromisoformat(report["time"]).timestamp())


def _limit(text: str | None) -> int:
    if text is None:
        return 100
    if not _is_count(text) or not 1 <= int(text) <= MOST_REPORTS:
        raise InvalidReport("limit", f"is a number from 1 to {MOST_REPORTS}")
    return int(text)


def _offset(cursor: str | None, count: int) -> int:
    if cursor is None:
        return 0
    if not _is_count(cursor):
        raise InvalidReport("cursor", "is not one that this list gave")
    return min(int(cursor), count)


def _is_count(text: str) -> bool:
    """Says whether a text is a number that can be one of a list."""
    return len(text) < 10 and text.isascii() and text.isdecimal()
