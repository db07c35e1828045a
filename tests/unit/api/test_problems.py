"""Each kind of error has one answer, and all of them the same form."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from dashboard.api.problems import Problem, add_problems
from dashboard.errors import (
    ArchiveUnavailable,
    GridwallError,
    Impossible,
    InvalidReport,
    NotAllowed,
    OtherShards,
    Overtaken,
    RedisUnavailable,
    TooManyRows,
    Unknown,
)
from dashboard.feeds.intake import RefusedBatch

ERRORS = [
    (Problem(415, "odd", "why", "body"), 415, "odd", "body"),
    (InvalidReport("data.age", "not JSON by its text only"), 422, "invalid", "data.age"),
    (InvalidReport("", "whatever it says", "not-json"), 400, "not-json", None),
    (InvalidReport("cursor", "nested in words", "malformed"), 400, "malformed", "cursor"),
    (RefusedBatch("3", "x", "not-json"), 400, "not-json", "3"),
    (Unknown("area", "x", "code", "no such area"), 404, "unknown-area", "code"),
    (Unknown("case", "C-1"), 404, "unknown-case", "id"),
    (NotAllowed("loopback-only", "not you"), 403, "loopback-only", None),
    (Overtaken("too late"), 409, "overtaken", "version"),
    (Impossible("not now"), 409, "impossible", "action"),
    (TooManyRows(7), 413, "too-many-rows", None),
    (RedisUnavailable("redis://x", "down"), 503, "no-redis", None),
    (OtherShards(2, 1, {"reports": 4000}), 503, "other-shards", None),
    (ArchiveUnavailable("/x", "gone"), 503, "no-archive", None),
]


@pytest.mark.parametrize(("error", "status", "name", "field"), ERRORS, ids=lambda value: type(value).__name__)
async def test_an_error_is_answered_by_its_kind(error: Exception, status: int, name: str, field: str | None) -> None:
    answer = await asked(error)
    body = answer.json()
    assert (answer.status_code, body["error"], body["field"]) == (status, name, field)
    assert body["reason"]


async def test_no_answer_tells_where_redis_is() -> None:
    answer = await asked(RedisUnavailable("redis://…@10.0.0.7", "refused at 10.0.0.7"))
    assert "10.0.0.7" not in answer.text


async def test_an_error_that_nobody_expects_is_no_problem_but_a_fault() -> None:
    with pytest.raises(GridwallError, match="new kind"):
        await asked(GridwallError("new kind"))


async def test_parameters_and_methods_are_told_in_the_same_form() -> None:
    app = made(Problem(400, "x", "x"))

    @app.get("/number")
    async def number(n: int) -> int:
        return n

    async with client(app) as http:
        unfit = (await http.get("/number?n=x")).json()
        method = await http.post("/number")
    assert (unfit["error"], unfit["field"]) == ("invalid", "n")
    assert (method.status_code, method.json()["error"]) == (405, "method-not-allowed")


def made(error: Exception) -> FastAPI:
    app = FastAPI()
    add_problems(app)

    @app.get("/")
    async def raises() -> None:
        raise error

    return app


def client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x")


async def asked(error: Exception) -> httpx.Response:
    async with client(made(error)) as http:
        return await http.get("/")
