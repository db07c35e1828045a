"""Answers as they reach the browser: as RFC 9110 says, kept where a handler says so, compressed off the loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard.web import answers as module
from dashboard.web.answers import FOREVER, Answers, warmed

TEXT = "text/plain"
LARGE = b"".join(b"%d,some words that repeat\n" % number for number in range(200_000))


class Asked:
    """An application that counts how often it is asked."""

    def __init__(self, folder: Any) -> None:
        self.count = 0
        file = folder / "file.txt"
        file.write_bytes(b"0123456789" * 200)
        routes = {
            "/named/{name}": lambda r: Response(r.path_params["name"] * 1000, 200, {"cache-control": FOREVER}, TEXT),
            "/small": lambda _: JSONResponse({"a": 1}),
            "/json": lambda _: JSONResponse({"a": "b" * 5000}),
            "/picture": lambda _: Response(b"p" * 5000, media_type="image/png"),
            "/coded": lambda _: Response(b"c" * 5000, 200, {"content-encoding": "zstd"}, TEXT),
            "/nothing": lambda _: Response(status_code=204),
            "/missing/{name}": lambda _: Response("no" * 1000, 404, {"cache-control": FOREVER}, TEXT),
            "/file": lambda _: FileResponse(file),
            "/large": lambda _: Response(LARGE, media_type="text/csv"),
            "/stream": lambda _: StreamingResponse(self._pieces(), media_type="text/csv"),
        }
        self.app = Starlette(routes=[Route(path, self._counted(made)) for path, made in routes.items()])

    def _counted(self, made: Any) -> Any:
        async def endpoint(request: Any) -> Response:
            self.count += 1
            response: Response = made(request)
            return response

        return endpoint

    @staticmethod
    def _pieces() -> Iterator[bytes]:
        yield from (LARGE[start : start + 10_000] for start in range(0, len(LARGE), 10_000))


@pytest.fixture
def asked(tmp_path: Any) -> Asked:
    return Asked(tmp_path)


@pytest.fixture
async def client(asked: Asked) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Answers(asked.app, "default-src 'self'"))
    async with httpx.AsyncClient(transport=transport, base_url="http://a", headers={"accept-encoding": ""}) as client:
        yield client


async def get(client: httpx.AsyncClient, path: str, accepted: str = "br", **headers: str) -> httpx.Response:
    return await client.get(
        path, headers={"accept-encoding": accepted, **{k.replace("_", "-"): v for k, v in headers.items()}}
    )


async def test_named_files_are_compressed_once_and_kept_by_browsers(client: httpx.AsyncClient, asked: Asked) -> None:
    first, second = await get(client, "/named/x"), await get(client, "/named/x")
    assert asked.count == 1
    assert first.text == second.text == "x" * 1000
    assert first.headers == second.headers
    assert first.headers["cache-control"] == FOREVER


@pytest.mark.parametrize("path", ["/json", "/json?x=.v1m1", "/json?v=/bundle/a.0123456789ab.js", "/missing/a.v1m1.js"])
async def test_nothing_is_kept_for_what_its_address_looks_like(
    client: httpx.AsyncClient, asked: Asked, path: str
) -> None:
    for expected in (1, 2):
        answer = await get(client, path)
        assert asked.count == expected
        if answer.status_code == 200:
            assert answer.headers["cache-control"] == "no-cache"


async def test_a_query_makes_no_copies_of_a_named_file(client: httpx.AsyncClient, asked: Asked) -> None:
    for number in range(3):
        assert (await get(client, f"/named/x?{number}")).text == "x" * 1000
    assert asked.count == 3


async def test_what_is_kept_is_bounded_in_bytes(
    client: httpx.AsyncClient, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_BYTES", 5000)
    for name in "abcdefghijklmnop":
        await get(client, f"/named/{name}", "identity")
    owner = client._transport.app  # type: ignore[attr-defined]
    assert sum(len(body) for _, body in owner._kept.values()) == owner._kept_bytes <= 5000
    await get(client, "/named/p", "identity")
    assert asked.count == 16, "the newest is still there"
    await get(client, "/named/a", "identity")
    assert asked.count == 17, "the oldest is not"


@pytest.mark.parametrize(("accepted", "coding"), [("br", "br"), ("gzip;q=1, br;q=0", "gzip"), ("identity", None)])
@pytest.mark.parametrize("path", ["/json", "/named/n", "/large", "/stream"])
async def test_the_coding_is_the_wished_one_and_caches_know(
    client: httpx.AsyncClient, path: str, accepted: str, coding: str | None
) -> None:
    answer = await get(client, path, accepted)
    assert (answer.status_code, answer.headers.get("content-encoding")) == (200, coding)
    assert answer.headers["vary"] == "accept-encoding"
    assert len(answer.content) in (1000, 5008, len(LARGE))


async def test_a_client_that_takes_only_a_coding_gets_it_everywhere_and_one_that_takes_none_406(
    client: httpx.AsyncClient,
) -> None:
    for path in ("/small", "/picture", "/named/q"):
        assert (await get(client, path, "identity;q=0, gzip")).headers["content-encoding"] == "gzip"
    refused = await get(client, "/json", "identity;q=0")
    assert (refused.status_code, refused.json()["field"]) == (406, "accept-encoding")


async def test_what_is_small_coded_already_or_no_text_is_left_as_it_is(client: httpx.AsyncClient) -> None:
    for path, coding in (("/small", None), ("/picture", None)):
        assert (await get(client, path)).headers.get("content-encoding") == coding
    async with client.stream("GET", "/coded", headers={"accept-encoding": "br"}) as answer:
        assert answer.headers["content-encoding"] == "zstd"
        assert b"".join([piece async for piece in answer.aiter_raw()]) == b"c" * 5000


async def test_validators_are_strong_for_each_coding_and_answered_304(client: httpx.AsyncClient, asked: Asked) -> None:
    tags = {
        accepted: (await get(client, "/named/x", accepted)).headers["etag"] for accepted in ("br", "gzip", "identity")
    }
    assert len(set(tags.values())) == 3
    for known in (tags["br"], "W/" + tags["br"], f'"other", {tags["br"]}', "*"):
        answer = await get(client, "/named/x", "br", if_none_match=known)
        assert (answer.status_code, answer.content) == (304, b"")
        assert (answer.headers["etag"], answer.headers["cache-control"]) == (tags["br"], FOREVER)
        assert not {"content-length", "content-type", "content-encoding"} & set(answer.headers)
    assert (await get(client, "/named/x", "br", if_none_match=tags["gzip"])).status_code == 200
    new = await get(client, "/named/y", "br", if_none_match="*")
    assert new.status_code == 304, "also before it was kept"


async def test_ranges_are_parts_of_the_body_as_it_is(client: httpx.AsyncClient) -> None:
    whole = await get(client, "/file", "br")
    assert whole.headers["content-encoding"] == "br"
    assert whole.headers["etag"].startswith('W/"'), "a coded body is not byte for byte the file"
    assert "accept-ranges" not in whole.headers
    part = await get(client, "/file", "br", range="bytes=3-6")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"3456", "bytes 3-6/2000")
    assert "content-encoding" not in part.headers
    beyond = await get(client, "/file", "br", range="bytes=9000-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */2000")
    changed = await get(client, "/file", "br", range="bytes=3-6", if_range=whole.headers["etag"])
    assert changed.status_code == 200, "a weak validator selects no part"


async def test_an_answer_without_a_body_has_no_length(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/nothing")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers


async def test_each_answer_has_its_length_or_is_sent_in_pieces(client: httpx.AsyncClient) -> None:
    for path in ("/small", "/json", "/picture", "/named/l", "/large"):
        answer = await get(client, path, "identity")
        assert int(answer.headers["content-length"]) == len(answer.content), path


async def test_large_answers_are_compressed_off_the_loop(client: httpx.AsyncClient) -> None:
    """The loop comes round in between: what it takes at once is far less than the whole."""
    longest = await _longest_stop(client, "/large")
    started = time.perf_counter()
    module.compressed(LARGE, "br", 4)
    assert longest < (time.perf_counter() - started) * 0.7


async def _longest_stop(client: httpx.AsyncClient, path: str) -> float:
    """Returns for how long (s, CPU of this thread) the loop was held at most while an answer was made."""
    stops, done = [], asyncio.Event()

    async def watch() -> None:
        while not done.is_set():
            before = time.thread_time()
            await asyncio.sleep(0)
            stops.append(time.thread_time() - before)

    watching = asyncio.create_task(watch())
    async with client.stream("GET", path, headers={"accept-encoding": "br"}) as answer:
        async for _ in answer.aiter_raw():
            pass
    done.set()
    await watching
    return max(stops)


async def test_files_are_warmed_before_the_first_visitor(asked: Asked) -> None:
    answers = Answers(asked.app, "")
    async with warmed(answers, ["/named/a", "/named/b"]):
        for _ in range(500):
            if len(answers._kept) == 2:
                break
            await asyncio.sleep(0.01)
    assert sorted(answers._kept) == [("/named/a", "br"), ("/named/b", "br")]


async def test_every_answer_has_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/small", "/named/s", "/large", "/nowhere"):
        headers = (await get(client, path)).headers
        assert headers["content-security-policy"] == "default-src 'self'"
        assert headers["x-content-type-options"] == "nosniff"
