"""Rude clients on real sockets: slow ones, greedy ones, odd ones, and those that never read."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest

from dashboard.run import connections as module
from dashboard.run.connections import HttpConnection
from tests.support.serving import Served, client, settled


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
    """Returns the status of an answer and its body."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    return int(head.split()[1]), json.loads(await reader.readexactly(length))


async def refused(served: Served, *pieces: bytes, late_s: float = 0.0) -> tuple[int, dict[str, Any]]:
    """Returns how a client is answered that sends some pieces and then nothing; it has to be let go afterwards."""
    async with client(served) as (reader, writer):
        for piece in pieces:
            writer.write(piece)
        await settled()
        if late_s:
            served.late(late_s)
        found = await answer(reader)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert set(found[1]) == {"error", "field", "reason"}
    return found


HEAD = b"POST / HTTP/1.1\r\nhost: a\r\n"


@pytest.mark.parametrize(
    ("pieces", "late_s", "status"),
    [
        ([b"GET / HT"], 11, 408),
        ([b"GET / HTTP/1.1\r\nhost: a\r\nx: y"], 11, 408),
        ([HEAD + b"content-length: 10\r\n\r\nabc"], 31, 408),
        ([HEAD + b"transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"], 31, 408),
        ([b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nhost: a\r\n\r\n"], 0, 414),
        ([b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"y" * 40_000], 0, 431),
        ([b"GET / HTTP/1.1\r\nhost: a\r\n" + b"x: y\r\n" * 8000], 0, 431),
        ([b"not http at all\r\n\r\n"], 0, 400),
        ([b"GET / HTTP/1.1\r\n\r\n"], 0, 400),
        ([b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"], 0, 400),
        ([b"CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n"], 0, 400),
        ([HEAD + b"transfer-encoding: chunked\r\n\r\n" + b"1;" + b"e" * 80_000 + b"\r\na\r\n"], 0, 400),
        ([HEAD + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nt: " + b"e" * 80_000], 0, 400),
    ],
)
async def test_what_is_late_too_long_or_no_request_is_told_so(
    served: Served, pieces: list[bytes], late_s: float, status: int
) -> None:
    assert (await refused(served, *pieces, late_s=late_s))[0] == status
    async with client(served) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        assert await answer(reader) == (200, 0)


async def test_who_is_in_time_is_served(served: Served) -> None:
    async with client(served) as (reader, writer):
        for piece in (b"POST /", b" HTTP/1.1\r\nhost: a\r\nconten", b"t-length: 6\r\n\r\nab", b"cdef"):
            writer.write(piece)
            await settled()
            served.late(9)
        assert await answer(reader) == (200, 6)
        writer.write(HEAD + b"transfer-encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 30_000 + b"0\r\n\r\n")
        assert await answer(reader) == (200, 30_000)
        writer.write(HEAD + b"content-length: 1000000\r\n\r\n" + b"b" * 1_000_000)
        assert await answer(reader) == (200, 1_000_000)


async def test_an_idle_connection_and_one_that_sends_only_empty_lines_are_closed(served: Served) -> None:
    async with client(served) as (idle, _), client(served) as (empty, writer):
        await settled()
        writer.write(b"\r\n")
        await settled()
        served.late(11)
        assert await asyncio.wait_for(idle.read(), 5) == b""
        served.late(0)
        await asyncio.wait_for(empty.read(), 5)


async def test_of_pipelined_requests_few_are_taken_ahead_and_all_are_answered_in_order(served: Served) -> None:
    async with client(served) as (reader, writer):
        writer.write(b"GET /wait HTTP/1.1\r\nhost: a\r\n\r\n")
        for number in range(300):
            writer.write(HEAD + b"content-length: %d\r\n\r\n" % number + b"z" * number)
        await settled()
        [connection] = served.state.connections
        ahead = module._PIECE_BYTES // 20
        assert served.begun == 1
        assert len(connection.pipeline) <= module.MOST_AHEAD + ahead
        assert len(connection._unparsed) < 400_000, "it is not read on while nothing is answered"
        served.gate.set()
        assert [(await answer(reader))[1] for _ in range(301)] == [0, *range(300)]


async def test_what_nobody_reads_is_not_made_and_after_a_while_the_client_is_dropped(served: Served) -> None:
    async with client(served) as (_, writer):
        writer.write(b"GET /big HTTP/1.1\r\nhost: a\r\n\r\n" * 200)
        await settled()
        assert served.begun <= 3
        served.late(0)
        served.late(29)
        assert served.state.connections
        served.late(31)
        await settled()
        assert not served.state.connections


async def test_a_full_server_says_so_and_keeps_what_it_needs(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpConnection, "most", 3)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(client(served))
        await settled()
        status, body = await refused(served, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        assert (status, body["error"]) == (503, "too-many-connections")
        socket = b"GET /live HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
        socket += b"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        assert (await refused(served, socket))[0] == 503
        for _ in range(30):
            await stack.enter_async_context(client(served))
        await settled()
        assert len(served.state.connections) < 15, "beyond that not even a word is left"


async def test_the_request_that_is_answered_hears_that_its_client_left(served: Served) -> None:
    """Also when others of the same client wait behind it."""
    async with client(served) as (_, writer):
        writer.write(b"GET /wait HTTP/1.1\r\nhost: a\r\n\r\n" * 3)
        await settled()
        [connection] = served.state.connections
    await settled()
    assert connection._served.disconnected
    served.gate.set()
    await asyncio.gather(*served.state.tasks)
    assert served.begun == 1, "what waited behind it is not begun"
