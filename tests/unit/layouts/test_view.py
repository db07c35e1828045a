"""View data: what pages are built from, in the order on screen."""

from __future__ import annotations

import pytest

from dashboard.layouts.view import GAUGES
from tests.support.making import GRIDS, rules, tree
from tests.support.pages import view


def test_the_city_is_told_in_both_languages_and_in_order() -> None:
    shown = view()
    assert shown.city == {"name": "宜昌市", "name_en": "Yichang"}
    assert list(shown.districts) == [area.code for area in tree().at_level("district")]
    assert list(shown.categories) == [category.id for category in rules().categories]
    assert (shown.grids, shown.communities) == (4, 3)


def test_gauges_have_the_targets_and_the_window_of_the_rules() -> None:
    assert [gauge.name for gauge in view().gauges] == [name.replace("_", "-") for name in GAUGES]
    assert [gauge.target for gauge in view().gauges] == [rules().targets.get(name) for name in GAUGES]


def test_bounds_are_those_of_the_grids_and_of_a_grid_a_little_more() -> None:
    district, grid = view().tree.by_code["420502"], view().tree.by_code[GRIDS[0]]
    assert view().bounds(district) == [[30.0, 111.0], [30.01, pytest.approx(111.03)]]
    (south, west), (north, east) = view().bounds(grid)
    assert (west, south) < (111.0, 30.0)
    assert (east, north) > (111.01, 30.01)
