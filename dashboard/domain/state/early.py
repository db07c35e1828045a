"""Early reports: well formed, but their case does not allow them yet, since they may only have come early.

They wait until another report of the same case lets them in, until `HOLD_S` of arrivals
have passed, or until there is no room for them (`HOLD_BYTES`); then they become dead letters,
and may come again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import msgspec

from dashboard.domain.rules.lifecycle import Step

HOLD_BYTES = 64 << 20
_EARLY_BYTES = 700  # what one step takes beside its texts: two entries of dictionaries, four objects, measured


class Early(msgspec.Struct, frozen=True):
    """A step that waits.

    Attributes:
        position: id of its entry.
        until_ms: the arrival time at which it is given up.
        key: by which it is remembered as seen (see `seen.key_of`); 0 when an earlier version let it wait.
    """

    case: str
    step: Step
    position: bytes
    until_ms: int
    reason: str
    key: int = 0

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        return _EARLY_BYTES + len(self.case) + len(self.reason)


class EarlyReports:
    """Steps that wait for their case.

    Each shard has its own queue, and its own arrivals end the waiting in it: how the shards are read beside each
    other makes no difference.

    Attributes:
        by_case: waiting steps of each case in order of arrival.
        queues: all of them in order of arrival, by shard.
        most_bytes: how much memory the steps of one shard may take.
        bytes_of: how much they take, by shard.
    """

    def __init__(self, most_bytes: int = HOLD_BYTES) -> None:
        self.by_case: dict[str, list[Early]] = {}
        self.queues: dict[int, dict[Early, None]] = {}
        self.most_bytes = most_bytes
        self.bytes_of: dict[int, int] = {}

    @property
    def count(self) -> int:
        """How many steps wait."""
        return sum(map(len, self.queues.values()))

    def waiting(self) -> Iterator[Early]:
        """Yields all of them, shard by shard, in order of arrival."""
        return itertools.chain.from_iterable(self.queues.values())

    def hold(self, early: Early) -> None:
        """Lets a step wait."""
        shard = early.step.shard
        self.by_case.setdefault(early.case, []).append(early)
        self.queues.setdefault(shard, {})[early] = None
        self.bytes_of[shard] = self.bytes_of.get(shard, 0) + early.size_bytes

    def release(self, early: Early) -> None:
        """Takes a step out, since it was let in or given up."""
        shard, waiting = early.step.shard, self.by_case[early.case]
        waiting.remove(early)
        if not waiting:
            del self.by_case[early.case]
        del self.queues[shard][early]
        self.bytes_of[shard] -= early.size_bytes

    def expired(self, shard: int, arrival_ms: int) -> Iterator[Early]:
        """Takes out and yields the steps of a shard that have waited too long, and the oldest that have no room."""
        queue = self.queues.get(shard, {})
        while queue:
            early = next(iter(queue))
            if early.until_ms > arrival_ms and not self.full(shard):
                return
            self.release(early)
            yield early

    def full(self, shard: int) -> bool:
        """Says whether the steps of a shard take more memory than they may."""
        return self.bytes_of.get(shard, 0) > self.most_bytes

    def next_expiry_ms(self, shard: int) -> int | None:
        """Returns the arrival time at which the oldest waiting step of a shard is given up."""
        queue = self.queues.get(shard)
        return next(iter(queue)).until_ms if queue else None

    def dump(self) -> list[Any]:
        """Returns a frozen copy."""
        return [msgspec.structs.astuple(early) for early in self.waiting()]

    @classmethod
    def load(cls, dumped: list[Any], most_bytes: int = HOLD_BYTES) -> EarlyReports:
        """Returns what `dump` described."""
        early = cls(most_bytes)
        for case, step, position, until_ms, reason, *key in dumped:  # earlier versions did not keep the key
            fields = step if isinstance(step, dict) else msgspec.structs.asdict(step)
            held = Early(case, Step(**fields), bytes(position), until_ms, reason, *key)
            if held not in early.queues.get(held.step.shard, {}):  # earlier versions could write one twice
                early.hold(held)
        return early
