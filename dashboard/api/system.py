"""HTTP of the system itself: health, readiness and metrics, and the dead letters under /api/v1."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from dashboard.api.metrics import MEDIA_TYPE, exposition
from dashboard.api.problems import Limit, answer
from dashboard.desk.desk import Desk


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
        }
        return answer(body, 200 if condition.ready else 503)

    @router.get("/metrics", tags=["health"])
    async def metrics() -> Response:
        """Prometheus text."""
        return Response(exposition(system.condition()), media_type=MEDIA_TYPE)

    @router.get("/api/v1/dead-letters", tags=["system"])
    async def dead_letters(limit: Limit = 50) -> Response:
        """The newest dead letters, newest first."""
        newest, total = await system.dead_letters(limit)
        return answer({"dead_letters": newest, "total": total})

    return router
