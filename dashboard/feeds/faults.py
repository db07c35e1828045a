"""Faults: entries at which the fold met a mistake in the code. Every server passes over them.

Which ones they are stands in Redis, so that all servers and all restarts fold the same log to the same state.
"""

from __future__ import annotations

import logging
from typing import Any

import redis.exceptions

from dashboard.errors import Fault
from dashboard.feeds.keys import FAULTS

log = logging.getLogger(__name__)

Place = tuple[int, bytes]  # shard, and id of the entry


class Faults:
    """The faults of one log.

    Attributes:
        places: those that are known here.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.places: frozenset[Place] = frozenset()

    async def learn(self) -> bool:
        """Reads what other servers have found; returns whether something was new."""
        try:
            found = await self._client.hkeys(FAULTS)
        except redis.exceptions.ResponseError:  # something else lies under that name: it says nothing
            return False
        known = self.places
        self.places |= {place for place in map(_place, found) if place is not None}
        return self.places != known

    async def add(self, fault: Fault) -> None:
        """Writes one down for everybody; what was raised stands beside it."""
        log.error("%s; it is passed over, and the log is folded anew without it", fault, exc_info=fault.error)
        self.places |= {(fault.shard, fault.position)}
        name = b"%d/%s" % (fault.shard, fault.position)
        await self._client.hset(FAULTS, name, f"{type(fault.error).__name__}: {fault.error}"[:1000])


def _place(name: bytes) -> Place | None:
    shard, _, position = name.partition(b"/")
    return (int(shard), position) if shard.isdigit() and position else None
