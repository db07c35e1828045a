"""Areas at the desk: numbers of one and of those below it, `city` is the root, and who is not there is named."""

from __future__ import annotations

import pytest

from dashboard.desk.areas import area_of
from dashboard.errors import Unknown
from dashboard.words import Words
from tests.support.desks import Office
from tests.support.making import GRIDS, reported, tree


def test_the_root_is_called_city() -> None:
    assert area_of(tree(), "city") == area_of(tree(), "4205") == tree().root
    with pytest.raises(Unknown) as unknown:
        area_of(tree(), "x" * 99)
    assert (unknown.value.what, unknown.value.field) == ("area", "code")


async def test_an_areas_numbers_are_those_of_its_grids(office: Office) -> None:
    office.write(reported("C-1"), reported("C-2", grid=GRIDS[3]))
    areas = office.desk.areas
    assert areas.numbers("city")["cases"]["open"] == 2
    assert [child["cases"]["open"] for child in areas.children("city")] == [1, 1]
    assert areas.numbers(GRIDS[3])["cases"]["open"] == 1


async def test_children_can_be_taken_along(office: Office) -> None:
    office.write(reported("C-1"))
    rows = list(office.desk.areas.children_table(Words("en"), "city").rows())
    assert [(row["area"], row["open"]) for row in rows] == [("420502", 1), ("420503", 0)]
