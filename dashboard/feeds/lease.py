"""The lease: who of several servers may append what the keeper decides, guarded by a fencing token.

Whoever takes the lease gets the next token. Every append names its token, and Redis checks it in
the same step in which it appends: a holder that slept through the end of its lease (stopped,
swapped out, cut off) wakes up to find that it appends nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

LEASE, TOKEN = "gridwall:{keeper}:lease", "gridwall:{keeper}:token"
LASTING_MS = 5000

# The lease is free: it is ours, under a token that nobody had before.
_TAKE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], token .. ':' .. ARGV[1], 'PX', ARGV[2])
return token
"""
# The lease is ours by force: for whoever writes a past, in which nobody else must act.
_SEIZE = """
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], token .. ':' .. ARGV[1], 'PX', ARGV[2])
return token
"""
# Only under our token: the lease goes on, and what we want is appended, together with how far we have read.
_APPEND = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
for i = 4, #ARGV, 2 do
  redis.call('XADD', KEYS[2 + tonumber(ARGV[i])], '*', 'event', ARGV[i + 1])
end
if ARGV[3] ~= '' then redis.call('SET', KEYS[2], ARGV[3]) end
return 1
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


def cursor_key(shard: int) -> str:
    """Returns the key under which lies how far the keeper has read a shard."""
    return f"gridwall:{{keeper}}:cursor:{shard}"


class Lease:
    """One process's side of the lease.

    Attributes:
        token: the fencing token while the lease is held as far as this process knows, else None.
    """

    def __init__(self, client: Any, streams: Sequence[str], lasting_ms: int = LASTING_MS) -> None:
        self._client, self._streams, self._lasting_ms = client, list(streams), lasting_ms
        self._name = secrets.token_hex(6)
        self.token: int | None = None

    @property
    def _mine(self) -> str:
        return f"{self.token}:{self._name}"

    async def take(self) -> bool:
        """Takes the lease if it is free; says whether it did."""
        token = int(await self._client.eval(_TAKE, 2, LEASE, TOKEN, self._name, self._lasting_ms))
        self.token = token or None
        return token > 0

    async def append(
        self, entries: Sequence[tuple[int, bytes]] = (), shard: int = 0, cursor: bytes | None = None
    ) -> bool:
        """Appends (shard, report) pairs and moves a shard's cursor, all at once or not at all; prolongs the lease.

        Returns:
            False when the lease is somebody else's by now; nothing was appended then.
        """
        given: list[bytes | int | str] = []
        for target, raw in entries:
            given += [target + 1, raw]
        keys = [LEASE, cursor_key(shard), *self._streams]
        fixed = [self._mine, self._lasting_ms, cursor or b""]
        held = bool(await self._client.eval(_APPEND, len(keys), *keys, *fixed, *given))
        if not held:
            self.token = None
        return held

    def forget(self) -> None:
        """Stops acting under the lease; in Redis it ends by itself."""
        self.token = None

    async def release(self) -> None:
        """Gives the lease back, if it is still ours."""
        if self.token is not None:
            await self._client.eval(_RELEASE, 1, LEASE, self._mine)
            self.token = None


class SeizedLease:
    """The lease in the hands of a program that writes a past (with redis-py's blocking client)."""

    def __init__(self, client: Any, lasting_ms: int = LASTING_MS) -> None:
        self._client, self._lasting_ms = client, lasting_ms
        self._name = secrets.token_hex(6)
        self._token = int(client.eval(_SEIZE, 2, LEASE, TOKEN, self._name, lasting_ms))

    def prolong(self) -> None:
        """Keeps it; call this at least twice per duration."""
        self._client.set(LEASE, f"{self._token}:{self._name}", px=self._lasting_ms)

    def hand_over(self, streams: Sequence[str]) -> None:
        """Tells the next keeper to begin behind what is in the streams now, and frees the lease."""
        for shard, stream in enumerate(streams):
            newest = self._client.xrevrange(stream, count=1)
            if newest:
                self._client.set(cursor_key(shard), newest[0][0])
        self._client.eval(_RELEASE, 1, LEASE, f"{self._token}:{self._name}")
