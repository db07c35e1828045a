"""What is taken of a request, and what becomes of one that goes wrong: an answer of 4xx or 500, in one form.

A bare ASGI wrapper. The body of a request is here, whole and not too large, before the application hears of it; a
client that leaves in the middle of it is nobody's error.
"""

from __future__ import annotations

import json
import logging

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.encoding import TAKEN, ungzipped
from dashboard.web.seldom import Seldom

log = logging.getLogger(__name__)

FALLBACKS = ("unknown", "document")  # names of the routes that take whatever no other one takes
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MOST_AT_ONCE_BYTES = 64 << 20  # of bodies that are on their way, together

Headers = list[tuple[bytes, bytes]]


class Gone(Exception):
    """The client has left."""


class Refused(Exception):
    """A request that is not taken, as an answer of the usual form."""

    def __init__(self, status: int, error: str, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.status, self.error, self.reason, self.field = status, error, reason, field
        self.headers: Headers = []

    @property
    def body(self) -> dict[str, str | None]:
        """What is answered."""
        return {"error": self.error, "field": self.field, "reason": self.reason}


_FAULT = Refused(500, "fault", "this server has a fault; its log says which")


async def refused_answer(_: Request, error: Exception) -> JSONResponse:
    """Returns the answer to a request that a route refused, or that it could not answer."""
    refused = error if isinstance(error, Refused) else _FAULT
    return JSONResponse(refused.body, refused.status, {"cache-control": "no-store"})


def add_refusals(server: FastAPI) -> None:
    """Adds the answers to what a route refuses, to a method that an address has not, and to a fault."""
    for error in (Refused, Exception):
        server.add_exception_handler(error, refused_answer)
    server.add_exception_handler(405, not_allowed)


def methods_of(request: Request) -> set[str]:
    """Returns the methods that an address has (RFC 9110, 15.5.6), whichever routes they stand in."""
    own = [route for route in request.app.routes if getattr(route, "name", "") not in FALLBACKS]
    found = {method for method in _METHODS if any(_takes(route, request, method) for route in own)} or {"GET"}
    return found | {"HEAD"} if "GET" in found else found


def _takes(route: BaseRoute, request: Request, method: str) -> bool:
    """Says whether a route, or one of those that it includes, takes a method at the address of a request."""
    return route.matches({**request.scope, "method": method})[0] is Match.FULL


async def not_allowed(request: Request, _: Exception) -> JSONResponse:
    """Returns the answer to a method that an address does not have, with those that it has."""
    allowed = ", ".join(sorted(methods_of(request)))
    refused = Refused(405, "method-not-allowed", f"this address takes {allowed}")
    return JSONResponse(refused.body, refused.status, {"allow": allowed})


async def unknown(request: Request) -> JSONResponse:
    """Returns the answer to an address under which there are no pages: it is unknown, or takes another method."""
    if methods_of(request) != {"GET", "HEAD"}:
        return await not_allowed(request, _FAULT)
    raise Refused(404, "unknown-address", f"no {request.url.path[:80]}")


class WholeRequests:
    """Hands requests on with their body; HEAD is answered as GET would be, without its body."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app, self._most_bytes = app, most_bytes
        self._held_bytes = 0
        self._seldom = Seldom()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def out(message: Message) -> None:
            nonlocal started
            if started and message["type"] == "http.response.start":
                raise Gone  # a middleware that apologises in the middle of an answer
            started = True
            await send(message)

        try:
            await self._serve(scope, receive, out)
        except Refused as refused:
            await refuse(refused, send)
        except Gone:
            pass
        except (
            Exception
        ) as error:  # the last that can be said to a client; a loop's bug ends the process, this does not
            if self._seldom.allows():
                more = self._seldom.more()
                log.exception("%s %r could not be answered%s", scope["method"], scope["path"][:200], more)
            if started:
                raise Gone from error  # the connection is closed, so that half an answer is not taken for a whole one
            await refuse(_FAULT, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        coding = headers.get(b"content-encoding", b"identity").strip().lower()
        if coding not in TAKEN:
            refused = Refused(
                415, "unsupported-content-encoding", "send gzip, or the body as it is", "content-encoding"
            )
            refused.headers = [(b"accept-encoding", b"gzip, identity")]
            raise refused
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        if headers.get(b"content-length", b"0") == b"0" and b"transfer-encoding" not in headers:
            await self.app(scope, receive, send)
            return
        body = await self._body(headers.get(b"content-length"), receive)
        held = len(body)
        try:
            if coding != b"identity":
                body, scope = self._plain(body), {**scope, "headers": _uncoded(scope["headers"])}
                self._held_bytes += len(body) - held
                held = len(body)
            await self.app(scope, _replayed(body, receive), send)
        finally:
            self._held_bytes -= held

    async def _body(self, declared: bytes | None, receive: Receive) -> bytes:
        """Returns the body, and counts it as held.

        Raises:
            Refused: it is too large, or too much is on its way.
            Gone: the client left.
        """
        if declared is not None and int(declared) > self._most_bytes:
            raise self._too_large()
        body = bytearray()
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                piece = message.get("body", b"")
                body += piece
                self._held_bytes += len(piece)
                if len(body) > self._most_bytes:
                    raise self._too_large()
                if self._held_bytes > MOST_AT_ONCE_BYTES:
                    raise Refused(503, "too-much-at-once", "this server takes in as much as it can; try again")
                if not message.get("more_body"):
                    return bytes(body)
        except BaseException:
            self._held_bytes -= len(body)
            raise

    def _plain(self, body: bytes) -> bytes:
        """Returns a gzipped body as it was before; its limit is that of any body, so that little cannot become much."""
        try:
            return ungzipped(body, self._most_bytes)
        except OverflowError:
            raise self._too_large() from None
        except ValueError as error:
            raise Refused(400, "malformed", f"not gzip: {error}", "content-encoding") from None

    def _too_large(self) -> Refused:
        return Refused(413, "too-large", f"a body holds at most {self._most_bytes} bytes", "body")


def _uncoded(headers: Headers) -> Headers:
    """Returns the headers of a request whose body is not coded any more; its length is another one."""
    return [(name, value) for name, value in headers if name not in (b"content-encoding", b"content-length")]


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Returns a `receive` that gives the body, and then says when the client leaves."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return left.pop() if left else await receive()

    return replay


async def refuse(refused: Refused, send: Send) -> None:
    """Answers what is not taken."""
    body = json.dumps(refused.body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)),
               (b"cache-control", b"no-store"), *refused.headers]  # fmt: skip
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
