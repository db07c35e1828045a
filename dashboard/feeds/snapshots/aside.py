"""Snapshots that were set aside: nothing that was counted is thrown away because something else fits now."""

from __future__ import annotations

import datetime as dt
from typing import Any

import redis.exceptions

from dashboard.feeds.keys import SNAPSHOT, SNAPSHOTS_ASIDE

KEPT = 3  # of several the newest ones; each may be hundreds of megabytes


class Aside:
    """Moves snapshots out of the way, and forgets the oldest of those."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def move(self) -> str | None:
        """Gives the snapshot another name and returns it; None when there is none any more."""
        name = _name()
        try:
            await self._client.rename(SNAPSHOT, name)
        except redis.exceptions.ResponseError:
            return None
        await self._note(name)
        return name

    async def write(self, fields: dict[str, bytes]) -> str:
        """Writes a snapshot under another name and returns it."""
        name = _name()
        await self._client.hset(name, mapping=fields)
        await self._note(name)
        return name

    async def names(self) -> list[str]:
        """Returns the names of those that are kept, oldest first."""
        return [name.decode() for name in await self._client.zrange(SNAPSHOTS_ASIDE, 0, -1)]

    async def _note(self, name: str) -> None:
        await self._client.zadd(SNAPSHOTS_ASIDE, {name: dt.datetime.now(dt.UTC).timestamp()})
        for old in (await self.names())[:-KEPT]:
            await self._client.delete(old)
            await self._client.zrem(SNAPSHOTS_ASIDE, old)


def _name() -> str:
    """Returns a name with the real time in it, in UTC, in the slot of snapshots."""
    return f"{SNAPSHOTS_ASIDE}:{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S.%fZ}"
