"""One WebSocket of a client: how many frames of it are taken, and when it is dropped.

uvicorn answers every ping, however many come and whether or not anybody reads the answers, and parses all that has come
at once. Here bytes are parsed in small pieces, and a client that does not read is not read either.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from dashboard.run.drain import UNREAD_S, Drain

log = logging.getLogger(__name__)

FRAMES_A_SECOND, FRAMES_AT_ONCE = 200, 1000  # pings and fragments included
LINGER_S = 2.0
_PIECE_BYTES = 1024


class SocketConnection(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket: what a client sends is taken piece by piece, and only so much of it in a second.

    While its client does not read, nothing of it is read either: pings would be answered into memory.
    """

    def connection_made(self, transport: Any) -> None:
        """Begins."""
        super().connection_made(transport)
        self._unparsed = bytearray()
        self._drain = Drain()
        self._allowance, self._allowed_at = float(FRAMES_AT_ONCE), time.monotonic()
        self._feeding = self._deaf = False

    def data_received(self, data: bytes) -> None:
        """Takes what a client sends."""
        if self._deaf:
            return
        self._unparsed += data
        self._feed()

    def _feed(self) -> None:
        """Parses piece by piece while the client reads and the application keeps up."""
        if self._feeding:
            return
        self._feeding = True
        try:
            while self._unparsed and self._takes():
                piece = bytes(self._unparsed[:_PIECE_BYTES])
                del self._unparsed[:_PIECE_BYTES]
                super().data_received(piece)
        except Exception as error:  # noqa: BLE001 - whatever is not expected of a client ends this one only
            log.warning("a WebSocket was dropped: %s: %s", type(error).__name__, error)
            self._unparsed.clear()
            self.transport.abort()
        finally:
            self._feeding = False
        if self._unparsed and not self.transport.is_closing():
            self.transport.pause_reading()

    def _takes(self) -> bool:
        if self._deaf or self.disconnected or self.transport.is_closing():
            self._unparsed.clear()
            return False
        return self.writable.is_set() and not self.read_paused

    def handle_events(self) -> None:
        """Handles frames, unless they are too many."""
        now, frames = time.monotonic(), len(self.conn.events)
        self._allowance = min(FRAMES_AT_ONCE, self._allowance + (now - self._allowed_at) * FRAMES_A_SECOND) - frames
        self._allowed_at = now
        if self._allowance < 0 and self.handshake_complete:
            self.conn.events.clear()
            self._unparsed.clear()
            self._end(1008, "too many messages")
            return
        super().handle_events()

    def _end(self, code: int, reason: str) -> None:
        """Closes with a reason; what the client still sends is heard out for a moment, or it would not read why."""
        self._deaf = True
        self.stop_keepalive()
        if not self.close_sent:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
            self.conn.fail(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        if self.close_timer is not None:
            self.close_timer.cancel()
        self.close_timer = self.loop.call_later(LINGER_S, self.transport.close)

    async def receive(self) -> Any:
        """Returns the next message; what came along with it is parsed when the application has taken it."""
        message = await super().receive()
        if self._unparsed:
            self._feed()
        return message

    def pause_writing(self) -> None:
        """Stops reading from a client that does not read."""
        super().pause_writing()
        if not self.transport.is_closing():
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Reads on, first what has come already."""
        self._drain.taken()
        super().resume_writing()
        self._feed()
        if not self._unparsed and not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    def look(self, now: float) -> None:
        """Drops a client that has read nothing for long; called about once a second."""
        if self._drain.stuck(self.transport.get_write_buffer_size(), now):
            log.info("dropped a screen that has read nothing for %g s", UNREAD_S)
            self.transport.abort()
