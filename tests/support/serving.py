"""A small server on our own protocols, inside of a test, whose clock a test can move on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from dashboard.run.connections import HttpConnection, look_at
from dashboard.run.sockets import SocketConnection

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


@contextlib.asynccontextmanager
async def small_server() -> AsyncIterator[Served]:
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
