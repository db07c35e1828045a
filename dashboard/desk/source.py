"""What pages are given (see `callbacks.source.Source`): the same readings as HTTP, without what only HTTP asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.desk.cases import Cases
from dashboard.desk.reports import Reports
from dashboard.desk.services import Services
from dashboard.desk.tasks import Tasks
from dashboard.desk.workers import Workers
from dashboard.domain.rules.areas import Area
from dashboard.feeds.moments import Moments
from dashboard.feeds.traces import Traces

Lines = list[dict[str, Any]]


class DeskSource:
    """Answers pages from the desk."""

    def __init__(
        self,
        moments: Moments,
        traces: Traces,
        cases: Cases,
        reports: Reports,
        workers: Workers,
        services: Services,
        tasks: Tasks,
    ) -> None:
        self._moments, self._traces, self._cases, self._reports = moments, traces, cases, reports
        self._workers, self._services, self._tasks = workers, services, tasks

    def now_s(self) -> float:
        """Returns the moment of the city's clock, epoch seconds."""
        return self._moments.now_s()

    async def cases(
        self, query: Mapping[str, str], sort: str, descending: bool, start: int, stop: int
    ) -> tuple[Lines, int]:
        """Returns cases and how many match in all; raises InvalidReport, ArchiveUnavailable."""
        return await self._cases.rows(query, sort, descending, start, stop)

    def check_cases(self, query: Mapping[str, str]) -> None:
        """Raises InvalidReport for a query that makes no sense."""
        self._cases.check(query)

    async def case(self, case: str) -> dict[str, Any] | None:
        """Returns a case, marked as `archived` when it comes from there, or None."""
        found = await self._cases.found(case)
        return None if found is None else {**found[0], "archived": found[1]}

    async def reports(self, query: dict[str, str]) -> dict[str, Any]:
        """Returns reports behind a number; raises InvalidReport, RedisUnavailable."""
        return await self._reports.page(query)

    def workers(self, area: Area, state: str | None) -> Lines:
        """Returns the workers of an area in a state; raises InvalidReport."""
        return self._workers.inside(area, state)

    def services(
        self, area: Area, query: Mapping[str, str], limit: int
    ) -> tuple[dict[str, Any], tuple[Lines, int], int]:
        """Returns summary, requests with their total, and where they begin; raises InvalidReport."""
        return self._services.shown(area, query, limit)

    async def log_engine(self) -> tuple[str, str, str | None] | None:
        """Returns name, version and last day of support of what holds the log, None where it does not answer."""
        found = await self._traces.engine()
        if found is None:
            return None
        return found.name, found.version, None if found.until is None else found.until.isoformat()

    def inboxes(self) -> dict[str, dict[str, Any]]:
        """Returns how full each department's inbox is."""
        return self._tasks.inboxes()
