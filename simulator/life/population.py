"""Registers kept up to date: people, dwellings and city components."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from simulator.life.arrivals import Day, draw_grids
from simulator.life.kinds import AROUND_THE_CLOCK, BY_DAY
from simulator.life.post import Post
from simulator.life.residents import (
    BIRTHS_PER_1000,
    DEATHS_PER_1000,
    MOVES_FROM_OUTSIDE,
    MOVES_INSIDE,
    MOVES_TO_OUTSIDE,
    Person,
    Residents,
)
from simulator.place.land import Floats
from simulator.place.places import Places

_DWELLINGS_PER_DAY, _REMOVED_PER_DAY, _COMPONENTS_PER_DAY = 190.0, 22.0, 60.0
_DAYS_BEFORE = np.cumsum([0.74, 0.20, 0.03, 0.01, 0.01, 0.01])  # how soon a birth or a death is recorded
_KINDS = ("owned", "rented", "public", "other")
_COMPONENTS = ("utility", "road", "sanitation", "green", "other")


class Registers:
    """Plans the reports about people, homes and components day by day."""

    def __init__(self, places: Places, post: Post) -> None:
        self._places, self._post = places, post
        self._residents = Residents(places)
        self._ends: Floats = np.cumsum(places.weights)

    def plan(self, rng: np.random.Generator, day: Day) -> None:
        """Sends all reports that begin on a day."""
        self._residents.begin_day()
        self._vital(rng, day)
        self._moves(rng, day)
        self._homes(rng, day)

    def _send(self, rng: np.random.Generator, kind: str, grid: int, at: float, data: dict[str, Any], day: Day) -> None:
        self._post.send_by_handset(rng, kind, self._places.codes[grid], grid, at, data, day.number)

    # ------------------------------------------------------------------ people

    def _vital(self, rng: np.random.Generator, day: Day) -> None:
        per_day = self._residents.scale * 1000 / 365.25
        for at in day.instants(rng, BIRTHS_PER_1000 * per_day, BY_DAY + 6):
            self._recorded(rng, "population.birth", at, self._residents.born(rng), day)
        for at in day.instants(rng, DEATHS_PER_1000 * per_day, BY_DAY + 6):
            person = self._residents.dies(rng)
            if person is not None:
                self._recorded(rng, "population.death", at, person, day)

    def _recorded(self, rng: np.random.Generator, kind: str, at: float, person: Person, day: Day) -> None:
        """Sends a birth or a death."""
        before = int(np.searchsorted(_DAYS_BEFORE, rng.random(), side="right"))
        data: dict[str, Any] = {"sex": person.sex}
        if kind == "population.death":
            data["age"] = person.age
        data["occurred_on"] = dt.date.fromordinal(day.number - min(before, 5)).isoformat()
        self._send(rng, kind, person.grid, at, data, day)

    def _moves(self, rng: np.random.Generator, day: Day) -> None:
        scale = self._residents.scale * day.busy
        for at in day.instants(rng, MOVES_FROM_OUTSIDE * scale, BY_DAY):
            self._move(rng, "population.move-in", self._residents.moves_in(rng), at, 0.86, "outside", day)
        for at in day.instants(rng, MOVES_TO_OUTSIDE * scale, BY_DAY):
            person = self._residents.moves_out(rng)
            if person is not None:
                self._move(rng, "population.move-out", person, at, 0.88, "outside", day)
        for at in day.instants(rng, MOVES_INSIDE * scale, BY_DAY):
            person = self._residents.moves_out(rng)
            if person is not None:
                self._rehoused(rng, person, at, day)

    def _rehoused(self, rng: np.random.Generator, person: Person, at: float, day: Day) -> None:
        """Sends both halves of a move inside the city."""
        home = self._residents.moves_in(rng, person)
        codes = self._places.codes
        self._move(rng, "population.move-out", person, at, 0.45, codes[home.grid], day)
        self._move(
            rng, "population.move-in", home, at + 60.0 + 1800.0 * float(rng.random()), 0.45, codes[person.grid], day
        )

    def _move(
        self, rng: np.random.Generator, kind: str, who: Person, at: float, floating: float, other: str, day: Day
    ) -> None:
        data = {"sex": who.sex, "age": who.age, "floating": bool(rng.random() < floating), "other": other}
        self._send(rng, kind, who.grid, at, data, day)

    # ------------------------------------------------------------------ homes and components

    def _homes(self, rng: np.random.Generator, day: Day) -> None:
        scale = self._residents.scale * day.busy
        for kind, per_day in (("dwelling.registered", _DWELLINGS_PER_DAY), ("dwelling.removed", _REMOVED_PER_DAY)):
            at = day.instants(rng, per_day * scale, BY_DAY)
            for when, grid in zip(at, draw_grids(rng, self._ends, len(at)), strict=True):
                owned = _KINDS[int(np.searchsorted((0.5, 0.88, 0.96), rng.random()))]
                self._send(rng, kind, grid, when, {"kind": owned}, day)
        at = day.instants(rng, _COMPONENTS_PER_DAY * scale, AROUND_THE_CLOCK * BY_DAY)
        for when, grid in zip(at, draw_grids(rng, self._ends, len(at)), strict=True):
            data = {"class": _COMPONENTS[int(rng.integers(5))], "count": int(rng.integers(1, 90))}
            self._send(rng, "component.counted", grid, when, data, day)
