"""A small proxy of our own, before a server of a test, that does one thing wrong as people's proxies do."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field
from urllib.parse import unquote

_HOP = (b"connection", b"keep-alive", b"proxy-connection")
_MOST_HEAD_BYTES = 65_536
_NOT_OURS = b"HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\nconnection: close\r\n\r\nnot ours\n"

Head = tuple[bytes, str, list[tuple[bytes, bytes]]]


@dataclass
class Proxy:
    """Passes on what is asked of it to a port of this machine, one request for each connection.

    Attributes:
        upstream: port of the server.
        prefix: only what stands below it is passed on; all else is answered 404.
        keeps_prefix: whether the server gets to see the prefix.
        upgrades: whether sockets are passed on as such; else as plain requests, as nginx does unless told otherwise.
        host: what the server is told instead of the host that was asked for.
        holds: whether what the server sends on a socket is held back.
        lasts_s: for how long a connection may be open; then it is dropped without a word.
        idle_s: for how long a connection may bring nothing from the server before it is dropped.
        strays: paths that were asked for outside of the prefix.
        sockets: how many sockets were asked for.
    """

    upstream: int
    prefix: str = ""
    keeps_prefix: bool = True
    upgrades: bool = True
    host: str | None = None
    holds: bool = False
    lasts_s: float | None = None
    idle_s: float | None = None
    strays: list[str] = field(default_factory=list)
    sockets: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        """Where a browser goes; without a slash at the end."""
        return f"http://127.0.0.1:{self.port}{self.prefix}"

    def __enter__(self) -> Proxy:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_MOST_HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError, TimeoutError):
            method, target, headers = _parsed(await reader.readuntil(b"\r\n\r\n"))
            inside = self._inside(target)
            if inside is None:
                self.strays.append(target)
                writer.write(_NOT_OURS)
            else:
                await self._pass_on(_Client(reader, writer), (method, inside, headers))
        with contextlib.suppress(OSError):
            writer.close()

    def _inside(self, target: str) -> str | None:
        """Returns what the server is asked for, None for what is not passed on."""
        if not (unquote(target) + "/").startswith(self.prefix + "/"):
            return None
        return target if self.keeps_prefix else target[len(self.prefix) :] or "/"

    async def _pass_on(self, client: _Client, head: Head) -> None:
        method, target, headers = head
        is_socket = any(name == b"upgrade" for name, _ in headers)
        self.sockets += is_socket
        try:
            server, out = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError:
            client.writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            return
        as_socket = is_socket and self.upgrades
        out.write(_written(method, target, self._headers(headers, as_socket)))
        tasks = [asyncio.create_task(_pump(client.reader, out))]
        tasks.append(asyncio.create_task(self._answer(server, client.writer, held=as_socket and self.holds)))
        try:
            await asyncio.wait(tasks, timeout=self.lasts_s if as_socket else None, return_when=asyncio.FIRST_COMPLETED)
            if tasks[0].done() and not as_socket:
                await tasks[1]
        finally:
            for task in tasks:
                task.cancel()
            out.close()

    def _headers(self, headers: list[tuple[bytes, bytes]], as_socket: bool) -> list[tuple[bytes, bytes]]:
        kept = [(name, value) for name, value in headers if name not in (*_HOP, b"upgrade")]
        if self.host is not None:
            kept = [(name, self.host.encode() if name == b"host" else value) for name, value in kept]
        if as_socket:
            return [*kept, (b"upgrade", b"websocket"), (b"connection", b"upgrade")]
        return [*kept, (b"connection", b"close")]

    async def _answer(self, server: asyncio.StreamReader, writer: asyncio.StreamWriter, *, held: bool) -> None:
        if held:  # the answer to the handshake goes through, and nothing after it
            writer.write(await server.readuntil(b"\r\n\r\n"))
            while await server.read(65_536):
                pass
            return
        await _pump(server, writer, self.idle_s)


@dataclass
class _Client:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, idle_s: float | None = None) -> None:
    while True:
        async with asyncio.timeout(idle_s):
            piece = await reader.read(65_536)
        if not piece:
            return
        writer.write(piece)
        await writer.drain()


def _parsed(head: bytes) -> Head:
    first, *lines = head.rstrip(b"\r\n").split(b"\r\n")
    method, target, _ = first.split(b" ", 2)
    pairs = [line.split(b":", 1) for line in lines]
    return method, target.decode("latin-1"), [(name.strip().lower(), value.strip()) for name, value in pairs]


def _written(method: bytes, target: str, headers: list[tuple[bytes, bytes]]) -> bytes:
    lines = [b"%s %s HTTP/1.1" % (method, target.encode("latin-1")), *(b"%s: %s" % header for header in headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n"
