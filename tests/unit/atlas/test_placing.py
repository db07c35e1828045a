"""A place lies in the first of the given grids whose shape holds it, its border included."""

from __future__ import annotations

import shapely

from dashboard.atlas.placing import Placing

_PLACING = Placing({"west": shapely.box(0, 0, 1, 1), "east": shapely.box(1, 0, 2, 1)})


def test_a_place_is_found_by_latitude_and_longitude() -> None:
    assert _PLACING(["west", "east"], 0.2, 1.5) == "east"
    assert _PLACING(["west", "east"], 0.2, 0.5) == "west"


def test_on_the_border_the_first_one_has_it() -> None:
    assert _PLACING(["west", "east"], 0.5, 1.0) == "west"
    assert _PLACING(["east", "west"], 0.5, 1.0) == "east"


def test_outside_nobody_has_it() -> None:
    assert _PLACING(["west", "east"], 1.5, 0.2) is None
    assert _PLACING(["west"], 0.2, 1.5) is None
