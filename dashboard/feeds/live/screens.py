"""Screens: who watches which topic, and how frames reach them without anyone waiting for anyone.

A frame is encoded once and handed to all who subscribe. A screen whose socket has not
drained since the last tick never gets a queue: what it missed is dropped, and it gets a
fresh snapshot of each topic as soon as its socket takes data again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec

Send = Callable[[str], Awaitable[None]]
MAX_TOPICS = 16
_OUTBOX_FRAMES = 8  # a tick makes at most a few frames per screen: more means that it does not drain


class Health(msgspec.Struct, frozen=True):
    """What a wall reports about itself; counts since its page was loaded."""

    page: str = ""
    uptime_s: float = 0.0
    frames: int = 0
    resyncs: int = 0
    reconnects: int = 0
    heap_bytes: int | None = None
    slow_frames: int = 0


class Screen:
    """One connected screen.

    Attributes:
        topics: what it watches.
        stale: topics of which it missed a frame, so that it needs a snapshot.
        dropped: how many frames were dropped for it.
        sent_at: real time (monotonic) of the last frame that its socket took.
        health: what it last said about itself.
    """

    def __init__(self, send: Send, fresh: Callable[[str], str | None]) -> None:
        self._send, self._fresh = send, fresh
        self._outbox: list[str] = []
        self._work = asyncio.Event()
        self._sending = False
        self.topics: set[str] = set()
        self.stale: set[str] = set()
        self.dropped = 0
        self.sent_at = time.monotonic()
        self.health: Health | None = None

    def offer(self, topic: str | None, frame: str) -> None:
        """Takes a frame of a topic (None: of no topic), or notes that the topic was missed."""
        if topic in self.stale:
            self.dropped += 1
            return
        if len(self._outbox) >= _OUTBOX_FRAMES or (self._sending and self._outbox):
            self._give_up(topic)
            return
        self._outbox.append(frame)
        self._work.set()

    def _give_up(self, topic: str | None) -> None:
        """Drops what waits: the socket has not drained since the last tick."""
        self.dropped += len(self._outbox) + 1
        self._outbox.clear()
        self.stale |= self.topics if topic is not None else set()

    def refresh(self, topic: str) -> None:
        """Sends a snapshot of a topic next; never awaits between taking it and going on with deltas."""
        frame = self._fresh(topic)
        if frame is not None:
            self._outbox.append(frame)
            self._work.set()

    def ask(self, topic: str) -> None:
        """Sends a snapshot of a topic when what waits has been written; asked for twice until then, it is one."""
        self.stale.add(topic)
        self._work.set()

    async def run(self) -> None:
        """Writes until cancelled or until the socket is gone."""
        while True:
            await self._work.wait()
            self._work.clear()
            await self._drain()

    async def _drain(self) -> None:
        while self._outbox or self.stale:
            if not self._outbox:
                missed, self.stale = self.stale, set()
                for topic in missed & self.topics:
                    self.refresh(topic)
                continue
            frames, self._outbox = self._outbox, []
            self._sending = True
            for frame in frames:
                await self._send(frame)
            self._sending = False
            self.sent_at = time.monotonic()


class Hub:
    """All screens and the topics that they watch.

    Attributes:
        screens: everyone connected.
        watchers: the screens of each topic.
    """

    def __init__(self) -> None:
        self.screens: set[Screen] = set()
        self.watchers: dict[str, set[Screen]] = {}
        self.frames = 0
        self._dropped_before = 0

    @property
    def dropped(self) -> int:
        """Frames dropped for slow screens since the start."""
        return self._dropped_before + sum(screen.dropped for screen in self.screens)

    def join(self, screen: Screen) -> None:
        """Adds a screen that watches nothing yet."""
        self.screens.add(screen)

    def leave(self, screen: Screen) -> None:
        """Removes a screen."""
        self.subscribe(screen, set())
        self.screens.discard(screen)
        self._dropped_before += screen.dropped

    def subscribe(self, screen: Screen, topics: set[str]) -> set[str]:
        """Makes `topics` all that the screen watches; returns those that are new to it."""
        for topic in screen.topics - topics:
            watching = self.watchers.get(topic, set())
            watching.discard(screen)
            if not watching:
                self.watchers.pop(topic, None)
        added = topics - screen.topics
        for topic in added:
            self.watchers.setdefault(topic, set()).add(screen)
        screen.topics = set(topics)
        screen.stale &= topics
        return added

    def publish(self, topic: str, frame: str) -> None:
        """Hands one frame to all who watch its topic."""
        self.frames += 1
        for screen in self.watchers.get(topic, ()):
            screen.offer(topic, frame)

    def heartbeat(self, frame: str, quiet_s: float) -> None:
        """Hands a heartbeat to every screen that has got nothing for `quiet_s`."""
        before = time.monotonic() - quiet_s
        for screen in self.screens:
            if screen.sent_at <= before:
                screen.offer(None, frame)
