"""What cannot be answered is always `{error, field, reason}`, by the kind of the error and never by its words."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from dashboard.api.problems import Limit, Problem, add_problems, answer
from dashboard.errors import (
    ArchiveUnavailable,
    Impossible,
    InvalidReport,
    NotAllowed,
    Overtaken,
    RedisUnavailable,
    TooManyRows,
    Unknown,
)


async def _asked(error: Exception | None, query: str = "") -> httpx.Response:
    app = FastAPI()
    add_problems(app)

    @app.get("/x")
    async def raising(limit: Limit = 1) -> object:
        if error is not None:
            raise error
        return answer({"limit": limit})

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as http:
        return await http.get("/x" + query)


@pytest.mark.parametrize(
    ("error", "status", "name", "field"),
    [
        (
            Problem(415, "unsupported-media-type", "send JSON", "content-type"),
            415,
            "unsupported-media-type",
            "content-type",
        ),
        (InvalidReport("data.age", "is negative"), 422, "invalid", "data.age"),
        (InvalidReport("", "not JSON at all, it says", "not-json"), 400, "not-json", None),
        (InvalidReport("x", "not JSON"), 422, "invalid", "x"),  # its words decide nothing
        (Unknown("case", "C-1"), 404, "unknown-case", None),
        (NotAllowed("loopback-only", "not here"), 403, "loopback-only", None),
        (Overtaken("too late"), 409, "overtaken", "version"),
        (Impossible("not now"), 409, "impossible", "action"),
        (TooManyRows(5), 413, "too-many-rows", None),
        (RedisUnavailable("redis://h", "refused"), 503, "no-redis", None),
        (ArchiveUnavailable("/x", "gone"), 503, "no-archive", None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
async def test_each_kind_of_error_has_its_status(error: Exception, status: int, name: str, field: str | None) -> None:
    told = await _asked(error)
    assert (told.status_code, told.json()["error"]) == (status, name)
    assert told.json()["reason"]
    if field is not None:
        assert told.json()["field"] == field


async def test_parameters_and_paths_are_told_alike() -> None:
    for query in ("?limit=0", "?limit=many"):
        told = await _asked(None, query)
        assert (told.status_code, told.json()["error"], told.json()["field"]) == (422, "invalid", "limit")
    assert (await _asked(None)).json() == {"limit": 1}
