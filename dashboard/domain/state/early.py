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
        count: how many steps wait.
    """

    def __init__(self) -> None:
        self.by_case: dict[str, list[Early]] = {}
        self.queue: list[Early] = []
        self.count = 0

    def hold(self, early: Early) -> None:
        """Lets a step wait."""
        self.by_case.setdefault(early.case, []).append(early)
        self.queue.append(early)
        self.count += 1

    def release(self, early: Early) -> None:
        """Takes a step out, since it was let in or given up."""
        waiting = self.by_case[early.case]
        waiting.remove(early)
        if not waiting:
            del self.by_case[early.case]
        self.count -= 1

    def expired(self, arrival_ms: int) -> Iterator[Early]:
        """Takes out and yields the steps that have waited too long, or beyond KEPT_EARLY in number."""
        while self.queue and (self.queue[0].until_ms <= arrival_ms or self.count > KEPT_EARLY):
            early = self.queue.pop(0)
            if early in self.by_case.get(early.case, ()):
                self.release(early)
                yield early

    def next_expiry_ms(self) -> int | None:
        """Returns the arrival time at which the oldest waiting step is given up."""
        return self.queue[0].until_ms if self.queue else None

    def dump(self) -> list[Any]:
        """Returns a frozen copy."""
        return [msgspec.structs.astuple(e) for e in self.queue if e in self.by_case.get(e.case, ())]

    @classmethod
    def load(cls, dumped: list[Any]) -> EarlyReports:
        """Returns what `dump` described."""
        early = cls()
        for case, step, position, until_ms, reason in dumped:
            fields = step if isinstance(step, dict) else msgspec.structs.asdict(step)
            early.hold(Early(case, Step(**fields), bytes(position), until_ms, reason))
        return early
