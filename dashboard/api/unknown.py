"""Addresses under /api that nobody has: a 404 as all problems are told, and not a page."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from dashboard.api.problems import problem


def routes() -> APIRouter:
    """Returns the route of whatever is left."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/{rest:path}")
    async def unknown(rest: str) -> Response:
        return problem(404, "unknown-address", None, f"no /api/{rest[:80]}")

    return router
