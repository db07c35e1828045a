"""Rude clients of WebSockets: too many frames, none read, and what is no frame."""

from __future__ import annotations

import asyncio
from socket import SO_RCVBUF, SO_SNDBUF, SOL_SOCKET

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from dashboard.run import sockets as module
from tests.support.serving import Served, settled


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
