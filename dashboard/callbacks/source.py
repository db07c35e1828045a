"""What pages ask the running server for: readings of the state, and what the log says about single entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from dashboard.domain.reading.moment import Reading


class Source(Protocol):
    """Where pages get their data; the server gives them its own (dashboard/desk/cases.py)."""

    def reading(self) -> Reading:
        """Returns the state at this moment."""
        ...

    async def cases(
        self, query: Mapping[str, str], sort: str, descending: bool, start: int, stop: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Returns the cases from `start` to `stop` that a query asks for, and how many match in all."""
        ...

    async def case(self, case: str) -> dict[str, Any] | None:
        """Returns a case as `GET /api/v1/cases/{id}` gives it, or None."""
        ...

    async def reports(self, query: dict[str, str]) -> dict[str, Any]:
        """Returns reports as `GET /api/v1/reports` gives them; raises InvalidReport for a query that makes no sense.

        Raises RedisUnavailable when the log does not answer.
        """
        ...
