"""Ends of areas that cannot be carried out are told, each in words."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.domain.rules.areas import AreaRecord, build_tree
from dashboard.errors import AreasError

_ON, _LATER = dt.date(2026, 11, 20), dt.date(2026, 12, 1)
_CITY = AreaRecord("c", "city", "C")
_DISTRICT = AreaRecord("d", "district", "D", parent="c")


def _grid(code: str, until: dt.date | None = None, into: tuple[str, ...] = (), parent: str = "d") -> AreaRecord:
    return AreaRecord(code, "grid", code, parent=parent, until=until, into=into)


def test_retired_areas_stay_on_the_axis_those_that_end_first_before_the_others() -> None:
    city = build_tree([_CITY, _DISTRICT, _grid("a", _LATER, ("b",)), _grid("b"), _grid("z", _ON)])
    assert city.grids == ("a", "b", "z")
    assert list(city.retired) == ["z", "a"]
    assert (city.retired["a"].into, city.retired["z"].into) == (("b",), ())


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        ([_grid("a", _ON, ("x",)), _grid("b")], "area a is retired into x, which is not in the file"),
        ([_grid("a", _ON, ("d",)), _grid("b")], "area a (grid) cannot be retired into d (district)"),
        ([_grid("a", _ON)], "every grid is retired"),
        ([_grid("a", _ON, ("a",)), _grid("b")], "areas are retired in a circle: a → a"),
        ([_grid("a", _ON, ("b",)), _grid("b", _ON, ("a",)), _grid("e")], "in a circle"),
        (
            [AreaRecord("s", "street", "S", parent="d", until=_ON), _grid("a", parent="s"), _grid("b")],
            "area a lies in s, which is retired on 2026-11-20; it needs another parent, or an until of its own",
        ),
        (
            [AreaRecord("s", "street", "S", parent="d", until=_ON), _grid("a", _LATER, parent="s"), _grid("b")],
            "area a is retired on 2026-12-01, after s (2026-11-20) that it lies in",
        ),
    ],
)
def test_what_cannot_be_carried_out_is_told(records: list[AreaRecord], problem: str) -> None:
    with pytest.raises(AreasError) as refused:
        build_tree([_CITY, _DISTRICT, *records])
    assert any(problem in found for found in refused.value.problems), refused.value.problems


def test_the_city_itself_cannot_be_retired() -> None:
    with pytest.raises(AreasError, match="city c cannot be retired"):
        build_tree([AreaRecord("c", "city", "C", until=_ON), _grid("a", _ON, parent="c"), _grid("b", _ON, parent="c")])
