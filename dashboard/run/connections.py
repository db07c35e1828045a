"""One connection of a client: how long it may take, how much of it is taken ahead, and when it is dropped.

uvicorn parses HTTP and answers; it has no time-out for the head or the body of a request, no limit for either, and
takes as many pipelined requests ahead as a client cares to send. That is added here, around its class:

- a client's bytes are parsed in small pieces, and only as long as few requests of it wait to be answered;
- once a second each connection is looked at: one that is late with a head or a body is answered 408, one that has
  taken nothing of what lies ready for it is dropped;
- what cannot be taken is answered in the form of all other answers: 400, 408, 414, 431, 503.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any, ClassVar, cast

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from dashboard.run.drain import UNREAD_S, Drain

log = logging.getLogger(__name__)

HEAD_S = 10.0  # from the first byte of a request (or from connecting) to the end of its head
BODY_S = 30.0
LINGER_S = 2.0  # a refused client may still be sending; it is heard out for so long, or it would not read why
MOST_HEAD_BYTES = 32_768
MOST_ADDRESS_BYTES = 8_192
MOST_AHEAD = 4  # requests of one connection that wait for the answer to the one before
_PIECE_BYTES = 512  # the least that a few requests fit into
_BODY_PIECE_BYTES = 65_536
_MOST_PADDING_BYTES = 65_536  # of a chunked body: what is neither body nor the usual size of a chunk's head


class Refusal(Exception):
    """A request that is not taken, as an answer."""

    def __init__(self, status: int, error: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.error, self.reason = status, error, reason


class _PatientFlow(FlowControl):
    """Reads nothing more while there is something that was read and not parsed."""

    def __init__(self, transport: asyncio.Transport, unparsed: bytearray) -> None:
        super().__init__(transport)
        self._unparsed = unparsed

    def resume_reading(self) -> None:
        """Reads on, unless what was read before has to come first."""
        if not self._unparsed:
            super().resume_reading()


class HttpConnection(HttpToolsProtocol):
    """uvicorn's connection with time-outs and limits.

    Attributes:
        most: how many connections are served at once; more are answered 503.
    """

    most: ClassVar[int] = 1_000_000

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins; from now on the head of a request is waited for."""
        super().connection_made(transport)
        self._unparsed = bytearray()
        self._parsing = False
        self.flow = _PatientFlow(transport, self._unparsed)
        self._head_since: float | None = time.monotonic()
        self._body_since: float | None = None
        self._head_bytes = self._body_left = self._padding_bytes = 0
        self._refused_at: float | None = None
        self._served: Any = None
        self._drain = Drain()
        self._full = len(self.connections) > self.most
        if self._full and len(self.connections) > self.most * 1.05 + 8:
            transport.abort()  # not even a word is left for it: descriptors are kept for ourselves

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """Begins to answer a request, which need not be the last one that came."""
        self._served = cycle
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends; uvicorn by itself tells only the last request that its client is gone, not the one being answered."""
        self.pipeline.clear()
        self._unparsed.clear()
        if self._served is not None and not self._served.response_complete:
            self._served.disconnected = True
            self._served.message_event.set()
        super().connection_lost(exc)

    @property
    def _busy(self) -> bool:
        """Whether an answer is being made."""
        cycle: Any = self.cycle  # None before the first request, whatever uvicorn says
        return cycle is not None and not cycle.response_complete

    # ---------------------------------------------------------------- what comes in

    def data_received(self, data: bytes) -> None:
        """Takes what a client sends, as far as it may be taken now."""
        if self._refused_at is not None or self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        if self._head_since is None and not self._busy:
            self._head_since = time.monotonic()
        self._unparsed += data
        self._parse()

    def _parse(self) -> None:
        """Parses piece by piece while few enough requests wait."""
        if self._parsing or self._refused_at is not None:  # a request that is answered at once calls from below
            return
        self._parsing = True
        try:
            while self._unparsed and len(self.pipeline) < MOST_AHEAD and not self.transport.is_closing():
                if not self._parse_piece(self._next_piece()):
                    return
        except Refusal as refusal:
            self._refuse(refusal)
        finally:
            self._parsing = False
        self._read_on()

    def _next_piece(self) -> bytes:
        """Returns what the parser gets next: as much of a body as is left of it, little of anything else."""
        in_body = self._body_since is not None and self._body_left > 0
        size = min(self._body_left, _BODY_PIECE_BYTES) if in_body else _PIECE_BYTES
        piece = bytes(self._unparsed[:size])
        del self._unparsed[:size]
        return piece

    def _read_on(self) -> None:
        """Reads on when everything that was read is parsed, and nothing waits to be answered first."""
        if self.transport.is_closing():
            return
        if self._unparsed:
            self.flow.pause_reading()
        elif not self.pipeline and not (self._busy and self.cycle.body):
            self.flow.resume_reading()

    def _parse_piece(self, piece: bytes) -> bool:
        """Gives a piece to the parser; returns False when the connection is somebody else's now."""
        if self._head_since is not None:
            self._head_bytes += len(piece)
            if self._head_bytes > MOST_HEAD_BYTES + _PIECE_BYTES:
                raise Refusal(431, "headers-too-large", f"address and headers hold at most {MOST_HEAD_BYTES} bytes")
        elif self._body_since is not None and self._body_left == 0:
            self._padding_bytes += len(piece)
            if self._padding_bytes > _MOST_PADDING_BYTES:
                raise Refusal(
                    400, "bad-request", "the chunks of the body are too small, or too much stands beside them"
                )
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            if not self._should_upgrade():
                return True
            self._become_socket(piece[upgrade.args[0] :] + bytes(self._unparsed))
            return False
        except httptools.HttpParserError as error:
            cause = error.__context__
            raise cause if isinstance(cause, Refusal) else Refusal(400, "bad-request", "not HTTP") from None
        return not self.transport.is_closing()

    def _become_socket(self, rest: bytes) -> None:
        """Hands the connection over to the WebSocket's protocol, with what has come behind the request for it."""
        self._unparsed.clear()
        if self._full:
            raise _full()
        if self._busy:
            raise Refusal(400, "bad-request", "a WebSocket begins when everything else has been answered")
        self.handle_websocket_upgrade()
        if rest:
            cast(Any, self.transport.get_protocol()).data_received(rest)

    def on_message_begin(self) -> None:
        """Begins a request."""
        self._head_since = time.monotonic()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Takes a part of the address."""
        super().on_url(url)
        if len(self.url) > MOST_ADDRESS_BYTES:
            raise Refusal(414, "address-too-long", f"an address holds at most {MOST_ADDRESS_BYTES} bytes")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes a header; what stands behind a body is left out."""
        if self._head_since is None:
            return
        if name.lower() == b"content-length" and value.isdigit():
            self._body_left = int(value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begins to wait for the body, and serves the request."""
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            raise Refusal(400, "bad-request", "a request names its host, once")
        self._head_since, self._body_since, self._padding_bytes = None, time.monotonic(), 0
        if self._full and not self.parser.should_upgrade():
            raise _full()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Takes a part of the body."""
        self._body_left = max(0, self._body_left - len(body))
        self._padding_bytes = max(0, self._padding_bytes - 8 * len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Ends a request."""
        self._body_since, self._body_left, self._head_bytes = None, 0, 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Goes on with what the client sent ahead."""
        super().on_response_complete()
        self._parse()

    # ---------------------------------------------------------------- what goes out

    def resume_writing(self) -> None:
        """Notes that the client has taken what waited for it."""
        self._drain.taken()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuses what is no request."""
        self._refuse(Refusal(400, "bad-request", msg))

    def _refuse(self, refusal: Refusal) -> None:
        """Answers in the product's form, unless another answer is on its way; then takes nothing more."""
        self._unparsed.clear()
        self._refused_at = time.monotonic()
        busy = self._busy
        if busy and (self.cycle.response_started or self.pipeline or self._body_since is None):
            self.transport.close()  # the answer would be taken for that to an earlier request
            return
        body = json.dumps({"error": refusal.error, "field": None, "reason": refusal.reason}).encode()
        lines = [STATUS_LINE[refusal.status]]
        own = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)),
               (b"connection", b"close"), (b"cache-control", b"no-store")]  # fmt: skip
        own += [(b"retry-after", b"5")] if refusal.status == 503 else []
        lines += [b"%s: %s\r\n" % header for header in [*self.server_state.default_headers, *own]]
        self.transport.write(b"".join([*lines, b"\r\n", body]))
        if busy:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def look(self, now: float) -> None:
        """Ends what has taken too long; called about once a second."""
        if self._refused_at is not None and now - self._refused_at > LINGER_S:
            self.transport.abort()
        elif self._drain.stuck(self.transport.get_write_buffer_size(), now):
            log.info("dropped a client that has read nothing for %g s", UNREAD_S)
            self.transport.abort()
        elif self.transport.is_closing() or self._refused_at is not None:
            return
        elif self._head_since is not None:
            self._look_at_head(now - self._head_since)
        elif self._body_since is not None:
            self._look_at_body(now - self._body_since, now)

    def _look_at_head(self, waited_s: float) -> None:
        if waited_s <= HEAD_S:
            return
        if self._head_bytes == 0:  # a browser that connected beforehand
            self.transport.close()
        else:
            self._refuse(Refusal(408, "too-slow", f"the head of a request has to be here within {HEAD_S:g} s"))

    def _look_at_body(self, waited_s: float, now: float) -> None:
        if self.flow.read_paused:  # it is we who do not read
            self._body_since = now
        elif waited_s > BODY_S and self.cycle.response_complete:
            self.transport.abort()
        elif waited_s > BODY_S:
            self._refuse(Refusal(408, "too-slow", f"the body of a request has to be here within {BODY_S:g} s"))

    def eof_received(self) -> None:
        """Ends a connection whose client has said its last word."""
        if self._refused_at is not None:
            self.transport.close()


def _full() -> Refusal:
    return Refusal(503, "too-many-connections", "this server has as many connections as it can serve; try again")


def look_at(connections: set[Any], now: float) -> None:
    """Looks at all connections of a server."""
    for connection in list(connections):
        connection.look(now)
