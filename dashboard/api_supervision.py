"""HTTP of electronic supervision under /api/v1: the overview, the slowest steps, and urging many cases at once."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api import Problem, answer, no_redis
from dashboard.api_desk import given_texts, is_loopback, same_origin
from dashboard.desk import Desk
from dashboard.domain import lifecycle, supervision
from dashboard.domain.actions import version_of
from dashboard.domain.casefilter import filter_of, matching
from dashboard.domain.views import Reading, instant
from dashboard.feeds.streams import CONNECTION_ERRORS
from dashboard.running import Running

MOST_AT_ONCE = 500
REPLY_WITHIN_S = 86_400.0
_SHARES_LAST_S = 60.0
_GUARD_S = 120


class StepShares:
    """The shares of steps, computed in a thread at most once a minute."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._made_at = -_SHARES_LAST_S
        self._made: list[dict[str, Any]] = []
        self._turn = asyncio.Lock()

    async def get(self) -> list[dict[str, Any]]:
        """Returns the shares by category and step."""
        async with self._turn:
            if time.monotonic() - self._made_at >= _SHARES_LAST_S:
                reading = self._desk.reading()
                closed = supervision.newest_closed(reading)
                self._made = await asyncio.to_thread(supervision.step_shares, reading.state.deadlines, closed)
                self._made_at = time.monotonic()
            return self._made


def supervision_routes(running: Running, desk: Desk) -> APIRouter:
    """Returns the routes."""
    router, shares = APIRouter(tags=["supervision"]), StepShares(desk)

    @router.get("/supervision")
    async def overview(request: Request) -> Response:
        """Open, overdue and soon overdue cases by level and department, and whether this client may urge."""
        return answer({**supervision.overview(desk.reading()), "allowed": is_loopback(request)})

    @router.get("/supervision/steps")
    async def steps() -> Response:
        """The share of its limit that each step of each category used: p50 and p90 of the newest closed cases."""
        return answer({"categories": await shares.get(), "sample": supervision.SAMPLE})

    @router.post("/supervision/urge", status_code=202)
    async def urge(request: Request) -> Response:
        """Urges all open cases that match a filter (as in `/cases`), at most 500, each with a reply due in a day."""
        if not is_loopback(request):
            raise Problem(403, "loopback-only", "urging is allowed on the server's own machine only")
        same_origin(request)
        given = await given_texts(request)
        try:
            return answer(await _urge(running, desk.reading(), given), 202)
        except CONNECTION_ERRORS:
            raise no_redis() from None

    return router


async def _urge(running: Running, reading: Reading, given: dict[str, Any]) -> dict[str, int]:
    """Appends one report per case; a case whose last step was to be urged is left in peace.

    Raises:
        InvalidReport: the filter makes no sense.
        redis.RedisError, OSError: Redis does not answer.
    """
    note = str(given.pop("note", ""))[:400]
    wanted = filter_of(reading.state.tree, reading, {**given, "state": "open"})
    found = matching(reading, wanted, "due_at", descending=False)[:MOST_AT_ONCE].tolist()
    raws, skipped = [], 0
    for index in found:
        case = reading.case_id(index)
        trace = lifecycle.unpack(reading.state.cases.traces[int(reading.cases.rows[index])])
        version = version_of(reading, case)
        if trace[-1].code == lifecycle.URGED or not await running.intake.claim(f"{case}/{version}", _GUARD_S):
            skipped += 1
            continue
        raws.append(_urged(reading, index, case, version, note))
    if raws:
        await running.intake.take(raws, True)
    return {"urged": len(raws), "skipped": skipped}


def _urged(reading: Reading, index: int, case: str, version: str, note: str) -> bytes:
    columns = reading.cases.columns
    at = max(reading.now_s, float(columns["last_at"][index]) + 0.001)
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": f"urge/{case}/{version}",
            "source": "/desk",
            "type": "case.urged",
            "subject": reading.state.tree.grids[int(columns["grid"][index])],
            "time": instant(at),
            "data": {"case": case, "by": note or "supervision", "reply_due": instant(at + REPLY_WITHIN_S)},
        }
    )
