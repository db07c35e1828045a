"""What is too dear to be made for everyone who asks: frozen on the loop, computed in a thread, kept for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Frozen = TypeVar("Frozen")
Made = TypeVar("Made")


class Kept(Generic[Key, Frozen, Made]):
    """Values by key, each kept for some seconds.

    The state belongs to the event loop and never stands still, so whatever a thread computes from has to be copied on
    the loop first, in one go. One value is made at a time: each keeps a core busy, and whoever asks for the same one
    meanwhile gets it too.
    """

    def __init__(
        self,
        freeze: Callable[[Key], Frozen],
        compute: Callable[[Frozen], Made],
        *,
        for_s: float,
        most: int = 8,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keeps nothing yet.

        Args:
            freeze: copies what the value of a key is made from; runs on the event loop, so it is short.
            compute: makes the value; runs in a thread, and reads nothing but what it is given.
            for_s: so many seconds after it was made a value still counts.
            most: of so many keys the values are kept, those of the newest.
            clock: seconds that only grow.
        """
        self._freeze, self._compute = freeze, compute
        self._for_s, self._most, self._clock = for_s, most, clock
        self._turn = asyncio.Lock()
        self._made: dict[Key, tuple[float, Made]] = {}

    async def get(self, key: Key) -> Made:
        """Returns the value of a key, made now or a moment ago; raises what `freeze` or `compute` raise."""
        found = self._fresh(key)
        if found is None:
            async with self._turn:
                found = self._fresh(key) or await self._make(key)
        return found[1]

    def _fresh(self, key: Key) -> tuple[float, Made] | None:
        found = self._made.get(key)
        return found if found is not None and self._clock() - found[0] < self._for_s else None

    async def _make(self, key: Key) -> tuple[float, Made]:
        made = await asyncio.to_thread(self._compute, self._freeze(key))
        self._made.pop(key, None)
        self._made[key] = self._clock(), made
        while len(self._made) > self._most:
            del self._made[next(iter(self._made))]
        return self._made[key]
