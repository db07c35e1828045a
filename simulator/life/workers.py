"""Grid workers: their shifts in turns, where they are, and handsets that are dead for hours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulator.life.office import DAY, HOUR
from simulator.life.run import Run
from simulator.life.scenarios import ORDINARY
from simulator.place.land import Floats
from simulator.place.places import Places

POSITION_EVERY_S = 900.0
_ON_LEAVE = 17  # one in so many has the day off
_AT_NIGHT = 28  # one in so many works the night
_NIGHT = (20.0, 32.0)


class Shifts:
    """Who works when; the same day gives the same shifts, whoever asks first."""

    def __init__(self, places: Places, run: Run) -> None:
        self._count, self._seed, self._midnight = len(places), run.seed, run.midnight
        self._days: dict[int, list[list[tuple[float, float]]]] = {}

    def of_day(self, day: int) -> list[list[tuple[float, float]]]:
        """Returns for each grid the shifts that begin on a day as (start, end) in epoch seconds."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) > 4:
                self._days.pop(min(self._days))
            found = self._days[day] = self._plan(day)
        return found

    def _plan(self, day: int) -> list[list[tuple[float, float]]]:
        rng = np.random.default_rng([self._seed, day, 11])
        start, weekend = self._midnight(day), (day - 1) % 7 >= 5
        moved = np.clip(rng.normal(0.0, 0.10, (self._count, 4)), -0.4, 0.4).tolist()
        return [
            [
                (start + (begin + moved[grid][2 * part]) * HOUR, start + (end + moved[grid][2 * part + 1]) * HOUR)
                for part, (begin, end) in enumerate(_hours(grid, day, weekend))
            ]
            for grid in range(self._count)
        ]

    def on_shift(self, grid: int, at: float, day: int) -> bool:
        """Says whether a worker is on shift at an instant of a day."""
        shifts = self.of_day(day)[grid] + self.of_day(day - 1)[grid]
        return any(begin <= at < end for begin, end in shifts)


def _hours(grid: int, day: int, weekend: bool) -> list[tuple[float, float]]:
    """Returns a worker's hours on a day: midday and evening are extended in turns, some work at night."""
    if (grid * 5 + day) % _AT_NIGHT == 0:
        return [_NIGHT]
    if (grid * 5 + day - 1) % _AT_NIGHT == 0 or (grid * 3 + day) % _ON_LEAVE == 0:
        return []  # sleeps after a night, or is on leave
    if weekend:
        return [(9.0, 16.5)] if (grid + day // 7) % 3 == 0 else []
    turn = (grid + day) % 4
    if turn == 0:
        return [(8.0, 12.0), (14.0, 18.5)]  # the usual break, and an hour longer in the evening
    return [(8.0, 17.5)]  # through midday


class Silences:
    """Handsets that are dead for hours: what they would have sent arrives later, or never."""

    def __init__(self, places: Places, run: Run) -> None:
        self._places, self._run = places, run
        self._days: dict[int, dict[int, tuple[float, float]]] = {}

    def until(self, grid: int, at: float, day: int) -> float:
        """Returns the instant at which a handset that is dead at `at` works again, or 0 if it works."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._plan(day)
        begin, end = found.get(grid, (0.0, 0.0))
        return end if begin <= at < end else 0.0

    def _plan(self, day: int) -> dict[int, tuple[float, float]]:
        rng = np.random.default_rng([self._run.seed, day, 12])
        start = self._run.midnight(day)
        draws: Floats = rng.random((len(self._places), 3))
        silent: dict[int, tuple[float, float]] = {}
        special = self._run.scenario if self._run.is_unusual(start + DAY) else ORDINARY
        for grid, (chance, when, length) in enumerate(draws.tolist()):
            if chance < special.silent_share:
                begin = start + (8.15 + 7.4 * when**1.6) * HOUR  # often soon: nobody had charged it
                silent[grid] = (begin, begin + (1.5 + 4.5 * length) * HOUR)
        if special.silent_district:
            silent |= self._whole_district(start, draws)
        return silent

    def _whole_district(self, start: float, draws: Floats) -> dict[int, tuple[float, float]]:
        """Returns the silence of a whole district: at once when the scenario begins, by day afterwards."""
        names = sorted(set(self._places.district))
        hit = names[len(names) // 2]
        begin = max(start + 9 * HOUR, self._run.unusual_from + 300.0)
        return {
            grid: (begin + 600.0 * float(draws[grid, 1]), begin + 6 * HOUR)
            for grid, district in enumerate(self._places.district)
            if district == hit and draws[grid, 0] < 0.95
        }


def positions(rng: np.random.Generator, begin: float, end: float, factor: float) -> Iterator[tuple[float, float]]:
    """Yields (epoch seconds, charge 0–1) of the positions that a handset sends during a shift."""
    charge, drain = float(rng.uniform(0.84, 1.0)), float(rng.uniform(0.045, 0.07))
    every = POSITION_EVERY_S / factor
    at = begin + every * float(rng.random())
    while at < end:
        yield at, round(max(0.06, charge - drain * (at - begin) / HOUR), 2)
        at += every * (0.9 + 0.2 * float(rng.random()))
