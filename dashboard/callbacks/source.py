"""What pages ask the running server for: readings of the state, and what the log says about single entries."""

from __future__ import annotations

from typing import Any, Protocol

from dashboard.domain.views import Reading


class Source(Protocol):
    """Where pages get their data; the server gives them its own (dashboard/desk.py)."""

    def reading(self) -> Reading:
        """Returns the state at this moment."""
        ...

    async def case(self, case: str) -> dict[str, Any] | None:
        """Returns a case as `GET /api/v1/cases/{id}` gives it, or None."""
        ...

    async def reports(self, query: dict[str, str]) -> dict[str, Any]:
        """Returns reports as `GET /api/v1/reports` gives them; raises InvalidReport for a query that makes no sense."""
        ...
