"""Early reports: well formed, but their case does not allow them yet, since they may only have come early.

They wait until another report of the same case lets them in, or until `HOLD_S` of
arrivals have passed; then they become dead letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from dashboard.domain.rules.lifecycle import Step

KEPT_EARLY = 10_000


class Early(msgspec.Struct, frozen=True):
    """A step that waits; `position` is its entry's id, `until_ms` the arrival time at which it is given up."""

    case: str
    step: Step
    position: bytes
    until_ms: int
    reason: str


class EarlyReports:
    """Steps that wait for their case.

    Attributes:
        by_case: waiting steps of each case in order of arrival.
        queue: all of them in order of arrival.
    """

    def __init__(self) -> None:
        self.by_case: dict[str, list[Early]] = {}
        self.queue: dict[Early, None] = {}

    @property
    def count(self) -> int:
        """How many steps wait."""
        return len(self.queue)

    def hold(self, early: Early) -> None:
        """Lets a step wait."""
        self.by_case.setdefault(early.case, []).append(early)
        self.queue[early] = None

    def release(self, early: Early) -> None:
        """Takes a step out, since it was let in or given up."""
        waiting = self.by_case[early.case]
        waiting.remove(early)
        if not waiting:
            del self.by_case[early.case]
        del self.queue[early]

    def expired(self, arrival_ms: int) -> Iterator[Early]:
        """Takes out and yields the steps that have waited too long, or beyond KEPT_EARLY in number."""
        while self.queue:
            early = next(iter(self.queue))
            if early.until_ms > arrival_ms and self.count <= KEPT_EARLY:
                return
            self.release(early)
            yield early

    def next_expiry_ms(self) -> int | None:
        """Returns the arrival time at which the oldest waiting step is given up."""
        return next(iter(self.queue)).until_ms if self.queue else None

    def dump(self) -> list[Any]:
        """Returns a frozen copy."""
        return [msgspec.structs.astuple(early) for early in self.queue]

    @classmethod
    def load(cls, dumped: list[Any]) -> EarlyReports:
        """Returns what `dump` described."""
        early = cls()
        for case, step, position, until_ms, reason in dumped:
            fields = step if isinstance(step, dict) else msgspec.structs.asdict(step)
            held = Early(case, Step(**fields), bytes(position), until_ms, reason)
            if held not in early.queue:  # earlier versions could write one twice
                early.hold(held)
        return early
