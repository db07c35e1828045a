"""Who reports what when: an inhomogeneous Poisson process over hours, weekdays and grids.

Each local day is drawn from its own random stream, and what it begins (cases, shifts, orders)
goes on by itself: the history and the live traffic after it are one continuous life.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from dashboard.domain.acting.keeper import SOURCE as KEEPER
from dashboard.domain.rules.areas import AreaTree
from simulator.life.arrivals import Day
from simulator.life.cases import Casework
from simulator.life.departments import Departments
from simulator.life.errands import Errands
from simulator.life.events import Writer
from simulator.life.inventions import Inventions, chosen
from simulator.life.kinds import WEEKDAYS
from simulator.life.office import DAY, HOUR
from simulator.life.population import Registers
from simulator.life.post import Arrival, Post
from simulator.life.run import Run
from simulator.life.workers import Shifts, Silences, positions
from simulator.place.places import Places

__all__ = ["DAY", "HOUR", "Arrival", "Simulation"]
_PER_DAY = 7_300.0  # reports without positions, in a city of 1,110 grids
_POSITIONS_PER_DAY = 34.0  # per grid


class Simulation:
    """One life of a city; the same city and run give the same reports, byte for byte.

    Attributes:
        places: its grids.
        inventors, busy: grids whose workers invent reports, and whose honest ones are busy, in a scenario with such.
    """

    def __init__(self, city: dict[str, Any] | AreaTree, run: Run) -> None:
        """Prepares the city.

        Args:
            city: an areas file with populations, or a tree of areas.
            run: seed, times and scenario.
        """
        self.places, self._run = Places(city), run
        self._shifts, self._silences = Shifts(self.places, run), Silences(self.places, run)
        self._post = Post(Writer(run.timezone, run.number), self._silences, run)
        self.inventors, self.busy = chosen(len(self.places), run.seed, run.scenario)
        self._casework = Casework(self.places, self._post, run, self._shifts, self._silences, self.busy)
        self._departments = Departments(self._post, run)
        self._post.reader = self._departments.read
        self._inventions = Inventions(self.places, self._post, self.inventors, run.first_number)
        self._registers = Registers(self.places, self._post)
        self._errands = Errands(self.places, self._post, self._shifts, run.first_number)
        self._day = run.day_of(run.start_at)

    def events(self, until: float) -> Iterator[Arrival]:
        """Yields (arrival in epoch seconds, area code, report) in order of arrival, up to `until`.

        Call it again with a later instant to go on; all that was asked for must have been taken.
        """
        while (midnight := self._run.midnight(self._day)) <= until:
            yield from self._up_to(math.nextafter(midnight, 0.0))
            self._plan(self._day)
            self._day += 1
        yield from self._up_to(until)

    def hear(self, report: dict[str, Any]) -> None:
        """Takes notice of a report that somebody else sent: the keeper, or a person at a desk or a department.

        Those who play departments and workers answer it in reports to come.
        """
        kind, at = report["type"], dt.datetime.fromisoformat(report["time"]).timestamp()
        if kind.startswith("task."):
            self._departments.acted(kind, report["subject"], at, report["data"])
        elif kind.startswith("case.") and report["source"] != KEEPER:
            self._casework.acted(kind, at, report["data"])

    def expected(self, until: float) -> int:
        """Returns about how many reports arrive up to `until`, for showing progress."""
        days = max(0.0, until - self._run.start_at) / DAY + 0.4
        with_positions = max(0.0, until - max(self._run.seen_from, self._run.start_at)) / DAY
        count = len(self.places)
        return round(days * _PER_DAY * count / 1110 + with_positions * _POSITIONS_PER_DAY * count)

    def _up_to(self, until: float) -> Iterator[Arrival]:
        while (arrival := self._post.take(until)) is not None:
            yield arrival

    def _plan(self, number: int) -> None:
        """Draws everything that begins on a day (proleptic ordinal)."""
        start = self._run.midnight(number)
        busy = WEEKDAYS[dt.date.fromordinal(number).weekday()]
        day = Day(number, start, self._run.offset_s(start + 12 * HOUR), busy, max(start, self._run.start_at))
        crowded = replace(day, busy=busy * self._run.scenario.people) if self._run.is_unusual(start + DAY) else day
        self._casework.plan(np.random.default_rng([self._run.seed, number, 1]), day)
        self._registers.plan(np.random.default_rng([self._run.seed, number, 2]), crowded)
        self._errands.plan(np.random.default_rng([self._run.seed, number, 3]), crowded)
        self._plan_shifts(np.random.default_rng([self._run.seed, number, 4]), number)
        if self._run.is_unusual(start + DAY):
            self._inventions.plan(np.random.default_rng([self._run.seed, number, 5]), day)

    def _plan_shifts(self, rng: np.random.Generator, day: int) -> None:
        """Sends the starts and ends of the day's shifts, and positions in between."""
        factor = self._run.scenario.positions if self._run.is_unusual(self._run.midnight(day) + DAY) else 1.0
        for grid, shifts in enumerate(self._shifts.of_day(day)):
            for begin, end in shifts:
                if end > self._run.start_at:
                    self._shift(rng, grid, max(begin, self._run.start_at), end, factor, day)

    def _shift(self, rng: np.random.Generator, grid: int, begin: float, end: float, factor: float, day: int) -> None:
        code, charge = self.places.codes[grid], None
        began = {"battery": round(float(rng.uniform(0.86, 1.0)), 2)}
        self._post.send_by_handset(rng, "worker.shift-started", code, grid, begin, began, day)
        if end > self._run.seen_from:
            for at, charge in positions(rng, begin, end, factor):
                if at >= self._run.seen_from and not self._silences.until(grid, at, day):
                    lat, lon = self.places.spot(grid, float(rng.random()), float(rng.random()))
                    data = {"lat": lat, "lon": lon, "accuracy_m": round(float(rng.gamma(3.0, 2.5)) + 3, 1)}
                    data["battery"] = charge
                    self._post.send(rng, "worker.position", code, "/handsets/" + code, at, data)
        ended = {} if charge is None else {"battery": charge}
        self._post.send_by_handset(rng, "worker.shift-ended", code, grid, end, ended, day)
