"""The `/live` socket: screens subscribe to topics and get frames (docs/protocol.md)."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated, Any, Literal

import msgspec
from starlette.types import Receive, Scope
from starlette.types import Send as AsgiSend

from dashboard.feeds.live.publisher import Publisher
from dashboard.feeds.live.screens import MAX_TOPICS, Health, Screen

log = logging.getLogger(__name__)

MAX_MESSAGE_CHARS = 16_384
MAX_SCREENS = 5000
_POLICY_VIOLATION = 1008
_TRY_AGAIN_LATER = 1013


class Subscribe(msgspec.Struct, tag="subscribe"):
    """The whole set of topics that a screen wants."""

    topics: Annotated[list[str], msgspec.Meta(max_length=MAX_TOPICS)]


class Resync(msgspec.Struct, tag="resync"):
    """A screen has missed something of a topic."""

    topic: str


class HealthReport(Health, frozen=True, tag="health"):
    """A wall reports how it is."""


Message = Subscribe | Resync | HealthReport
_decode = msgspec.json.Decoder(Message).decode


class Live:
    """Serves `/live` as a bare ASGI application: nothing stands between a frame and its socket."""

    def __init__(self, publisher: Publisher, version: str) -> None:
        self.publisher, self.version = publisher, version

    async def __call__(self, scope: Scope, receive: Receive, send: AsgiSend) -> None:
        """Serves one connection until it ends."""
        await receive()
        if not _same_origin(scope):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "other origin"})
            return
        if len(self.publisher.hub.screens) >= MAX_SCREENS:
            await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER, "reason": "too many screens"})
            return
        await send({"type": "websocket.accept"})

        async def write(frame: str) -> None:
            await send({"type": "websocket.send", "text": frame})

        screen = Screen(write, self.publisher.fresh)
        self.publisher.hub.join(screen)
        screen.offer(None, self._hello())
        writer = asyncio.create_task(screen.run())
        try:
            code = await self._listen(screen, receive)
            if code is not None:
                await send({"type": "websocket.close", "code": code})
        finally:
            self.publisher.hub.leave(screen)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    def _hello(self) -> str:
        hello = {"type": "hello", "version": self.version, "epoch": self.publisher.process}
        return msgspec.json.encode(hello).decode()

    async def _listen(self, screen: Screen, receive: Receive) -> int | None:
        """Takes messages until the screen leaves; returns the code to close with when it misbehaves."""
        while True:
            event: Any = await receive()
            if event["type"] == "websocket.disconnect":
                return None
            text = event.get("text")
            if text is None or len(text) > MAX_MESSAGE_CHARS:
                return _POLICY_VIOLATION
            try:
                self._take(screen, _decode(text))
            except (msgspec.DecodeError, RecursionError) as error:
                screen.offer(None, _error(None, f"not understood: {error}"))

    def _take(self, screen: Screen, message: Message) -> None:
        if isinstance(message, Subscribe):
            wanted = {topic for topic in message.topics if self.publisher.knows(topic)}
            for topic in sorted(set(message.topics) - wanted):
                screen.offer(None, _error(topic, "unknown-topic"))
            self.publisher.subscribe(screen, wanted)
        elif isinstance(message, Resync):
            if message.topic in screen.topics:
                screen.refresh(message.topic)
        else:
            screen.health = message


def _error(topic: str | None, reason: str) -> str:
    body: dict[str, str | Literal["error"] | None] = {"type": "error", "topic": topic, "reason": reason}
    return msgspec.json.encode(body).decode()


def _same_origin(scope: Scope) -> bool:
    """Says whether a browser's page came from this very server; other clients send no origin."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin")
    return origin is None or origin.partition(b"://")[2] == headers.get(b"host")
