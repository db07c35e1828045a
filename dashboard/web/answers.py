"""How files reach the browser: compressed once and remembered, cached for ever where the address says what it is.

A bare ASGI wrapper around the whole application; it also sets the security headers.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import re
from collections.abc import AsyncIterator, Iterable

import brotli
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg", "application/geo+json")
_AT_LEAST_BYTES = 600
_IN_A_THREAD_BYTES = 20_000  # what takes longer than a few milliseconds at the best quality
_HASHED = re.compile(r"^/geo/|^/bundle/|\.v[\w-]+m\d+")
_FOREVER = b"public, max-age=31536000, immutable"
_KEPT_FILES = 400

Headers = list[tuple[bytes, bytes]]


class StaticFilesOnce:
    """Compresses what browsers load, and remembers it for addresses that never change their content."""

    def __init__(self, app: ASGIApp, csp: str) -> None:
        self.app = app
        self._security: Headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"SAMEORIGIN"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"geolocation=(self), camera=(), microphone=()"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"content-security-policy", csp.encode()),
        ]
        self._kept: dict[tuple[str, str], tuple[Headers, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        address = scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
        encoding = _encoding(scope)
        hashed = scope["method"] == "GET" and bool(_HASHED.search(address))
        kept = self._kept.get((address, encoding)) if hashed else None
        if kept is not None:
            await send({"type": "http.response.start", "status": 200, "headers": kept[0]})
            await send({"type": "http.response.body", "body": kept[1]})
            return
        answer = _Answer(self, send, address if hashed else None, encoding)
        await self.app(scope, receive, answer.send)

    async def finish(self, headers: Headers, body: bytes, encoding: str, hashed: bool) -> tuple[Headers, bytes]:
        """Returns headers and body as they are sent: compressed where that pays, with security headers."""
        names = {name.lower(): value for name, value in headers}
        if b"content-type" not in names and body[:1] == b"{":  # Dash does not say what its callbacks answer
            headers, names[b"content-type"] = [*headers, (b"content-type", b"application/json")], b"application/json"
        kind = names.get(b"content-type", b"").decode()
        plain = b"content-encoding" not in names and kind.startswith(_COMPRESSIBLE)
        out = [(n, v) for n, v in headers if n.lower() not in (b"content-length", b"cache-control")]
        cache = _FOREVER if hashed else names.get(b"cache-control", b"no-cache")
        if plain and encoding and len(body) >= _AT_LEAST_BYTES:
            quality = 9 if hashed else 4
            if hashed and len(body) >= _IN_A_THREAD_BYTES:
                body = await asyncio.to_thread(_compress, body, encoding, quality)
            else:
                body = _compress(body, encoding, quality)
            out += [(b"content-encoding", encoding.encode()), (b"vary", b"accept-encoding")]
        out += [(b"content-length", str(len(body)).encode()), (b"cache-control", cache), *self._security]
        return out, body

    async def prepare(self, address: str) -> None:
        """Asks for a file as a browser does, so that it is kept."""
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": address,
            "raw_path": address.encode(), "query_string": b"", "root_path": "",
            "headers": [(b"accept-encoding", b"br")], "client": None, "server": None,
        }  # fmt: skip
        await self(scope, _nothing_to_receive, _nowhere)

    def keep(self, address: str, encoding: str, headers: Headers, body: bytes) -> None:
        """Remembers a file; there are only as many as the packages and assets have."""
        if len(self._kept) < _KEPT_FILES:
            self._kept[(address, encoding)] = (headers, body)


@contextlib.asynccontextmanager
async def warmed(files: StaticFilesOnce, addresses: Iterable[str]) -> AsyncIterator[None]:
    """Compresses files in the background from the start on, so that the first visitor does not wait for it."""

    async def run() -> None:
        for address in addresses:
            await files.prepare(address)

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class _Answer:
    """Collects one answer, so that it can be compressed as a whole."""

    def __init__(self, owner: StaticFilesOnce, send: Send, address: str | None, encoding: str) -> None:
        self._owner, self._send, self._address, self._encoding = owner, send, address, encoding
        self._start: Message = {}
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        status, hashed = self._start["status"], self._address is not None
        cacheable = hashed and status == 200
        headers, body = await self._owner.finish(
            list(self._start.get("headers", [])), bytes(self._body), self._encoding, cacheable
        )
        if cacheable and self._address is not None:
            self._owner.keep(self._address, self._encoding, headers, body)
        if status in (204, 304):
            headers = [(name, value) for name, value in headers if name != b"content-length"]
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


async def _nothing_to_receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nowhere(_: Message) -> None:
    """Is where an answer goes that only has to be kept."""


def _compress(body: bytes, encoding: str, quality: int) -> bytes:
    made: bytes = brotli.compress(body, quality=quality) if encoding == "br" else gzip.compress(body, quality)
    return made


def _encoding(scope: Scope) -> str:
    """Returns the best encoding that the client takes: br, gzip or none."""
    accepted = next((value for name, value in scope["headers"] if name == b"accept-encoding"), b"").decode("latin-1")
    if "br" in accepted:
        return "br"
    return "gzip" if "gzip" in accepted else ""
