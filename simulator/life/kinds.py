"""Kinds of cases: how many there are, how hard they are, how much work they make and when they happen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.place.land import Floats

# Reports by hour of the day: most by day with a dip at noon; trouble also in the evening and at night.
BY_DAY: Floats = np.array(
    [1, 1, 0, 0, 1, 2, 6, 16, 44, 60, 60, 48, 26, 34, 54, 56, 50, 36, 22, 18, 12, 8, 4, 2], dtype=np.float64
)  # fmt: skip
AROUND_THE_CLOCK: Floats = np.array(
    [16, 12, 9, 7, 6, 7, 12, 22, 32, 38, 40, 40, 34, 32, 36, 38, 40, 42, 44, 46, 44, 38, 30, 22], dtype=np.float64
)  # fmt: skip
WEEKDAYS = (1.12, 1.08, 1.06, 1.05, 1.05, 0.86, 0.78)  # Monday to Sunday, mean 1


@dataclass(frozen=True)
class Kind:
    """A category of case.

    Attributes:
        per_day: reports a day in a city of 1,000,000.
        hours: working hours that a case of difficulty 1 and severity 2 takes a level.
        difficulty: median difficulty; 1 is what a community can just solve.
        department: who gets what the worker cannot do alone.
        severities: odds of severity 1, 2 and 3.
        limit_hours: by when it must be closed, by severity (the city's rules; who works knows them).
        hoped_hours: how long residents hope that it takes.
        stall: how easily hard cases come to a standstill (an absent owner, a court).
        paperwork: how often something has to be waited for with the clock stopped.
        rungs: shares of the limit that community, street and district have once it is overdue (the city's rules).
        round_the_clock: everybody works on it at night, too.
        urgent_at_night: work on severity 1 goes on at night.
    """

    per_day: float
    hours: float
    difficulty: float
    department: str
    severities: tuple[float, float, float]
    limit_hours: tuple[float, float, float]
    hoped_hours: float
    stall: float = 1.0
    paperwork: float = 1.0
    rungs: tuple[float, float, float] = (0.25, 0.5, 0.5)
    round_the_clock: bool = False
    urgent_at_night: bool = True

    @property
    def profile(self) -> Floats:
        """Relative reports by hour of the day, float64 [24]."""
        return AROUND_THE_CLOCK if self.round_the_clock else BY_DAY


KINDS = {
    "dispute": Kind(
        36, 20.0, 0.50, "governance", (0.06, 0.44, 0.50), (48, 120, 240), 70,
        stall=2.2, paperwork=1.5, rungs=(0.2, 0.3, 0.4),
    ),
    "public-security": Kind(
        50, 12.5, 0.52, "public-security", (0.10, 0.45, 0.45), (12, 72, 168), 24, round_the_clock=True
    ),
    "emergency": Kind(
        22, 3.0, 0.48, "fire", (0.34, 0.40, 0.26), (4, 12, 24), 5, stall=0.7, paperwork=0.2, round_the_clock=True
    ),
    "urban-management": Kind(112, 9.0, 0.50, "urban-management", (0.06, 0.44, 0.50), (24, 72, 168), 30),
    "food-safety": Kind(30, 9.5, 0.52, "market-supervision", (0.08, 0.42, 0.50), (24, 72, 240), 40),
    "labour": Kind(38, 17.0, 0.56, "labour", (0.06, 0.44, 0.50), (72, 168, 360), 80, paperwork=1.6),
    "civil-affairs": Kind(48, 12.0, 0.50, "civil-affairs", (0.05, 0.45, 0.50), (48, 120, 240), 45, paperwork=1.5),
    "family-planning": Kind(34, 12.0, 0.50, "health", (0.05, 0.45, 0.50), (48, 120, 240), 45),
}  # fmt: skip
