"""How far the time of a report may lie from its arrival."""

from __future__ import annotations

from math import inf

import msgspec

DAY_S = 86400.0
YEAR_2000_S = 946_684_800.0
YEAR_2100_S = 4_102_444_800.0
TOLERATED_SKEW_S = 60.0  # by so much may the clocks of those who report, of Redis and of a server differ
LEAP_S = 400 * DAY_S  # nobody goes on from one report to the next by so much: such a time is a wrong clock's


class Horizon(msgspec.Struct, frozen=True):
    """How far `time` may lie from the arrival of a report (seconds); None = any time from 2000 to 2099.

    With a shifted city clock arrivals and event times do not compare, hence None; `from_s` is when it starts, and it is
    never earlier; None = not known, and nothing lies ahead.
    """

    behind_s: float | None = 400 * DAY_S
    ahead_s: float | None = DAY_S
    from_s: float | None = None

    @property
    def shifted(self) -> bool:
        """Whether arrivals say nothing of the city's time."""
        return self.behind_s is None or self.ahead_s is None

    def behind_every_clock(self, arrival_ms: int) -> float:
        """Returns until when (epoch seconds) nothing is ahead of a clock that has seen an entry arrive."""
        if not self.shifted:
            return arrival_ms / 1000 + TOLERATED_SKEW_S
        return inf if self.from_s is None else self.from_s + TOLERATED_SKEW_S

    def may_lie_ahead(self, at: float, arrival_ms: int) -> bool:
        """Says whether a clock may be behind an instant that an entry tells."""
        return at > self.behind_every_clock(arrival_ms)

    def moves_on(self, at: float, arrival_ms: int, watermark: float) -> bool:
        """Says whether an instant that is later than all before tells how far the city is; a wrong clock's does not."""
        if not self.shifted:
            return at <= self.behind_every_clock(arrival_ms)
        return self.from_s is None or at <= max(watermark, self.from_s) + LEAP_S

    def over(self, watermark: float) -> float:
        """Returns the instant that is past by every clock, within LEAP_S, once the watermark has come so far."""
        if self.from_s is None:
            return watermark
        return min(watermark, max(self.from_s, watermark - LEAP_S))

    def span(self, arrival_s: float) -> tuple[float, float]:
        """Returns the earliest time that counts and the first one that does not (epoch seconds)."""
        if self.behind_s is None or self.ahead_s is None:
            return YEAR_2000_S, YEAR_2100_S
        return max(YEAR_2000_S, arrival_s - self.behind_s), min(YEAR_2100_S, arrival_s + self.ahead_s)
