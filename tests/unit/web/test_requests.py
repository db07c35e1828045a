"""What is taken of a request: a whole body of some size, from a client that is still there."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, PlainTextResponse

from dashboard.web import requests as module
from dashboard.web.requests import Refused, WholeRequests, add_refusals, unknown

MOST = 2000


@pytest.fixture
def app() -> WholeRequests:
    """An application with a route of each kind."""
    server = FastAPI()
    add_refusals(server)

    @server.post("/length")
    async def length(request: Request) -> JSONResponse:
        return JSONResponse(len(await request.body()))

    router = APIRouter()

    @router.get("/length")
    async def words() -> PlainTextResponse:
        return PlainTextResponse("words")

    @server.get("/bug")
    async def bug() -> None:
        raise KeyError("secret")

    @server.post("/only-post")
    async def only_post() -> None:
        raise Refused(422, "invalid", "odd", "data")

    server.include_router(router)
    server.add_api_route("/{rest:path}", unknown, methods=["GET"])
    return WholeRequests(server, MOST)


@pytest.fixture
async def client(app: WholeRequests) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
        yield client


async def pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 100


async def test_a_body_arrives_whole(client: httpx.AsyncClient) -> None:
    assert (await client.post("/length", content=b"x" * MOST)).json() == MOST
    assert (await client.post("/length", content=pieces(20))).json() == MOST
    assert (await client.post("/length")).json() == 0


async def test_a_body_that_is_too_large_is_refused_declared_or_not(client: httpx.AsyncClient) -> None:
    for content in (b"x" * (MOST + 1), pieces(21)):
        answer = await client.post("/length", content=content)
        assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (413, "too-large", "body")


async def test_bodies_on_their_way_are_bounded_together(
    client: httpx.AsyncClient, app: WholeRequests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_AT_ONCE_BYTES", 1000)
    assert (await client.post("/length", content=b"x" * 1001)).status_code == 503
    assert (await client.post("/length", content=b"x" * 900)).json() == 900
    assert app._held_bytes == 0


async def test_a_coded_body_is_refused_with_what_is_taken(client: httpx.AsyncClient) -> None:
    answer = await client.post("/length", content=b"x", headers={"content-encoding": "br"})
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "gzip, identity")
    assert (await client.post("/length", content=b"x", headers={"content-encoding": "identity"})).status_code == 200


async def test_a_gzipped_body_is_held_and_limited_by_what_it_becomes(
    client: httpx.AsyncClient, app: WholeRequests
) -> None:
    coded = {"content-encoding": "gzip"}
    assert (await client.post("/length", content=gzip.compress(b"x" * MOST), headers=coded)).json() == MOST
    answer = await client.post("/length", content=gzip.compress(b"x" * (MOST + 1)), headers=coded)
    assert (answer.status_code, answer.json()["field"]) == (413, "body")
    answer = await client.post("/length", content=b"x", headers=coded)
    assert (answer.status_code, answer.json()["field"]) == (400, "content-encoding")
    assert app._held_bytes == 0


async def test_a_client_that_leaves_in_the_middle_of_a_body_writes_nothing(
    app: WholeRequests, caplog: pytest.LogCaptureFixture
) -> None:
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": b"x" * 100, "more_body": True}]

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        raise AssertionError("nobody is there")

    headers = [(b"content-length", b"500")]
    scope = {"type": "http", "method": "POST", "path": "/length", "headers": headers, "query_string": b""}
    with caplog.at_level(logging.DEBUG):
        await app(scope, receive, send)
    assert (caplog.text, app._held_bytes) == ("", 0)


async def test_a_fault_is_answered_in_the_usual_form_and_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/bug")
    assert (answer.status_code, answer.json()["error"]) == (500, "fault")
    assert "secret" not in answer.text
    for _ in range(20):
        await client.get("/bug")
    assert [line.getMessage() for line in caplog.records if line.exc_info] == ["GET '/bug' could not be answered"]


async def test_head_is_get_without_its_body(client: httpx.AsyncClient) -> None:
    get, head = await client.get("/length"), await client.head("/length")
    assert (head.status_code, dict(head.headers)) == (200, dict(get.headers))
    assert (await client.head("/nothing")).status_code == 404


async def test_a_method_that_an_address_has_not_is_told_with_all_that_it_has(client: httpx.AsyncClient) -> None:
    for method, address, allowed in (
        ("DELETE", "/length", "GET, HEAD, POST"),
        ("OPTIONS", "/length", "GET, HEAD, POST"),
        ("GET", "/only-post", "POST"),
        ("HEAD", "/only-post", "POST"),
        ("PUT", "/nothing", "GET, HEAD"),
    ):
        answer = await client.request(method, address)
        assert (answer.status_code, answer.headers.get("allow")) == (405, allowed), (method, address)
    missing = await client.get("/nothing")
    assert (missing.status_code, missing.headers["cache-control"]) == (404, "no-store")
    assert set(missing.json()) == {"error", "field", "reason"}


async def test_a_refusal_of_a_route_is_an_answer(client: httpx.AsyncClient) -> None:
    answer = await client.post("/only-post")
    assert (answer.status_code, answer.json()) == (422, {"error": "invalid", "field": "data", "reason": "odd"})
    await asyncio.sleep(0)
