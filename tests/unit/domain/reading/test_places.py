"""Places that handsets tell: what is no place, or nobody's, is held against the handset, never the worker."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dashboard.domain.reading import signs
from dashboard.domain.reading.places import Handset
from dashboard.domain.state.city import CityState
from tests.support.making import DAY, GRIDS
from tests.unit.domain.reading.test_signs import NOW, START, city_of, found, own

BOUNDS = (111.0, 30.5, 111.6, 30.9)
LAT, LON = 30.70213, 111.28531
HOUR = 3600.0


def near(number: int) -> dict[str, float]:
    """Returns places of an honest worker with a good handset: some hundred metres around, never twice the same."""
    rng = np.random.default_rng(number)
    return {"lat": round(LAT + rng.uniform(-0.001, 0.001), 6), "lon": round(LON + rng.uniform(-0.001, 0.001), 6)}


def walked(every_second: Any, count: int = 20, apart_s: float = 9 * HOUR) -> CityState:
    """Returns a city in which a worker's every second case is told to lie somewhere else."""
    raws = [
        own(n, START + n // 2 * DAY + n % 2 * apart_s, **(every_second(n) if n % 2 else near(n))) for n in range(count)
    ]
    city = city_of(*raws)
    city.tree.bounds = BOUNDS
    return city


def shown(city: CityState) -> list[dict[str, Any]]:
    return signs.signs_of_workers(city, found(city), city.tree.root)


ODD = {
    "zero": lambda n: {"lat": 0.0, "lon": 0.0},
    "far outside": lambda n: {"lat": 39.9 + n / 1e4, "lon": 116.4},
    "swapped": lambda n: {"lat": round(LON - 90 + n / 1e5, 5), "lon": LAT},
    "half missing": lambda n: {"lat": 0.0, "lon": near(n)["lon"]},
    "whole degrees": lambda n: {"lat": 31.0, "lon": 111.0},
    "one decimal": lambda n: {key: round(value, 1) for key, value in near(n).items()},
    "two decimals": lambda n: {key: round(value, 2) for key, value in near(n).items()},
    "the same again": lambda n: {"lat": 30.74817, "lon": 111.31931},
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("apart_s", [5.0, 60.0, 9 * HOUR])
def test_nobody_is_named_for_what_a_handset_tells(odd: str, apart_s: float) -> None:
    city = walked(ODD[odd], apart_s=apart_s)
    assert found(city).by_grid == {}
    assert found(city).flagged == frozenset()
    [worker] = shown(city)
    assert (worker["area"], worker["flagged"], worker["handset_suspect"]) == (GRIDS[0], False, True)
    assert worker["signs"] == []


def test_20_cases_9_hours_apart_every_second_at_0_0() -> None:
    raws = [own(n, START + n * 9 * HOUR, **({"lat": 0, "lon": 0} if n % 2 else near(n))) for n in range(20)]
    city = city_of(*raws)  # also where the bounds of the city are not known
    assert found(city).flagged == frozenset()
    assert found(city).handsets == {0: Handset(nowhere=10, rounded=0, repeated=0, of=20)}


def test_a_stale_place_counts_from_when_it_was_first_told() -> None:
    """A handset tells its last fix until it has a new one: the way took the whole time, not the last minute."""
    raws = []
    for n in range(10):
        place = {"lat": round(LAT + n % 2 * 0.02 + n / 1e5, 6), "lon": LON}
        raws += [
            own(2 * n, START + 9 * DAY + n * HOUR, **place),
            own(2 * n + 1, START + 9 * DAY + n * HOUR + 3590, **place),
        ]
    city = city_of(*raws)
    assert found(city).by_grid == {}
    assert found(city).handsets[0].repeated == 10


def test_a_handset_that_only_tells_kilometres_makes_no_jumps() -> None:
    raws = [own(n, START + 9 * DAY + n * 20, lat=30.70 + n % 2 * 0.01, lon=111.28 + n % 2 * 0.01) for n in range(20)]
    city = city_of(*raws)
    assert found(city).by_grid == {}
    assert found(city).handsets[0].rounded == 20


def test_real_jumps_count_beside_odd_places() -> None:
    """Who is at two ends of the city within a minute is not covered by a handset that fails at times."""
    raws = []
    for n in range(30):
        far = {**near(n), "lat": round(LAT + 0.03 + n / 1e5, 6)}
        place = ({"lat": 0.0, "lon": 0.0}, near(n), far)[n % 3]
        raws.append(own(n, START + n // 3 * DAY + n % 3 * 30, **place))
    city = city_of(*raws)
    [sign] = found(city).by_grid[0]
    assert (sign.id, sign.found, sign.of) == ("travel", 10, 19)
    assert found(city).handsets[0].nowhere == 10


def test_an_honest_worker_with_a_good_handset_has_neither() -> None:
    city = city_of(*[own(n, START + (5 + n / 3) * DAY, **near(n)) for n in range(60)])
    city.tree.bounds = BOUNDS
    assert shown(city) == []
    assert NOW > START
