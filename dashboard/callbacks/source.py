"""What pages ask the running server for, and nothing else: a page that needs more says so here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from dashboard.domain.rules.areas import Area

Lines = list[dict[str, Any]]


class Source(Protocol):
    """Where pages get their data; the server gives them its own (dashboard/desk/source.py)."""

    def now_s(self) -> float:
        """Returns the moment of the city's clock, epoch seconds."""
        ...

    async def cases(
        self, query: Mapping[str, str], sort: str, descending: bool, start: int, stop: int
    ) -> tuple[Lines, int]:
        """Returns the cases from `start` to `stop` that a query asks for, and how many match in all.

        Raises InvalidReport for a query that makes no sense, ArchiveUnavailable when the archive cannot be read.
        """
        ...

    def check_cases(self, query: Mapping[str, str]) -> None:
        """Raises InvalidReport for a query of cases that makes no sense, without looking for any."""
        ...

    async def case(self, case: str) -> dict[str, Any] | None:
        """Returns a case as `GET /api/v1/cases/{id}` gives it, and whether it is `archived`, or None."""
        ...

    async def reports(self, query: dict[str, str]) -> dict[str, Any]:
        """Returns reports as `GET /api/v1/reports` gives them; raises InvalidReport for a query that makes no sense.

        Raises RedisUnavailable when the log does not answer.
        """
        ...

    def workers(self, area: Area, state: str | None) -> Lines:
        """Returns the workers of an area as `GET /api/v1/workers` gives them; raises InvalidReport."""
        ...

    def services(
        self, area: Area, query: Mapping[str, str], limit: int
    ) -> tuple[dict[str, Any], tuple[Lines, int], int]:
        """Returns an area's counts as `GET /api/v1/services/summary` gives them, and the requests of a query.

        Of the requests at most `limit` and how many match in all, then the place of the first one in the list.
        Raises InvalidReport for a query that makes no sense.
        """
        ...

    async def log_engine(self) -> tuple[str, str, str | None] | None:
        """Returns which program holds the log: name, version, and the day until which its makers mend it, if known.

        None where it does not answer.
        """
        ...

    def inboxes(self) -> dict[str, dict[str, Any]]:
        """Returns how full each department's inbox is, as `GET /api/v1/departments` gives it."""
        ...
