"""Who takes over from a retired grid depends on the file, the place and the instant alone."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.domain.rules.areas import AreaRecord, AreaTree, build_tree
from dashboard.domain.rules.days import CityDays
from dashboard.domain.rules.succession import Succession

_DAYS = CityDays("Asia/Shanghai")
_FIRST, _SECOND = dt.date(2026, 11, 20), dt.date(2026, 11, 25)
_BANDS = ([1] * 18, [1] * 18)


def start(day: dt.date) -> float:
    return _DAYS.start(_DAYS.number(day))


def grid(code: str, until: dt.date | None = None, into: Sequence[str] = (), **more: Any) -> AreaRecord:
    return AreaRecord(code, "grid", code, None, "c", _BANDS, 10, 5, until, tuple(into), **more)


class ByLongitude:
    """Places lie in the grid of their longitude: 1 in b, 2 in e."""

    def __call__(self, codes: Sequence[str], lat: float, lon: float) -> str | None:
        found = {1.0: "b", 2.0: "e"}.get(lon)
        return found if found in codes else None

    def shape_of(self, code: str) -> bytes:
        return code.encode()


def tree(*grids: AreaRecord) -> AreaTree:
    made = build_tree([AreaRecord("c", "city", "C"), *grids])
    made.place = ByLongitude()
    return made


def chain() -> Succession:
    """a is cut into b and e, b then goes to f, and g ends with nobody behind it."""
    grids = [grid("a", _FIRST, "be"), grid("b", _SECOND, "f"), grid("e"), grid("f"), grid("g", _FIRST)]
    return Succession(tree(*grids), _DAYS)


def test_from_the_start_of_its_day_on_somebody_else_stands_in_its_place() -> None:
    known = chain()
    assert known.heir("a", start(_FIRST) - 0.001, 0.0, 2.0) == "a"
    assert known.heir("a", start(_FIRST), 0.0, 2.0) == "e"
    assert known.heir("a", start(_FIRST), 0.0, 1.0) == "b"
    assert known.heir("a", start(_SECOND), 0.0, 1.0) == "f"
    assert known.heir("a", start(_FIRST)) == "b", "without a place, the first that is named"
    assert known.heir("a", start(_FIRST), 0.0, 9.0) == "b", "and where no successor is"
    assert known.heir("g", start(_SECOND)) == "g"
    assert set(known.active) == {"e", "f"}


def test_many_cases_lie_where_each_of_them_does() -> None:
    known = chain()
    index = {code: number for number, code in enumerate("abefg")}
    at = np.array([index["a"]] * 4 + [index["e"], index["g"]])
    lon = np.array([1.0, 2.0, math.nan, 2.0, 2.0, 1.0])
    way = known.ways(at, np.zeros(6), lon)
    now_s = start(_SECOND)
    lying = known.lying(at, way, np.array([now_s, now_s, now_s - 1, start(_FIRST) - 1, now_s, now_s]))
    assert ["abefg"[number] for number in lying] == ["f", "e", "b", "a", "e", "g"]
    assert known.lying(at, way, np.full(6, start(_FIRST) - 1)).tolist() == at.tolist()


def test_a_grid_that_ended_before_it_took_over_passes_on() -> None:
    known = Succession(tree(grid("a", _SECOND, "b"), grid("b", _FIRST, "e"), grid("e")), _DAYS)
    way = known.ways(np.array([0]), np.zeros(1), np.zeros(1))
    assert known.lying(np.array([0]), way, np.array([start(_SECOND)])).tolist() == [2]
    assert known.heir("a", start(_SECOND)) == "e"


def test_people_live_with_the_first_that_takes_over_and_sums_stay() -> None:
    known = chain()
    people = np.array([100, 20, 3, 0, 7])
    assert known.handed_over(people, start(_FIRST) - 1) is people
    assert known.handed_over(people, start(_FIRST)).tolist() == [0, 120, 3, 0, 7]
    assert known.handed_over(people, start(_SECOND)).tolist() == [0, 0, 3, 120, 7]


def test_a_count_of_its_own_has_them_already() -> None:
    grids = [grid("a", _FIRST, "be"), grid("b", counted_on=_FIRST), grid("e", counted_on=_FIRST)]
    known = Succession(tree(*grids), _DAYS)
    people, homes = np.array([100, 60, 50]), np.array([9, 0, 0])
    assert known.handed_over(people, start(_FIRST)).tolist() == [0, 60, 50]
    assert known.handed_over(homes, start(_FIRST), homes).tolist() == [0, 9, 0], "homes were not counted with it"
    assert known.not_begun(start(_FIRST) - 1) == [1, 2]
    assert known.not_begun(start(_FIRST)) == []


def test_a_count_from_before_has_not() -> None:
    known = Succession(tree(grid("a", _SECOND, "b"), grid("b", counted_on=_FIRST)), _DAYS)
    assert known.handed_over(np.array([100, 60]), start(_SECOND)).tolist() == [0, 160]
    assert known.counted_from == {1: _DAYS.number(_FIRST)}


def test_a_city_without_ends_has_nothing_to_look_up() -> None:
    known = Succession(tree(grid("a"), grid("b")), _DAYS)
    assert not known
    assert known.active == {"a": 0, "b": 1}
    assert known.ways(np.array([0, 1]), np.zeros(2), np.zeros(2)).tolist() == [0, 0]
