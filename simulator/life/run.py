"""One run of the simulation: which city of chance it is, and what holds from when on."""

from __future__ import annotations

import datetime as dt
import math
import zlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from simulator.life.scenarios import ORDINARY, Scenario

_RUNS, _NUMBERS_PER_RUN = 199, 5_000


@dataclass(frozen=True)
class Run:
    """What a life depends on beside the city: the same run in the same city gives the same reports, byte for byte.

    Attributes:
        seed: of all randomness.
        start_at: epoch seconds; nothing begins before.
        timezone: of the city.
        scenario: changes of the ordinary rates.
        scenario_from: epoch seconds before which life is ordinary; None = `start_at`.
        positions_from: epoch seconds before which no positions are sent. They count nowhere and
            handsets keep one day of them, so a history does not need older ones. None = `start_at`.
        keeper_until: epoch seconds from which a real keeper escalates cases and opens follow-up tasks;
            what it appended before is part of this life.
    """

    seed: int
    start_at: float
    timezone: str = "Asia/Shanghai"
    scenario: Scenario = ORDINARY
    scenario_from: float | None = None
    positions_from: float | None = None
    keeper_until: float = math.inf

    @property
    def unusual_from(self) -> float:
        """When the scenario begins (epoch seconds)."""
        return self.start_at if self.scenario_from is None else self.scenario_from

    @property
    def seen_from(self) -> float:
        """When handsets begin to send their positions (epoch seconds)."""
        return self.start_at if self.positions_from is None else self.positions_from

    @property
    def number(self) -> int:
        """What sets its ids apart: two runs over one log (a demo and a load test) must not use the same."""
        return zlib.crc32(f"{self.seed} {self.start_at:.0f}".encode())

    @property
    def first_number(self) -> int:
        """The first of the numbers by which its cases, requests and orders of a day are called."""
        return self.number % _RUNS * _NUMBERS_PER_RUN + 1

    def scenario_at(self, at: float) -> Scenario:
        """Returns what holds at an instant (epoch seconds)."""
        return self.scenario if at >= self.unusual_from else ORDINARY

    def is_unusual(self, day_ends_at: float) -> bool:
        """Says whether the scenario holds on a day or a part of it."""
        return day_ends_at > self.unusual_from

    def midnight(self, day: int) -> float:
        """Returns the epoch second at which a local day (proleptic ordinal) begins."""
        date = dt.date.fromordinal(day)
        return dt.datetime(date.year, date.month, date.day, tzinfo=ZoneInfo(self.timezone)).timestamp()

    def day_of(self, at: float) -> int:
        """Returns the local day (proleptic ordinal) of an instant."""
        return dt.datetime.fromtimestamp(at, ZoneInfo(self.timezone)).date().toordinal()

    def offset_s(self, at: float) -> float:
        """Returns by how much local time is ahead of UTC at an instant, in seconds."""
        offset = dt.datetime.fromtimestamp(at, ZoneInfo(self.timezone)).utcoffset()
        return offset.total_seconds() if offset else 0.0
