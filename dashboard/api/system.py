"""HTTP of the system itself: health, readiness and metrics, and the dead letters under /api/v1."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from dashboard.api.metrics import MEDIA_TYPE, exposition
from dashboard.api.problems import Limit, answer
from dashboard.desk.desk import Desk
from dashboard.desk.system import Condition, System
from dashboard.desk.values import values_of, worst
from dashboard.errors import RedisRefuses, RedisUnavailable
from dashboard.feeds.deadletters import Wanted

Text = Annotated[str | None, Query(max_length=1024)]
Place = Annotated[str | None, Query(pattern=r"^\d{1,20}-\d{1,20}$")]


def routes(desk: Desk) -> APIRouter:
    """Returns the routes."""
    router, system = APIRouter(), desk.system

    @router.get("/healthz", tags=["health"])
    async def healthz() -> Response:
        """200 while the process lives."""
        return answer({"alive": True, "version": system.version})

    @router.get("/readyz", tags=["health"])
    async def readyz() -> Response:
        """200 when the state has caught up with the log and reports can be stored, else 503 with the reason."""
        condition = system.condition()
        log = condition.log
        body = {
            "ready": condition.ready,
            "reason": condition.reason,
            "behind": log.behind,
            "writable": log.unwritable is None,
            "clock_skew_s": round(log.skew_s, 3),
            "eviction_policy": log.policy,
            "notices": log.notices,
            "faults": log.faults,
            "keeper": condition.keeper.status,
            "loops": condition.loops,
            "refused_sockets": condition.screens.refused,
        }
        return answer(body, 200 if condition.ready else 503)

    @router.get("/metrics", tags=["health"])
    async def metrics() -> Response:
        """Prometheus text."""
        return Response(exposition(system.condition()), media_type=MEDIA_TYPE)

    @router.get("/api/v1/dead-letters", tags=["system"])
    async def dead_letters(
        limit: Limit = 50, reason: Text = None, source: Text = None, cursor: Place = None
    ) -> Response:
        """The newest dead letters of a reason and a source, newest first; `next` is the cursor of those before."""
        found, total = await system.dead_letters(limit, Wanted(reason, source, cursor))
        return answer({"dead_letters": found.letters, "total": total, "next": found.next})

    @router.get("/api/v1/system", tags=["system"])
    async def whole() -> Response:
        """The condition of this server: each value with its limit and its state, streams, loops, dead letters."""
        return answer(_shown(system.condition()) | {"dead_letters": await _letters(system)})

    return router


def _shown(condition: Condition) -> dict[str, Any]:
    values = values_of(condition)
    return {
        "version": condition.version,
        "ready": condition.ready,
        "state": worst(values, len(condition.loops)),
        "values": values,
        "shards": condition.log.shards,
        "loops": condition.loops,
        "walls": condition.screens.walls,
    }


async def _letters(system: System) -> dict[str, Any] | None:
    """Returns how many dead letters there are of which kind, None while Redis does not give them."""
    try:
        alike, looked_at = await system.dead_letters_alike()
    except (RedisUnavailable, RedisRefuses):
        return None
    return {"looked_at": looked_at, "alike": alike}
