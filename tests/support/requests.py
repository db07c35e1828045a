"""Requests of residents for tests: asked for, met, and a mix of all kinds."""

from __future__ import annotations

from typing import Any

from tests.support.making import DAY, GRIDS, NOON, event

HOUR = 3600.0


def asked(request: str, at: float, service: str = "proof-of-residence", grid: str = GRIDS[0], **more: Any) -> bytes:
    return event("service.requested", {"request": request, "service": service, **more}, at=at, grid=grid)


def met(request: str, at: float, service: str = "proof-of-residence", grid: str = GRIDS[0], **more: Any) -> bytes:
    return event("service.completed", {"request": request, "service": service, **more}, at=at, grid=grid)


def mixed() -> list[bytes]:
    return [
        asked("S-1", NOON - 9 * DAY),
        met("S-1", NOON - 8.9 * DAY, score=5, off_hours=True),
        asked("S-2", NOON - 8 * DAY),
        met("S-2", NOON - 2 * DAY, score=2),
        asked("S-3", NOON - 5 * DAY, "senior-card", GRIDS[3]),
        asked("S-4", NOON - HOUR, "housing-subsidy", GRIDS[1]),
        asked("S-5", NOON - 2 * HOUR, "unheard-of"),
        met("S-6", NOON - 3 * HOUR, "birth-permit", score=3),
    ]
