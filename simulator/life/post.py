"""The way of a report from where it is written to the log: on time, late, twice, or spoiled."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from dashboard.domain.acting.keeper import SOURCE as KEEPER
from simulator.life.events import Writer
from simulator.life.office import HOUR
from simulator.life.run import Run
from simulator.life.workers import Silences

Arrival = tuple[float, str, bytes]  # epoch seconds, area code, report
Reader = Callable[[str, str, str, str, dict[str, Any], float], None]  # type, source, id, area code, data, arrival


class Chances(Protocol):
    """A source of randomness."""

    def random(self) -> float:
        """Returns a number in 0–1."""
        ...


class Post:
    """Reports that are on their way, in order of arrival.

    Attributes:
        writer: makes reports of what happened.
        reader: is told of every report that was sent, once.
    """

    def __init__(self, writer: Writer, silences: Silences, run: Run) -> None:
        self.writer, self._silences, self._run = writer, silences, run
        self._waiting: list[tuple[float, int, str, bytes, str]] = []
        self._pushed = 0
        self._dropped: dict[str, int] = {}
        self.reader: Reader | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def send(
        self, rng: Chances, kind: str, subject: str, source: str, at: float, data: dict[str, Any], of: str = ""
    ) -> float:
        """Sends a report straight away; returns when it arrives. It is `of` a story that can be dropped."""
        return self._deliver(rng, kind, subject, source, at, data, at, of)

    def keep(self, kind: str, subject: str, key: str, at: float, data: dict[str, Any], of: str = "") -> None:
        """Sends what the keeper of the past has appended, under the id that every keeper gives it."""
        raw = self.writer.report(kind, subject, KEEPER, at, data, key)
        self._push(at, subject, raw, of)

    def drop(self, story: str) -> None:
        """Forgets all reports of a story that are still on their way; what is sent from now on is another story."""
        self._dropped[story] = self._pushed

    def send_by_handset(
        self,
        rng: np.random.Generator,
        kind: str,
        subject: str,
        grid: int,
        at: float,
        data: dict[str, Any],
        day: int,
    ) -> float:
        """Sends a report from a handset, which may be dead or out of reach for hours; returns when it arrives."""
        leaves = self._silences.until(grid, at, day)
        mess = self._run.scenario_at(at)
        if leaves:
            leaves += 300.0 * float(rng.random())
        elif float(rng.random()) < mess.late:
            leaves = at + float(rng.uniform(0.5, 6.0)) * HOUR
        return self._deliver(rng, kind, subject, "/handsets/" + subject, at, data, max(leaves, at), "")

    def _deliver(
        self,
        rng: Chances,
        kind: str,
        subject: str,
        source: str,
        at: float,
        data: dict[str, Any],
        leaves: float,
        of: str,
    ) -> float:
        raw = self.writer.report(kind, subject, source, at, data)
        mess = self._run.scenario_at(at)
        chance = float(rng.random())
        arrival = leaves + 0.2 + 1.6 * chance
        if chance < mess.malformed:
            self._push(arrival, subject, spoiled(raw, int(chance / mess.malformed * 7.0)), of)
            arrival += 2.0  # the handset sends it again, whole
        elif chance < mess.malformed + mess.duplicates:
            self._push(arrival + 4.0 + 300.0 * float(rng.random()), subject, raw, of)
        self._push(arrival, subject, raw, of)
        if self.reader is not None:
            self.reader(kind, source, self.writer.last_id, subject, data, arrival)
        return arrival

    def _push(self, at: float, subject: str, raw: bytes, of: str) -> None:
        self._pushed += 1
        heapq.heappush(self._waiting, (at, self._pushed, subject, raw, of))

    def take(self, until: float) -> Arrival | None:
        """Takes out the next report that arrives by `until`, or returns None."""
        while self._waiting and self._waiting[0][0] <= until:
            at, number, subject, raw, story = heapq.heappop(self._waiting)
            if number > self._dropped.get(story, 0):
                return at, subject, raw
        return None


def spoiled(raw: bytes, way: int) -> bytes:
    """Returns a report spoiled in one of seven ways that happen to real messages."""
    if way == 0:
        return raw[: len(raw) * 2 // 3]
    if way == 1:
        return raw.replace(b'"data":{', b'"data":{"lat":NaN,', 1)
    if way == 2:
        return raw.replace(b'"type":"', b'"type":"x-', 1)
    if way == 3:
        return raw.replace(b'"subject":"', b'"subject":"9', 1)
    if way == 4:
        return raw.replace(b'"time":"20', b'"time":"soon 20', 1)
    if way == 5:
        return raw.replace(b'"specversion":"1.0",', b"", 1)
    return raw[:-1] + b"\xff\xfe"
