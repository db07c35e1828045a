"""Into Redis: a past in bulk, then live traffic paced by the city's clock or at a fixed rate."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

import redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.retry import Retry

from dashboard.clock import Clock
from dashboard.domain.reports import FIELD, ms_seq
from dashboard.feeds.keys import stream_names
from dashboard.feeds.scripts import lua
from dashboard.feeds.streams import agree_waiting, answering, shard_of
from simulator.life.living import Living
from simulator.life.post import Arrival
from simulator.out.ear import Ear
from simulator.out.restamp import restamp

TICK_S = 0.05
BULK = 500  # entries per call while a past is written
MOST_PER_TICK = 5_000


class Sink(Protocol):
    """Where reports go."""

    def send(self, reports: Sequence[tuple[str, bytes]]) -> None:
        """Delivers (area code, report) pairs in order; returns when they are safely there."""
        ...


class RedisSink:
    """Appends reports to the streams of their shards; waits for a Redis that is away, and repeats.

    What was sent but not confirmed is sent again: servers count an id once.

    Attributes:
        names: of the streams, by shard.
        redis: the connection.
    """

    def __init__(self, url: str, shards: int = 1) -> None:
        self._url = url
        self.names = stream_names(shards)
        retry = Retry(ExponentialWithJitterBackoff(cap=2.0, base=0.05), 60)
        self.redis: Any = redis.Redis.from_url(url, retry=retry, socket_timeout=30.0, socket_connect_timeout=2.0)
        self._append = self.redis.register_script(lua("append_past"))
        self._shards: dict[str, int] = {}

    def check(self) -> None:
        """Raises RedisUnavailable when nothing answers, and OtherShards when nobody would read what we send."""
        with answering(self._url):
            asking = redis.Redis.from_url(self._url, socket_connect_timeout=5.0, socket_timeout=5.0)
            agree_waiting(asking, len(self.names))

    def shard(self, code: str) -> int:
        """Returns the shard of an area code."""
        found = self._shards.get(code)
        if found is None:
            found = self._shards[code] = shard_of(code, len(self.names))
        return found

    def send(self, reports: Sequence[tuple[str, bytes]]) -> None:
        pipe = self.redis.pipeline(transaction=False)
        for code, raw in reports:
            pipe.xadd(self.names[self.shard(code)], {FIELD: raw})
        pipe.execute()

    def newest_ms(self) -> int:
        """Returns the arrival of the newest entry of all streams (epoch milliseconds), 0 when there is none."""
        newest = 0
        for name in self.names:
            for entry_id, _ in self.redis.xrevrange(name, count=1):
                newest = max(newest, ms_seq(entry_id)[0])
        return newest

    def send_past(self, arrivals: Iterable[Arrival], keep_ids: bool) -> Iterator[int]:
        """Appends a past and yields the running count of entries.

        Args:
            arrivals: in order of arrival.
            keep_ids: give entries the id of their arrival; only possible when nothing newer is in the streams.
        """
        total, last_ms, sequence = 0, 0, 0
        for batch in _batches(arrivals, BULK):
            arguments: list[list[bytes]] = [[] for _ in self.names]
            for at, code, raw in batch:
                ms = int(at * 1000)
                sequence = sequence + 1 if ms == last_ms else 0
                last_ms = ms
                arguments[self.shard(code)] += [b"%d-%d" % (ms, sequence) if keep_ids else b"*", raw]
            for name, given in zip(self.names, arguments, strict=True):
                if given:
                    self._append(keys=[name], args=given)
            total += len(batch)
            yield total


def _batches(arrivals: Iterable[Arrival], size: int) -> Iterator[list[Arrival]]:
    iterator = iter(arrivals)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


class Feed:
    """Sends the life of a city as its clock goes on.

    Attributes:
        sent: reports sent so far.
    """

    def __init__(
        self,
        simulation: Living,
        sink: Sink,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        ear: Ear | None = None,
    ) -> None:
        self._simulation, self._sink, self._clock, self._ear = simulation, sink, clock, ear
        self._sleep, self._monotonic = sleep, monotonic
        self.sent = 0
        self.stopped = False

    def stop(self) -> None:
        """Lets the running loop end after its current batch."""
        self.stopped = True

    def run(self, duration_s: float | None = None, rate: float | None = None) -> None:
        """Sends until stopped or until `duration_s` real seconds are over; `rate` in reports per real second."""
        step = self._tick if rate is None else self._rated(rate)
        ends = None if duration_s is None else self._monotonic() + duration_s
        while not self.stopped and (ends is None or self._monotonic() < ends):
            step()
            self._sleep(TICK_S)

    def _tick(self) -> None:
        """Listens to what others did, and sends what has arrived by now."""
        for report in self._ear.heard() if self._ear else ():
            self._simulation.hear(report)
        for batch in _batches(self._simulation.events(self._clock.now()), MOST_PER_TICK):
            self._deliver([(code, raw) for _, code, raw in batch])

    def _rated(self, rate: float) -> Callable[[], None]:
        """Returns a tick that sends the same life at a fixed rate, each report stamped with the moment it is sent."""
        life = self._simulation.events(float("inf"))
        began, base = self._monotonic(), self.sent

        def tick() -> None:
            wanted = int((self._monotonic() - began) * rate) - (self.sent - base)
            now = self._clock.now()
            batch = itertools.islice(life, max(0, min(wanted, MOST_PER_TICK)))
            self._deliver([(code, restamp(raw, now + index * 1e-6)) for index, (_, code, raw) in enumerate(batch)])

        return tick

    def _deliver(self, reports: list[tuple[str, bytes]]) -> None:
        if reports:
            self._sink.send(reports)
            self.sent += len(reports)
