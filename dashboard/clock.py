"""The city's clock. Everything that needs the time is given one; nothing else reads the machine's."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time of the city."""

    def now(self) -> float:
        """Returns the time as epoch seconds, UTC."""
        ...


class RealClock:
    """The machine's time."""

    def now(self) -> float:
        return time.time()


class CityClock:
    """A clock that showed `start_at` at the real time `anchor` and runs on from there, `speed` times as fast."""

    def __init__(self, start_at: float, speed: float = 1.0, anchor: float | None = None) -> None:
        self.start_at, self.speed = start_at, speed
        self.anchor = time.time() if anchor is None else anchor

    def now(self) -> float:
        return self.start_at + (time.time() - self.anchor) * self.speed


class ManualClock:
    """A clock for tests: it shows what it was set to."""

    def __init__(self, at: float) -> None:
        self.at = at

    def now(self) -> float:
        return self.at
