"""The `/live` socket: screens subscribe to topics and get frames (docs/protocol.md)."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated, Any, Literal

import msgspec
from starlette.types import Receive, Scope
from starlette.types import Send as AsgiSend

from dashboard.api.admission import Admission, Budget, TooMuch
from dashboard.api.connection import Attempts
from dashboard.desk.access import same_origin
from dashboard.feeds.live.publisher import Publisher
from dashboard.feeds.live.screens import MAX_TOPICS, Health, Screen

log = logging.getLogger(__name__)

MAX_MESSAGE_CHARS = 16_384
_POLICY_VIOLATION = 1008
_FULL = b'{"error": "too-many-sockets", "field": null, "reason": "this server has as many screens as it can serve"}'


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

    def __init__(self, publisher: Publisher, version: str, admission: Admission | None = None) -> None:
        self.publisher, self.version = publisher, version
        self.admission, self.attempts = admission or Admission(), Attempts()

    async def __call__(self, scope: Scope, receive: Receive, send: AsgiSend) -> None:
        """Serves one connection until it ends."""
        await receive()
        if not self._same_origin(scope):
            self.attempts.note(scope, "other-origin")
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "other origin"})
            return
        try:
            with self.admission.entered() as budget:
                self.attempts.note(scope, "full" if budget is None else "accepted")
                if budget is None:
                    await _send_away(send)
                else:
                    await self._serve(budget, receive, send)
        except TooMuch as reason:
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": str(reason)})

    def _same_origin(self, scope: Scope) -> bool:
        """Says whether a browser's page came from this very server, or logs why not; other clients send no origin."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        origin, host = headers.get(b"origin"), headers.get(b"host", "")
        if origin is None or same_origin(origin, host):
            return True
        self.attempts.warn("wrong-host", host=host[:300], page=origin.partition("://")[2][:300])
        return False

    async def _serve(self, budget: Budget, receive: Receive, send: AsgiSend) -> None:
        """Serves a screen; raises TooMuch when it asks for more than it may."""
        await send({"type": "websocket.accept"})

        async def write(frame: str) -> None:
            await send({"type": "websocket.send", "text": frame})

        def fresh(topic: str) -> str | None:
            with budget.working():
                return self.publisher.fresh(topic)

        screen = Screen(write, fresh)
        self.publisher.hub.join(screen)
        screen.offer(None, self._hello())
        writer = asyncio.create_task(screen.run())
        try:
            await self._listen(screen, budget, receive)
        finally:
            self.publisher.hub.leave(screen)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    def _hello(self) -> str:
        hello = {"type": "hello", "version": self.version, "epoch": self.publisher.process}
        return msgspec.json.encode(hello).decode()

    async def _listen(self, screen: Screen, budget: Budget, receive: Receive) -> None:
        """Takes messages until the screen leaves; raises TooMuch when they are too many, too long or no text."""
        while True:
            event: Any = await receive()
            if event["type"] == "websocket.disconnect":
                return
            budget.take_message()
            text = event.get("text")
            if text is None or len(text) > MAX_MESSAGE_CHARS:
                raise TooMuch(f"a message is text of up to {MAX_MESSAGE_CHARS} characters")
            try:
                message = _decode(text)
            except (msgspec.DecodeError, RecursionError) as error:
                screen.offer(None, _error(None, f"not understood: {error}"))
                continue
            await self._take(screen, budget, message)

    async def _take(self, screen: Screen, budget: Budget, message: Message) -> None:
        if isinstance(message, Subscribe):
            await self._subscribe(screen, budget, message.topics)
        elif isinstance(message, Resync):
            if message.topic in screen.topics:
                screen.ask(message.topic)  # however often it is asked for before the next snapshot, that is one
                await asyncio.sleep(budget.pause_s())
        else:
            screen.health = message

    async def _subscribe(self, screen: Screen, budget: Budget, topics: list[str]) -> None:
        """Makes `topics` all that a screen watches, one after the other: others are served in between."""
        wanted = {topic for topic in topics if self.publisher.knows(topic)}
        for topic in sorted(set(topics) - wanted):
            screen.offer(None, _error(topic, "unknown-topic"))
        self.publisher.subscribe(screen, screen.topics & wanted)
        for topic in dict.fromkeys(topic for topic in topics if topic in wanted - screen.topics):
            await asyncio.sleep(budget.pause_s())
            if self.publisher.knows(topic):  # the log may have been replaced meanwhile
                with budget.working(opening=topic not in self.publisher.topics):
                    self.publisher.subscribe(screen, screen.topics | {topic})


async def _send_away(send: AsgiSend) -> None:
    """Answers 503 instead of opening a socket."""
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"5")]
    await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": _FULL})


def _error(topic: str | None, reason: str) -> str:
    body: dict[str, str | Literal["error"] | None] = {"type": "error", "topic": topic, "reason": reason}
    return msgspec.json.encode(body).decode()
