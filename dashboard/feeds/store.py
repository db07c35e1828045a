"""The Redis that holds the log, as it describes itself: asked every few seconds, so that nobody waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from typing import Any, Literal

import msgspec
import redis.exceptions

from dashboard.domain.reports import ms_seq
from dashboard.feeds.engines import Engine, engine_of
from dashboard.feeds.keys import DEAD_LETTERS, SNAPSHOT_LEASE
from dashboard.feeds.streams import CONNECTION_ERRORS, connect

EVERY_S = 5.0

Persistence = Literal["aof", "rdb", "none", "unknown"]


class Stored(msgspec.Struct, frozen=True):
    """What Redis says of itself.

    Attributes:
        days_left: until its makers stop mending it, negative after that; None when they have not said.
        memory_limit_bytes: what it may use, None when nobody has said.
        policy: what it throws away when that is used up.
        failing: why it could not write to its disk the last time, or None.
        snapshot_lease: whether some server saves snapshots.
        letter_age_s: since the newest dead letter was written, None where there is none.
    """

    engine: Engine
    days_left: int | None
    memory_bytes: int
    memory_limit_bytes: int | None
    policy: str
    persistence: Persistence
    failing: str | None
    snapshot_lease: bool
    letter_age_s: float | None = None


class Store:
    """Asks again and again.

    Attributes:
        stored: the last answer; None before the first, and while there is none.
    """

    def __init__(self, url: str) -> None:
        self._client = connect(url)
        self.stored: Stored | None = None

    async def run(self) -> None:
        """Asks until cancelled."""
        while True:
            try:
                self.stored = await self.read()
            except CONNECTION_ERRORS:
                self.stored = None  # the follower notices too, and says so
            await asyncio.sleep(EVERY_S)

    async def read(self) -> Stored:
        """Asks now; raises what the connection raises."""
        told: dict[str, Any] = await self._client.info()
        limit, engine = int(told.get("maxmemory", 0)), engine_of(told)
        return Stored(
            engine=engine,
            days_left=None if engine.until is None else (engine.until - dt.datetime.now(dt.UTC).date()).days,
            memory_bytes=int(told["used_memory"]),
            memory_limit_bytes=limit or None,
            policy=str(told.get("maxmemory_policy", "unknown")),
            persistence="aof" if told.get("aof_enabled") else await self._saves(),
            failing=failing(told),
            snapshot_lease=bool(await self._client.exists(SNAPSHOT_LEASE)),
            letter_age_s=await self._letter_age_s(),
        )

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.aclose()

    async def _letter_age_s(self) -> float | None:
        """Returns the age of the newest dead letter by the clock of Redis, which has given it its id."""
        with contextlib.suppress(redis.exceptions.ResponseError):  # something else lies under that name
            if newest := await self._client.xrevrange(DEAD_LETTERS, count=1):
                seconds, _ = await self._client.time()
                return max(0.0, float(seconds - ms_seq(newest[0][0])[0] / 1000))
        return None

    async def _saves(self) -> Persistence:
        """Returns whether it writes its whole memory to disk from time to time; not everybody may ask."""
        with contextlib.suppress(redis.exceptions.ResponseError):
            return "rdb" if (await self._client.config_get("save")).get("save") else "none"
        return "unknown"


def failing(told: dict[str, Any]) -> str | None:
    """Returns which of its ways to the disk failed the last time, by what Redis calls it."""
    names = ("aof_last_write_status", "aof_last_bgrewrite_status", "rdb_last_bgsave_status")
    return next((name for name in names if told.get(name, "ok") != "ok"), None)
