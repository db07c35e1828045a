"""Electronic supervision: what is late, the ladder, what went wrong on some days, and slow steps."""

from __future__ import annotations

from typing import Any

from dashboard.desk.kept import Kept
from dashboard.domain.reading import ladder, supervision
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.state.deadlines import Deadlines
from dashboard.feeds.moments import Moments

_SHARES_FOR_S = 60.0
_DAYS_FOR_S = 2.0


class Supervision:
    """Reads what supervision looks at; what goes through traces is kept for a moment for all who look."""

    def __init__(self, moments: Moments) -> None:
        self._moments = moments
        self._shares: Kept[None, tuple[Deadlines, list[supervision.ClosedCase]], dict[str, Any]]
        self._shares = Kept(self._newest, _shares, for_s=_SHARES_FOR_S)
        self._days: Kept[str, tuple[Reading, str], dict[str, Any]]
        self._days = Kept(self._frozen, lambda asked: supervision.over_days(*asked), for_s=_DAYS_FOR_S)

    def overview(self) -> dict[str, Any]:
        """Returns open, overdue and soon overdue cases by level and department."""
        return supervision.overview(self._moments.now())

    def rungs(self, categories: str | None) -> dict[str, Any]:
        """Returns what stands on each rung, the grid first: cases of some categories (with commas) or of all."""
        reading = self._moments.now()
        return {"at": instant(reading.now_s), "rungs": ladder.board(reading, categories or None)}

    async def over_days(self, day: str) -> dict[str, Any]:
        """Returns cases that were returned or badly rated on the days that `day` names; raises InvalidReport."""
        return await self._days.get(day)

    async def step_shares(self) -> dict[str, Any]:
        """Returns the share of its limit that each step of each category used, and how many cases that is from."""
        return await self._shares.get(None)

    def _frozen(self, day: str) -> tuple[Reading, str]:
        return supervision.frozen(self._moments.now()), day

    def _newest(self, _: None) -> tuple[Deadlines, list[supervision.ClosedCase]]:
        reading = self._moments.now()
        return reading.state.deadlines, supervision.newest_closed(reading)


def _shares(frozen: tuple[Deadlines, list[supervision.ClosedCase]]) -> dict[str, Any]:
    shares = supervision.step_shares(*frozen)
    return {"categories": shares, "cases": len(frozen[1]), "sample": supervision.SAMPLE}
