"""How answers reach the browser: compressed, with security headers, kept for ever where an address is a content's hash.

A bare ASGI wrapper around the whole application. A handler says by `Cache-Control: … immutable` that its address was
named after the content; nothing else is kept, whatever an address looks like. Such answers are compressed once at the
best quality and remembered, up to so many bytes. What is large is compressed in pieces, off the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.encoding import Compressor, Nothing, compressed, compressor, wanted
from dashboard.web.requests import Gone, Headers, Refused, refuse

FOREVER = "public, max-age=31536000, immutable"  # for what an address holds the hash of, and for nothing else
KEPT_BYTES = 64 << 20
_COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg", "application/geo+json")
_AT_LEAST_BYTES = 600
_AT_ONCE_BYTES = 20_000  # takes about a millisecond; what is larger goes to a thread
_PIECE_BYTES = 1 << 17
_QUALITY, _BEST_QUALITY = 4, 9
_AS_IT_IS = (204, 206, 304)  # no body, or a part of one


class Answers:
    """Compresses what browsers load, and remembers what never changes."""

    def __init__(self, app: ASGIApp, csp: str) -> None:
        self.app = app
        self.security: Headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"SAMEORIGIN"),
            (b"referrer-policy", b"same-origin"),
            (b"permissions-policy", b"geolocation=(self), camera=(), microphone=()"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"content-security-policy", csp.encode()),
        ]
        self._kept: OrderedDict[tuple[str, str], tuple[Headers, bytes]] = OrderedDict()
        self._kept_bytes = 0
        self._turn = asyncio.Semaphore(1)  # many first visitors at once compress each file once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = dict(scope["headers"])
        try:
            coding, must = wanted(_text(request.get(b"accept-encoding")))
        except Nothing:
            answer = _Answer(self, send, "", "", must=False)
            reason = "only br, gzip and identity can be had"
            await refuse(Refused(406, "not-acceptable", reason, "accept-encoding"), answer.send)
            return
        address = scope["path"] if scope["method"] in ("GET", "HEAD") and not scope["query_string"] else ""
        if address and await self._from_kept(address, coding, request.get(b"if-none-match"), send):
            return
        answer = _Answer(self, send, address, coding, must=must, known=request.get(b"if-none-match"))
        with contextlib.suppress(Gone):
            await self.app(scope, receive, answer.send)

    async def _from_kept(self, address: str, coding: str, known: bytes | None, send: Send) -> bool:
        kept = self._kept.get((address, coding))
        if kept is None:
            return False
        self._kept.move_to_end((address, coding))
        await _send_kept(*kept, known, send)
        return True

    async def keep(self, key: tuple[str, str], headers: Headers, body: bytes, coding: str) -> tuple[Headers, bytes]:
        """Returns a file as it is sent, and remembers it under address and wished coding; the longest unused go."""
        async with self._turn:
            if key not in self._kept:
                if coding:
                    body = await asyncio.to_thread(compressed, body, coding, _BEST_QUALITY)
                tag = hashlib.sha256(body).hexdigest()[:16]  # of each coding its own: a strong validator
                own = [(b"content-length", b"%d" % len(body)), (b"etag", f'"{tag}"'.encode())]
                self._kept[key] = ([*headers, *own], body)
                self._kept_bytes += len(body)
                while self._kept_bytes > KEPT_BYTES and len(self._kept) > 1:
                    _, (_, dropped) = self._kept.popitem(last=False)
                    self._kept_bytes -= len(dropped)
            return self._kept[key]

    async def prepare(self, address: str) -> None:
        """Asks for a file as a browser does, so that it is kept."""
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": address,
            "raw_path": address.encode(), "query_string": b"", "root_path": "",
            "headers": [(b"accept-encoding", b"br")], "client": None, "server": None,
        }  # fmt: skip
        await self(scope, _nothing_to_receive, _nowhere)


@contextlib.asynccontextmanager
async def warmed(answers: Answers, addresses: Iterable[str]) -> AsyncIterator[None]:
    """Compresses files in the background from the start on, so that the first visitor does not wait for it."""

    async def run() -> None:
        for address in addresses:
            await answers.prepare(address)

    task = asyncio.create_task(run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class _Answer:
    """One answer on its way: as it is, compressed as a whole, compressed in pieces, or kept."""

    def __init__(
        self, owner: Answers, send: Send, address: str, coding: str, *, must: bool, known: bytes | None = None
    ) -> None:
        self._owner, self._send, self._address, self._coding = owner, send, address, coding
        self._must, self._known = must, known
        self._start: Message = {}
        self._held = bytearray()
        self._pieces: Compressor | None = None
        self._flows = False

    async def send(self, message: Message) -> None:
        """Takes a message of the application."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._flows:
            await self._flow(body, more)
            return
        self._held += body
        if self._is_for_ever:
            if not more:
                await self._keep()
        elif not more and len(self._held) <= _AT_ONCE_BYTES:
            await self._send_whole(bytes(self._held))
        elif not more or len(self._held) > _AT_ONCE_BYTES:
            await self._begin_flow(more)

    @property
    def _is_for_ever(self) -> bool:
        given = _value(self._start.get("headers", ()), b"cache-control")
        return bool(self._address) and self._start["status"] == 200 and given == FOREVER.encode()

    async def _keep(self) -> None:
        headers = _without(_without(self._headers(), b"content-length"), b"etag")
        coding = self._coding if self._pays(len(self._held)) else ""
        key = (self._address, self._coding)
        kept = await self._owner.keep(key, _coded(headers, coding), bytes(self._held), coding)
        await _send_kept(*kept, self._known, self._send)

    async def _send_whole(self, body: bytes) -> None:
        headers = self._headers()
        if self._pays(len(body)):
            body, headers = compressed(body, self._coding, _QUALITY), _coded(headers, self._coding)
        if self._start["status"] not in (204, 304):
            headers = [*_without(headers, b"content-length"), (b"content-length", b"%d" % len(body))]
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def _begin_flow(self, more: bool) -> None:
        """Sends what has come of a large answer, and the rest as it comes."""
        headers = self._headers()
        if self._pays(len(self._held)):
            headers = _without(_coded(headers, self._coding), b"content-length")
            self._pieces = compressor(self._coding, _QUALITY)
        self._flows = True
        await self._send({**self._start, "headers": headers})
        held, self._held = bytes(self._held), bytearray()
        await self._flow(held, more)

    async def _flow(self, body: bytes, more: bool) -> None:
        view = memoryview(body)
        for start in range(0, len(body), _PIECE_BYTES):
            piece = bytes(view[start : start + _PIECE_BYTES])
            if self._pieces is not None:
                piece = await asyncio.to_thread(self._pieces.process, piece)
            if piece:
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        if not more:
            last = b"" if self._pieces is None else await asyncio.to_thread(self._pieces.finish)
            await self._send({"type": "http.response.body", "body": last})

    def _headers(self) -> Headers:
        """Returns the headers of the application and ours."""
        given: Headers = [(name.lower(), value) for name, value in self._start.get("headers", [])]
        if _value(given, b"content-type") is None and self._held[:1] == b"{":
            given.append((b"content-type", b"application/json"))  # Dash does not say what its callbacks answer
        self._kind = (_value(given, b"content-type") or b"").decode("latin-1")
        self._plain = _value(given, b"content-encoding") is None and self._start["status"] not in _AS_IT_IS
        if _value(given, b"cache-control") is None:
            given.append((b"cache-control", b"no-cache"))
        if self._kind.startswith(_COMPRESSIBLE):
            given = _varied(given)
        return [*given, *self._owner.security]

    def _pays(self, length: int) -> bool:
        """Says whether the body is sent compressed."""
        pays = self._kind.startswith(_COMPRESSIBLE) and length >= _AT_LEAST_BYTES
        return bool(self._coding) and self._plain and (pays or self._must)


async def _send_kept(headers: Headers, body: bytes, known: bytes | None, send: Send) -> None:
    """Sends a remembered file, or that the client has it already."""
    tag = _value(headers, b"etag") or b""
    if known is not None and _names(known, tag):
        left = [(n, v) for n, v in headers if n not in (b"content-length", b"content-type", b"content-encoding")]
        await send({"type": "http.response.start", "status": 304, "headers": left})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _names(known: bytes, tag: bytes) -> bool:
    """Says whether If-None-Match names a tag, weak or strong (RFC 9110, 13.1.2)."""
    given = [one.strip().removeprefix(b"W/") for one in known.split(b",")]
    return given == [b"*"] or tag in given


def _coded(headers: Headers, coding: str) -> Headers:
    """Returns the headers of a body in a coding; its validator is that of the body as it was, so a weak one."""
    if not coding:
        return headers
    weak = [(n, b"W/" + v if n == b"etag" and not v.startswith(b"W/") else v) for n, v in headers]
    return [*_without(weak, b"accept-ranges"), (b"content-encoding", coding.encode())]


def _varied(headers: Headers) -> Headers:
    """Returns headers that say that the coding depends on the request."""
    named = _value(headers, b"vary")
    value = b"accept-encoding" if named is None else named + b", accept-encoding"
    return [*_without(headers, b"vary"), (b"vary", value)]


def _without(headers: Headers, name: bytes) -> Headers:
    return [header for header in headers if header[0] != name]


def _value(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    return next((value for given, value in headers if given.lower() == name), None)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


async def _nothing_to_receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nowhere(_: Message) -> None:
    """Is where an answer goes that only has to be kept."""
