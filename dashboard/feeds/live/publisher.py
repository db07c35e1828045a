"""The publisher: decides when a frame is made and of what.

At once after silence, then at most ten times a second for numbers and the map and
twice a second for charts and lists, at least once a second something. Only topics that
somebody watches are computed.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from dashboard.feeds.follower import Follower, Replica
from dashboard.feeds.live.frames import Moment, TopicFrames
from dashboard.feeds.live.screens import Hub, Screen
from dashboard.feeds.live.topics import Tick, Topic, topic_of
from dashboard.feeds.moments import Moments
from dashboard.feeds.watch import Notice

TICK_S = 0.1
SLOW_S = 0.5
IDLE_S = 1.0
HEARTBEAT_S = 0.9
LOST_AFTER_S = 1.0
TELL_S = 2.0  # for so long after a loss every screen is told the age, also that it is small again
MAX_TOPICS = 2000
_PULSES = 40


class Watched(NamedTuple):
    """A topic that somebody watches, and its frames."""

    topic: Topic
    frames: TopicFrames


class Publisher:
    """Makes frames of the city at the moments of its clock, for the screens of a hub."""

    def __init__(
        self,
        replica: Replica,
        moments: Moments,
        follower: Follower,
        hub: Hub,
        notices: Callable[[], list[Notice]] = list,
    ) -> None:
        self.replica, self.follower, self.hub = replica, follower, hub
        self._moments, self._notices = moments, notices
        self.process = secrets.token_hex(3)
        self._started = 0
        self.topics: dict[str, Watched] = {}
        self.frame_s = 0.0
        self._tell_all_until = self._said_at = 0.0
        self._said: list[Notice] = []

    def moment(self) -> Moment:
        """Returns the moment of a frame made now."""
        return Moment(int(self._moments.now_s() * 1000), int(self._moments.watermark() * 1000))

    def knows(self, topic: str) -> bool:
        """Says whether a topic can be watched."""
        return topic_of(self.replica.state, topic) is not None

    def subscribe(self, screen: Screen, topics: set[str]) -> None:
        """Makes `topics` all that a screen watches, and sends snapshots of the new ones."""
        for topic in self.hub.subscribe(screen, topics):
            self._open(topic)
            screen.refresh(topic)

    def fresh(self, topic: str) -> str | None:
        """Returns a snapshot of a topic as of its last delta, or None for one that nobody watches."""
        watched = self.topics.get(topic)
        return watched.frames.snapshot(self.moment()) if watched else None

    def _open(self, name: str) -> None:
        """Begins the frames of a topic that nobody watched before."""
        topic = topic_of(self.replica.state, name)
        if name in self.topics or topic is None:
            return
        self._started += 1
        watched = self.topics[name] = Watched(topic, TopicFrames(name, f"{self.process}.{self._started}"))
        watched.frames.delta(topic.body(self._tick(slow=True)), self.moment())

    def _tick(self, *, slow: bool, pulses: Sequence[int] = ()) -> Tick:
        return Tick(self._moments.now(), slow=slow, behind=self.follower.behind, pulses=pulses)

    async def run(self) -> None:
        """Publishes until cancelled."""
        slow_at, unseen = 0.0, False
        while True:
            unseen |= await self._changed(min(IDLE_S, max(TICK_S, slow_at + SLOW_S - time.monotonic())))
            slow = time.monotonic() - slow_at >= (SLOW_S if unseen else IDLE_S)
            if unseen or slow:
                started = time.perf_counter()
                self.publish(slow)
                self.frame_s = time.perf_counter() - started
            if slow:
                slow_at, unseen = time.monotonic(), False
            self._heartbeat()
            await asyncio.sleep(TICK_S)

    async def _changed(self, timeout_s: float) -> bool:
        """Waits until something was folded, or for `timeout_s`; says which."""
        try:
            await asyncio.wait_for(self.replica.changed.wait(), timeout_s)
        except TimeoutError:
            return False
        self.replica.changed.clear()
        return True

    def publish(self, slow: bool) -> None:
        """Publishes a delta of every topic that is watched and has changed."""
        for name in [name for name in self.topics if name not in self.hub.watchers]:
            del self.topics[name]
        pulses = sorted(self.replica.touched)[:_PULSES]
        self.replica.touched.clear()
        due = [watched for watched in self.topics.values() if slow or watched.topic.pace == "fast"]
        if due:
            self._publish(due, self._tick(slow=slow, pulses=pulses), self.moment())

    def _publish(self, due: list[Watched], tick: Tick, moment: Moment) -> None:
        for topic, frames in due:
            frame = frames.delta(topic.body(tick), moment, topic.transient(tick))
            if frame is not None:
                self.hub.publish(topic.name, frame)

    def _heartbeat(self) -> None:
        """Tells every quiet screen that the server lives, and all of them when something is wrong with the log."""
        age_s, notices = self.follower.age_s, self._notices()
        moment = self.moment()
        beat = {
            "type": "heartbeat",
            "at": moment.at,
            "watermark": moment.watermark,
            "behind": self.follower.behind,
            "age_ms": int(age_s * 1000),
            "notices": notices,
        }
        quiet_s = 0.0 if self._all_must_hear(age_s, notices) else HEARTBEAT_S
        self.hub.heartbeat(msgspec.json.encode(beat).decode(), quiet_s)

    def _all_must_hear(self, age_s: float, notices: list[Notice]) -> bool:
        """Says whether busy screens get this heartbeat, too: Redis is silent, or something else is or was wrong.

        An age changes all the time; a notice stays what it is and is said once a second, for whoever comes new.
        """
        now = time.monotonic()
        if age_s > LOST_AFTER_S or notices != self._said:
            self._tell_all_until = now + TELL_S
        again = bool(notices) and now - self._said_at >= HEARTBEAT_S
        if again or notices != self._said:
            self._said, self._said_at = notices, now
            return True
        return now < self._tell_all_until
