"""The publisher makes frames of what is watched, at the pace of each topic, and nothing of what is not."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from dashboard.feeds.follower import Follower, Replica
from dashboard.feeds.live.publisher import Publisher
from dashboard.feeds.live.screens import Hub, Screen
from dashboard.feeds.moments import Moments
from dashboard.feeds.watch import Notice
from tests.support.making import GRIDS, NOON, fold, reported, state


class Watching:
    """A publisher with one screen, whose frames are kept."""

    def __init__(self, notices: Callable[[], list[Notice]] = list) -> None:
        self.replica = Replica(state)
        follower = Follower("redis://127.0.0.1:1", 1, self.replica, lambda letter, raw: None)
        self.publisher = Publisher(self.replica, Moments(self.replica, lambda: NOON + 60), follower, Hub(), notices)
        self.frames: list[dict[str, Any]] = []
        self.screen = Screen(self.take, self.publisher.fresh)
        self.publisher.hub.join(self.screen)

    async def take(self, frame: str) -> None:
        self.frames.append(json.loads(frame))

    async def got(self) -> list[tuple[str, str]]:
        """Returns type and topic of all frames since the last call."""
        await self.screen._drain()
        frames, self.frames = self.frames, []
        return [(frame["type"], frame["topic"]) for frame in frames]

    async def notices(self) -> list[list[dict[str, Any]]]:
        """Returns what all heartbeats since the last call said is wrong."""
        await self.screen._drain()
        frames, self.frames = self.frames, []
        return [frame["notices"] for frame in frames]

    def report(self, case: str) -> None:
        fold(self.replica.state, [reported(case)], first_ms=int(NOON * 1000) + len(self.replica.state.cases) * 1000)
        self.replica.touched.add(0)


@pytest.fixture
async def watching() -> Watching:
    return Watching()


async def test_who_subscribes_gets_a_snapshot_and_then_what_changes(watching: Watching) -> None:
    watching.publisher.subscribe(watching.screen, {"city"})
    assert await watching.got() == [("snapshot", "city")]
    watching.publisher.publish(True)
    assert await watching.got() == []
    watching.report("C-1")
    watching.publisher.publish(False)
    await watching.screen._drain()
    [frame] = watching.frames
    assert (frame["type"], frame["seq"], frame["prev"]) == ("delta", 2, 1)
    assert frame["body"]["kpi"]["cases-open"] == 1


async def test_slow_topics_wait_for_a_slow_tick(watching: Watching) -> None:
    area = f"area/{GRIDS[0]}"
    watching.publisher.subscribe(watching.screen, {"map/cases-open", area})
    await watching.got()
    watching.report("C-1")
    watching.publisher.publish(False)
    assert await watching.got() == [("delta", "map/cases-open")]
    watching.publisher.publish(True)
    assert await watching.got() == [("delta", area)]


async def test_pulses_are_in_one_delta_and_in_no_snapshot(watching: Watching) -> None:
    watching.publisher.subscribe(watching.screen, {"map/cases-open"})
    await watching.got()
    watching.report("C-1")
    watching.publisher.publish(False)
    await watching.screen._drain()
    assert watching.frames[0]["body"]["pulse"] == [0]
    fresh = json.loads(watching.publisher.fresh("map/cases-open") or "")
    assert "pulse" not in fresh["body"]
    assert fresh["body"]["values"]["0"] == 1


async def test_what_nobody_watches_is_forgotten_and_begins_anew(watching: Watching) -> None:
    publisher = watching.publisher
    publisher.subscribe(watching.screen, {"city"})
    first = publisher.topics["city"].frames.epoch
    publisher.subscribe(watching.screen, set())
    publisher.publish(True)
    assert publisher.topics == {}
    assert publisher.fresh("city") is None
    publisher.subscribe(watching.screen, {"city"})
    assert publisher.topics["city"].frames.epoch != first


async def test_topics_that_do_not_exist_are_not_known(watching: Watching) -> None:
    assert [name for name in ("city", "area/x", "case/C-1") if watching.publisher.knows(name)] == ["city"]
    watching.report("C-1")
    assert watching.publisher.knows("case/C-1")


async def test_what_is_wrong_with_the_log_reaches_busy_screens_too_and_is_taken_back() -> None:
    wrong: list[Notice] = []
    watching = Watching(lambda: list(wrong))
    watching.publisher.follower._contact_at = [time.monotonic()]
    watching.screen.sent_at = time.monotonic()  # it has just got a frame
    watching.publisher._heartbeat()
    assert await watching.notices() == []
    wrong.append(Notice("writes-refused", 5, "full", True))
    watching.publisher._heartbeat()
    assert (await watching.notices())[0] == [{"name": "writes-refused", "since": 5, "detail": "full", "grave": True}]
    wrong.clear()
    watching.publisher._heartbeat()
    assert (await watching.notices())[0] == []
