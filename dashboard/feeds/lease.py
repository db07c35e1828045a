"""The lease: who of several servers may append what the keeper decides, guarded by a fencing token.

Whoever takes the lease gets the next token, and raises the fence of each shard to it. Every append names its token,
and Redis checks it against the shard's fence in the same step in which it appends: a holder that slept through the end
of its lease (stopped, swapped out, cut off) wakes up to find that it appends nothing, whatever it was in the middle
of. The lease lies in one slot and each fence in that of its shard, so every step is one that a cluster can do.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from dashboard.feeds.keys import (
    KEEPER_LEASE,
    KEEPER_TOKEN,
    first_keeper_cursor,
    keeper_cursor,
    keeper_fence,
    stream_names,
)
from dashboard.feeds.scripts import lua

LASTING_MS = 5000
_NO_END = -1  # as PTTL says it


class Lease:
    """One process's side of the lease.

    Attributes:
        token: the fencing token while the lease is held as far as this process knows, else None.
    """

    def __init__(self, client: Any, shards: int, lasting_ms: int = LASTING_MS) -> None:
        self._client, self._shards, self._lasting_ms = client, shards, lasting_ms
        self._streams = stream_names(shards)
        self._name = secrets.token_hex(6)
        script = client.register_script
        self._take, self._prolong = script(lua("lease_take")), script(lua("lease_prolong"))
        self._raise, self._leave = script(lua("fence_raise")), script(lua("fence_leave"))
        self._at_least = script(lua("token_at_least"))
        self._append, self._let_go = script(lua("keeper_append")), script(lua("lease_let_go"))
        self.token: int | None = None

    @property
    def _mine(self) -> str:
        return f"{self.token}:{self._name}"

    async def take(self) -> bool:
        """Takes the lease if it is free, and raises the fence of every shard; says whether it is ours.

        What an earlier holder appends to a shard comes before the fence is raised there, so whoever reads the log
        afterwards sees all of it.
        """
        token = int(await self._take([KEEPER_LEASE, KEEPER_TOKEN], [self._name, self._lasting_ms]))
        self.token = token or None
        if token == 0:
            return False
        for shard in range(self._shards):
            later = int(await self._raise([keeper_fence(shard, self._shards)], [token, self._mine]))
            if later:  # somebody has seized it meanwhile, or the count of tokens was lost
                await self._at_least([KEEPER_TOKEN], [later])
                await self.release()
                return False
        return True

    async def endless(self) -> str | None:
        """Returns why nobody will ever get the lease: what lies there has no end, as ours always have. Else None."""
        if self.token is not None or await self._client.pttl(KEEPER_LEASE) != _NO_END:
            return None
        return f"the key {KEEPER_LEASE} has no end, so it is no keeper's: delete it"

    async def is_left_over(self) -> bool:
        """Says whether the lease that is in our way is one of our own, which we have forgotten."""
        holder: bytes | None = await self._client.get(KEEPER_LEASE)
        return holder is not None and holder.endswith(f":{self._name}".encode())

    async def prolong(self) -> bool:
        """Lets the lease go on; returns False when it is somebody else's by now."""
        held = self.token is not None and await self._prolong([KEEPER_LEASE], [self._mine, self._lasting_ms])
        return self._held(bool(held))

    async def cursor(self, shard: int) -> bytes | None:
        """Returns how far a keeper has read a shard, also one of version 0.1; None when none has."""
        found: bytes | None = await self._client.get(keeper_cursor(shard, self._shards))
        return found or await self._client.get(first_keeper_cursor(shard))

    async def append(self, shard: int, raws: Sequence[bytes], cursor: bytes | None = None) -> bool:
        """Appends reports to a shard and moves its cursor, all at once or not at all; prolongs the lease before.

        Returns:
            False when the lease is somebody else's by now; nothing was appended then.
        """
        if not await self.prolong():
            return False
        keys = [keeper_fence(shard, self._shards), keeper_cursor(shard, self._shards), self._streams[shard]]
        return self._held(bool(await self._append(keys, [self._mine, cursor or b"", *raws])))

    def _held(self, held: bool) -> bool:
        if not held:
            self.token = None
        return held

    def forget(self) -> None:
        """Stops acting under the lease; in Redis it ends by itself."""
        self.token = None

    async def release(self) -> None:
        """Gives the lease back, if it is still ours; what is on its way to a shard is refused there from now on.

        It may be ours without our knowing: the answer with the token may have been lost.
        """
        if self.token is not None:
            mine, self.token = self._mine, None
            nobody = f"{mine.partition(':')[0]}:"
            for shard in range(self._shards):
                await self._leave([keeper_fence(shard, self._shards)], [mine, nobody])
        await self._let_go([KEEPER_LEASE], [f":{self._name}"])
