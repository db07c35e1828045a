"""How far the time of a report may lie from its arrival."""

from __future__ import annotations

import msgspec

DAY_S = 86400.0
YEAR_2000_S = 946_684_800.0
YEAR_2100_S = 4_102_444_800.0


class Horizon(msgspec.Struct, frozen=True):
    """How far `time` may lie from the arrival of a report (seconds); None = any time from 2000 to 2099.

    With a shifted city clock arrivals and event times do not compare, hence None.
    """

    behind_s: float | None = 400 * DAY_S
    ahead_s: float | None = DAY_S

    def span(self, arrival_s: float) -> tuple[float, float]:
        """Returns the earliest time that counts and the first one that does not (epoch seconds)."""
        if self.behind_s is None or self.ahead_s is None:
            return YEAR_2000_S, YEAR_2100_S
        return max(YEAR_2000_S, arrival_s - self.behind_s), min(YEAR_2100_S, arrival_s + self.ahead_s)
