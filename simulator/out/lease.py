"""The keeper's lease in the hands of a program that writes a past: until it is done no keeper acts."""

from __future__ import annotations

import secrets
from typing import Any

from dashboard.feeds.keys import KEEPER_LEASE, KEEPER_TOKEN, keeper_cursor, keeper_fence, stream_names
from dashboard.feeds.scripts import lua

LASTING_MS = 5000


class SeizedLease:
    """The lease, taken by force from whoever holds it (with redis-py's blocking client)."""

    def __init__(self, client: Any, shards: int, lasting_ms: int = LASTING_MS) -> None:
        self._client, self._shards, self._lasting_ms = client, shards, lasting_ms
        name = secrets.token_hex(6)
        token = int(client.eval(lua("lease_seize"), 2, KEEPER_LEASE, KEEPER_TOKEN, name, lasting_ms))
        self._mine = f"{token}:{name}"
        for shard in range(shards):
            client.eval(lua("fence_raise"), 1, keeper_fence(shard, shards), token, self._mine)

    def prolong(self) -> None:
        """Keeps it; call this at least twice per duration."""
        self._client.set(KEEPER_LEASE, self._mine, px=self._lasting_ms)

    def hand_over(self) -> None:
        """Tells the next keeper to begin behind what is in the streams now, and frees the lease."""
        for shard, stream in enumerate(stream_names(self._shards)):
            newest = self._client.xrevrange(stream, count=1)
            if newest:
                self._client.set(keeper_cursor(shard, self._shards), newest[0][0])
        self._client.eval(lua("lease_release"), 1, KEEPER_LEASE, self._mine)
