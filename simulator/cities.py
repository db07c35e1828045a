"""The cities that can be played: how each is made as an areas file, and who lives in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.life.city import Simulation
from simulator.life.living import Living
from simulator.life.requests import RequestCity
from simulator.life.run import Run
from simulator.place.city import build_city
from simulator.place.lake import WARDS, build_lake


@dataclass(frozen=True)
class City:
    """One city.

    Attributes:
        grids: how many it has unless somebody wishes otherwise.
        build: makes the areas file of so many grids from a seed.
        live: the life in it, from its areas file and a run.
    """

    grids: int
    build: Callable[[int, int], dict[str, Any]]
    live: Callable[[dict[str, Any], Run], Living]


CITIES = {"yichang": City(1110, build_city, Simulation), "lake": City(WARDS, build_lake, RequestCity)}
