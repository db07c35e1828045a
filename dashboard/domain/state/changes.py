"""What folding one report comes to: what it changed, why it does not count, and how far its time may be off."""

from __future__ import annotations

from typing import Literal

import msgspec

DAY_S = 86400.0

Outcome = Literal["applied", "duplicate", "differing-duplicate", "held", "dead"]


class DeadLetter(msgspec.Struct, frozen=True, gc=False):
    """An entry of the log that does not count: where it lies and why."""

    shard: int
    position: bytes
    field: str
    reason: str


class Changes(msgspec.Struct, frozen=True, gc=False):
    """What one report changed; `grid` is an index on the grid axis or -1."""

    outcome: Outcome
    grid: int = -1
    case: str | None = None
    order: str | None = None
    dead: tuple[DeadLetter, ...] = ()


class Horizon(msgspec.Struct, frozen=True):
    """How far `time` may lie from the arrival of a report (seconds); None = any time from 2000 to 2099.

    With a shifted city clock arrivals and event times do not compare, hence None.
    """

    behind_s: float | None = 400 * DAY_S
    ahead_s: float | None = DAY_S
