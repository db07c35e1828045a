"""Rude clients on real sockets: slow ones, greedy ones, odd ones, and those that never read."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from socket import SO_RCVBUF, SO_SNDBUF, SOL_SOCKET
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from dashboard.run import connections as module
from dashboard.run.connections import Drain, HttpConnection, SocketConnection, look_at

BIG = b"x" * 4_000_000


@dataclass
class Served:
    """A server of a small application.

    Attributes:
        begun: how many requests the application has been given.
    """

    port: int = 0
    state: ServerState = field(default_factory=ServerState)
    begun: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers with the length of the body; `/big` with much, `/wait` when the gate opens; echoes sockets."""
        self.begun += 1
        if scope["type"] == "websocket":
            await self._echo(receive, send)
            return
        length = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            length += len(message["body"])
            if not message["more_body"]:
                break
        if scope["path"] == "/wait":
            await self.gate.wait()
        body = BIG if scope["path"] == "/big" else str(length).encode()
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _echo(self, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            if message["text"] == "end":
                await send({"type": "websocket.close", "code": 4000, "reason": "as you wish"})
                return
            await send({"type": "websocket.send", "text": message["text"]})

    def late(self, seconds: float) -> None:
        """Looks at all connections as if so much time had passed."""
        look_at(self.state.connections, time.monotonic() + seconds)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """The server, without a process of its own."""
    served = Served()
    config = uvicorn.Config(
        served.app,
        http=HttpConnection,
        ws=SocketConnection,
        log_config=None,
        ws_per_message_deflate=False,
        interface="asgi3",
    )
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HttpConnection(config, served.state, {}), "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    yield served
    served.gate.set()
    server.close()
    for connection in list(served.state.connections):
        connection.transport.abort()
    await asyncio.gather(*served.state.tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def client(served: Served) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    yield reader, writer
    writer.close()


async def settled() -> None:
    """Lets what is on its way on this machine arrive."""
    for _ in range(20):
        await asyncio.sleep(0.002)


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


async def test_who_reads_slowly_is_not_dropped() -> None:
    drain, now = Drain(), 1000.0
    for waiting in range(1_000_000, 0, -10_000):
        assert not drain.stuck(waiting, now)
        now += 20
    for _ in range(5):  # always full again, since it is taken as fast as it is made
        assert not drain.stuck(80_000, now)
        drain.taken()
        now += 20
    assert not drain.stuck(80_000, now)
    assert drain.stuck(79_000, now + 31), "a byte now and then is not reading"


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


async def test_a_socket_echoes_what_came_along_with_its_request(served: Served) -> None:
    async with connect(f"ws://127.0.0.1:{served.port}/", proxy=None) as socket:
        for text in ("a", "b" * 60_000):
            await socket.send(text)
            assert await socket.recv() == text
        await socket.send("end")
        with pytest.raises(ConnectionClosed, match="as you wish"):
            await asyncio.wait_for(socket.recv(), 5)


async def test_a_flood_of_pings_ends_a_socket_with_a_reason(served: Served) -> None:
    async with connect(f"ws://127.0.0.1:{served.port}/", proxy=None) as socket:
        socket.transport.write(b"\x89\x80\0\0\0\0" * 3000)
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), 5)
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "too many messages")


async def test_a_socket_that_does_not_read_is_not_read_and_dropped(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRAMES_AT_ONCE", 1e9)
    async with connect(f"ws://127.0.0.1:{served.port}/", proxy=None, ping_interval=None) as socket:
        [connection] = served.state.connections
        connection._allowance = 1e9
        for end in (socket.transport, connection.transport):
            end.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_SNDBUF, 4096)
        socket.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_RCVBUF, 4096)
        socket.transport.pause_reading()
        for _ in range(60):
            socket.transport.write((b"\x89\xfd\0\0\0\0" + b"p" * 125) * 200)  # 1.5 MB in all
            await asyncio.sleep(0.001)
        await settled()
        held = connection.transport.get_write_buffer_size()
        assert 0 < held < 150_000, "pings are answered into memory"
        assert len(connection._unparsed) < 300_000, "it is read on"
        served.late(0)
        served.late(31)
        await settled()
        assert not served.state.connections
        socket.transport.abort()


@pytest.mark.parametrize("rest", [b"\xff" * 200, b"\x81\x05hello", b"\x81\x82\0\0\0\0\xff\xfe", b"\xc1\x80\0\0\0\0"])
async def test_odd_bytes_on_a_socket_end_it_quietly(
    served: Served, rest: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with connect(f"ws://127.0.0.1:{served.port}/", proxy=None) as socket:
        socket.transport.write(rest)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 5)
    await settled()
    assert not served.state.connections
    assert "Fatal error" not in caplog.text
