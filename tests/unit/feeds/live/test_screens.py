"""A screen that does not drain never gets a queue: what it missed is dropped, then it gets a fresh snapshot."""

from __future__ import annotations

import asyncio

from dashboard.feeds.live.screens import _OUTBOX_FRAMES, Hub, Screen


class Socket:
    """A socket that takes frames while it is open, and keeps the writer waiting while it is not."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, frame: str) -> None:
        await self.open.wait()
        self.taken.append(frame)


def screen_of(socket: Socket) -> Screen:
    return Screen(socket.send, lambda topic: f"fresh {topic}")


async def test_frames_reach_those_who_watch_and_nobody_else() -> None:
    hub, one, other = Hub(), Socket(), Socket()
    first, second = screen_of(one), screen_of(other)
    for screen, topics in ((first, {"city", "map/x"}), (second, {"city"})):
        hub.join(screen)
        assert hub.subscribe(screen, topics) == topics
    hub.publish("map/x", "m")
    hub.publish("city", "c")
    for screen in (first, second):
        await screen._drain()
    assert (one.taken, other.taken, hub.frames) == (["m", "c"], ["c"], 2)
    hub.leave(first)
    assert hub.watchers == {"city": {second}}


async def test_a_screen_that_lags_gets_snapshots_instead_of_a_queue() -> None:
    hub, socket = Hub(), Socket()
    screen = screen_of(socket)
    hub.join(screen)
    hub.subscribe(screen, {"city"})
    for number in range(_OUTBOX_FRAMES + 3):
        hub.publish("city", str(number))
    assert (screen.stale, screen.dropped) == ({"city"}, _OUTBOX_FRAMES + 3)
    await screen._drain()
    assert socket.taken == ["fresh city"]
    hub.publish("city", "next")
    await screen._drain()
    assert socket.taken == ["fresh city", "next"]
    hub.leave(screen)
    assert hub.dropped == _OUTBOX_FRAMES + 3  # also of those who have left


async def test_heartbeats_go_to_quiet_screens_only() -> None:
    hub, socket = Hub(), Socket()
    screen = screen_of(socket)
    hub.join(screen)
    hub.heartbeat("beat", quiet_s=3600.0)
    await screen._drain()
    assert socket.taken == []
    hub.heartbeat("beat", quiet_s=0.0)
    await screen._drain()
    assert socket.taken == ["beat"]
