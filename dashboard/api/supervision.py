"""HTTP of electronic supervision under /api/v1: what is late, the ladder, what went wrong, slow steps, urging."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.api.acting import actor_who_may, given_texts, may_act, refusals
from dashboard.api.areas import answer, no_redis
from dashboard.desk.appending import Appending
from dashboard.desk.cases import Desk
from dashboard.desk.urging import Urgings
from dashboard.domain.reading import ladder as ladderboard
from dashboard.domain.reading import supervision
from dashboard.domain.reading.moment import instant
from dashboard.feeds.running import Running
from dashboard.feeds.streams import CONNECTION_ERRORS

_SHARES_LAST_S = 60.0
_DAYS_LAST_S = 2.0


class StepShares:
    """The shares of steps, computed in a thread at most once a minute."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._made_at = -_SHARES_LAST_S
        self._made: dict[str, Any] = {}
        self._turn = asyncio.Lock()

    async def get(self) -> dict[str, Any]:
        """Returns the shares by category and step, and how many cases they are from."""
        async with self._turn:
            if time.monotonic() - self._made_at >= _SHARES_LAST_S:
                reading = self._desk.reading()
                closed = supervision.newest_closed(reading)
                shares = await asyncio.to_thread(supervision.step_shares, reading.state.deadlines, closed)
                self._made = {"categories": shares, "cases": len(closed), "sample": supervision.SAMPLE}
                self._made_at = time.monotonic()
            return self._made


class OverDays:
    """What went wrong on some days, read out of the traces in a thread, and kept for a moment for all who look."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._made: dict[str, tuple[float, dict[str, Any]]] = {}
        self._turn = asyncio.Lock()

    async def get(self, day: str) -> dict[str, Any]:
        """Returns the tables of the days that `day` names; raises InvalidReport when it names none."""
        async with self._turn:
            now = time.monotonic()
            self._made = {name: made for name, made in self._made.items() if now - made[0] < _DAYS_LAST_S}
            if day not in self._made:
                reading = supervision.frozen(self._desk.reading())
                self._made[day] = (now, await asyncio.to_thread(supervision.over_days, reading, day))
            return self._made[day][1]


def supervision_routes(running: Running, desk: Desk, appending: Appending) -> APIRouter:
    """Returns the routes."""
    router, shares, over = APIRouter(tags=["supervision"]), StepShares(desk), OverDays(desk)
    urgings = Urgings(running, desk, appending)

    @router.get("/supervision")
    async def overview(request: Request) -> Response:
        """Open, overdue and soon overdue cases by level and department, and whether this client may urge."""
        return answer({**supervision.overview(desk.reading()), "allowed": may_act(request)})

    @router.get("/supervision/ladder")
    async def ladder(category: str | None = None) -> Response:
        """What stands on each rung, the grid first: open cases of some categories (with commas) or of all."""
        reading = desk.reading()
        return answer({"at": instant(reading.now_s), "rungs": ladderboard.board(reading, category or None)})

    @router.get("/supervision/days")
    async def over_days(day: str = "today") -> Response:
        """Cases that were returned or badly rated (below 4) on some days, by level and department."""
        return answer(await over.get(day))

    @router.get("/supervision/urges")
    async def urges(limit: Annotated[int, Query(ge=1, le=200)] = 20) -> Response:
        """The most overdue cases, and those that were urged and have not replied, late replies first."""
        try:
            return answer(await urgings.overview(limit))
        except CONNECTION_ERRORS:
            raise no_redis() from None

    @router.get("/supervision/steps")
    async def steps() -> Response:
        """The share of its limit that each step of each category used: p50 and p90 of the newest closed cases."""
        return answer(await shares.get())

    @router.post("/supervision/urge", status_code=202)
    async def urge(request: Request) -> Response:
        """Urges one `case`, or all open cases of a filter (as in `/cases`, at most 500); a reply is due in a day."""
        actor = actor_who_may(request, "urging")
        given = await given_texts(request)
        with refusals():
            return answer(await urgings.urge(actor, given), 202)

    return router
