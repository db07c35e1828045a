"""The publisher: decides when a frame is made and of what.

At once after silence, then at most ten times a second for numbers and the map and
twice a second for charts and lists, at least once a second something. Only topics that
somebody watches are computed.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.reading import cases, wall
from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.panels import Panels
from dashboard.feeds.follower import Follower, Replica
from dashboard.feeds.live.frames import Body, Moment, TopicFrames
from dashboard.feeds.live.screens import Hub, Screen

TICK_S = 0.1
SLOW_S = 0.5
IDLE_S = 1.0
HEARTBEAT_S = 0.9
LOST_AFTER_S = 1.0
TELL_S = 2.0  # for so long after a loss every screen is told the age, also that it is small again
MAX_TOPICS = 2000
_PULSES = 40
_SLOW_TOPICS = ("area/", "panels/")


class MapFrames(TopicFrames):
    """The frames of one map layer: arrays are compared, and only changed grids are written."""

    def __init__(self, topic: str, epoch: str, grids: int) -> None:
        super().__init__(topic, epoch)
        self._values: npt.NDArray[np.int64] = np.full(grids, np.iinfo(np.int64).min)
        self._states = np.zeros(grids, np.uint8)

    def update(self, values: npt.NDArray[np.int64], states: npt.NDArray[np.uint8]) -> Body:
        """Returns the values and states that changed since the last call, by grid index as text."""
        body: Body = {}
        for name, old, new in (("values", self._values, values), ("states", self._states, states)):
            changed = np.flatnonzero(old != new)
            if len(changed):
                shown = new[changed].tolist()
                if name == "states":
                    shown = [wall.STATE_NAMES[state] for state in shown]
                body[name] = dict(zip(map(str, changed.tolist()), shown, strict=True))
        self._values, self._states = values.copy(), states.copy()
        return body


class Publisher:
    """Makes frames of the replica's state for the screens of a hub."""

    def __init__(self, replica: Replica, follower: Follower, hub: Hub, now: Callable[[], float]) -> None:
        self.replica, self.follower, self.hub = replica, follower, hub
        self._now = now
        self.process = secrets.token_hex(3)
        self._started = 0
        self.topics: dict[str, TopicFrames] = {}
        self._panels: Panels | None = None
        self.frame_s = 0.0
        self._tell_all_until = 0.0

    def now(self) -> float:
        """Returns the city's time, epoch seconds."""
        return self._now()

    def moment(self) -> Moment:
        """Returns the moment of a frame made now."""
        return Moment(int(self.now() * 1000), int(self.replica.state.watermark * 1000))

    def knows(self, topic: str) -> bool:
        """Says whether a topic can be watched."""
        kind, _, name = topic.partition("/")
        if kind == "map":
            return name in wall.LAYERS
        if kind in ("area", "wall", "panels"):
            return name in self.replica.state.tree.by_code
        if kind == "case":
            return name in self.replica.state.cases.rows
        return topic == "city"

    def subscribe(self, screen: Screen, topics: set[str]) -> None:
        """Makes `topics` all that a screen watches, and sends snapshots of the new ones."""
        for topic in self.hub.subscribe(screen, topics):
            self._open(topic)
            screen.refresh(topic)

    def fresh(self, topic: str) -> str | None:
        """Returns a snapshot of a topic as of its last delta, or None for one that nobody watches."""
        frames = self.topics.get(topic)
        return frames.snapshot(self.moment()) if frames else None

    def _open(self, topic: str) -> None:
        """Begins the frames of a topic that nobody watched before."""
        if topic in self.topics:
            return
        self._started += 1
        epoch = f"{self.process}.{self._started}"
        grids = len(self.replica.state.tree.grids)
        frames = MapFrames(topic, epoch, grids) if topic.startswith("map/") else TopicFrames(topic, epoch)
        self.topics[topic] = frames
        frames.delta(self._body(topic, frames, Reading(self.replica.state, self.now()), True), self.moment())

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
        for topic in [topic for topic in self.topics if topic not in self.hub.watchers]:
            del self.topics[topic]
        pulses = sorted(self.replica.touched)[:_PULSES]
        self.replica.touched.clear()
        if not self.topics:
            return
        reading, moment = Reading(self.replica.state, self.now()), self.moment()
        for topic, frames in self.topics.items():
            if topic.startswith(_SLOW_TOPICS) and not slow:
                continue
            body = self._body(topic, frames, reading, slow)
            transient = {"pulse": pulses} if pulses and topic.startswith("map/") else None
            frame = frames.delta(body, moment, transient)
            if frame is not None:
                self.hub.publish(topic, frame)

    def _body(self, topic: str, frames: TopicFrames, reading: Reading, slow: bool) -> Body:
        """Returns what a topic shows now, or its sections that may have changed."""
        kind, _, name = topic.partition("/")
        tree = self.replica.state.tree
        if isinstance(frames, MapFrames):
            return frames.update(wall.layer_values(reading, name).astype(np.int64), wall.grid_states(reading))
        if kind == "case":
            return cases.live(reading, name) if name in reading.state.cases.rows else {}
        area = tree.by_code[name] if name else tree.root
        if kind == "panels":
            return self._panels_of(reading).body(area)
        if kind == "area":
            shown = area_body(reading, area, self.follower.behind)
            return {name: value for name, value in shown.items() if name not in ("at", "watermark")}
        body: Body = {"kpi": wall.kpis(reading, area)}
        if slow:
            body |= wall.slow_body(reading, area)
        return body

    def _panels_of(self, reading: Reading) -> Panels:
        """Returns the panels of a reading: what they share is computed once for all areas that are watched."""
        if self._panels is None or self._panels.reading is not reading:
            self._panels = Panels(reading)
        return self._panels

    def _heartbeat(self) -> None:
        """Tells every quiet screen that the server lives, and all of them when Redis does not."""
        age_s = self.follower.age_s
        moment = self.moment()
        beat = {
            "type": "heartbeat",
            "at": moment.at,
            "watermark": moment.watermark,
            "behind": self.follower.behind,
            "age_ms": int(age_s * 1000),
        }
        if age_s > LOST_AFTER_S:
            self._tell_all_until = time.monotonic() + TELL_S
        quiet_s = 0.0 if time.monotonic() < self._tell_all_until else HEARTBEAT_S
        self.hub.heartbeat(msgspec.json.encode(beat).decode(), quiet_s)
