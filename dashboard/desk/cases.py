"""The desk: what pages and the API ask a running server for, and what people do to cases there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from dashboard.desk.archive import archive_filter
from dashboard.domain.acting.cases import ACTIONS, data_of, possible, version_of
from dashboard.domain.reading import cases as caselist
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.reading.reports import counted_reports
from dashboard.domain.rules.areas import Area
from dashboard.errors import GridwallError, InvalidReport, RedisUnavailable
from dashboard.feeds.archive.archive import Order
from dashboard.feeds.running import Running
from dashboard.feeds.streams import CONNECTION_ERRORS, without_password

_SOURCE = "/desk"
MOST_REPORTS = 10_000
_GUARD_S = 120  # so long two actions on the same version of a case exclude each other


class Overtaken(GridwallError):
    """Somebody else has done something to the case in the meantime."""


class Impossible(GridwallError):
    """The case does not allow the action now."""


class Desk:
    """Serves readings, cases and reports of one server; acts by appending reports to the log."""

    def __init__(self, running: Running) -> None:
        self._running = running

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
        wanted = filter_of(reading.state.tree, reading, query)
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
        why_not = possible(reading, case)
        actions = [
            {"action": name, "possible": why_not[name] is None, "reason": why_not[name], "needs": ACTIONS[name].needs}
            for name in ACTIONS
        ]
        return {"case": case, "version": version_of(reading, case), "actions": actions}

    async def act(self, case: str, given: dict[str, Any]) -> str:
        """Appends the report of an action; returns its stream id.

        Raises:
            KeyError: there is no such case.
            Impossible: the case does not allow it now.
            Overtaken: `version` is not the case's version any more, or somebody acts on it at this moment.
            InvalidReport: the action is unknown, or a field is missing or wrong.
        """
        reading = self.reading()
        name, version = str(given.get("action", "")), str(given.get("version", ""))
        if name not in ACTIONS:
            raise InvalidReport("action", f"{name[:40]!r} is not one of {', '.join(ACTIONS)}")
        current = version_of(reading, case)
        if version != current:
            raise Overtaken(f"{case} has changed since you looked at it")
        reason = possible(reading, case)[name]
        if reason is not None:
            raise Impossible(reason)
        data = data_of(reading, case, ACTIONS[name], given)
        raw = self._report(reading, case, name, version, data)
        taken = await self._running.intake.take_once(f"{case}/{version}", raw, _GUARD_S)
        if taken is None:
            raise Overtaken(f"somebody else has just acted on {case}")
        return taken

    def _report(self, reading: Reading, case: str, name: str, version: str, data: dict[str, Any]) -> bytes:
        """Returns the CloudEvent of an action; its id names the version it acts on, so it can count only once."""
        grid = reading.state.cases.grid_of(reading.state.cases.rows[case])
        event = {
            "specversion": "1.0",
            "id": f"{name}/{case}/{version}",
            "source": _SOURCE,
            "type": ACTIONS[name].type,
            "subject": reading.state.tree.grids[grid],
            "time": instant(self._moment(reading, case)),
            "data": data,
        }
        return msgspec.json.encode(event)

    def _moment(self, reading: Reading, case: str) -> float:
        """Returns the time of an action: now, or just after the last step where a clock runs ahead of ours."""
        last = reading.state.cases.facts(reading.state.cases.rows[case]).last_at
        return max(reading.now_s, last + 0.001)


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
