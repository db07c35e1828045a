"""View data: what pages are built from, in the order on screen."""

from __future__ import annotations

import msgspec
import pytest

from dashboard.domain.rules.areas import AreaRecord, build_tree
from dashboard.layouts.view import gauges_of, layers_of
from tests.support.making import GRIDS, rules, tree
from tests.support.pages import view


def test_the_city_is_told_in_both_languages_and_in_order() -> None:
    shown = view()
    assert shown.city == {"name": "宜昌市", "name_en": "Yichang"}
    assert list(shown.districts) == [area.code for area in tree().at_level("district")]
    assert list(shown.categories) == [category.id for category in rules().categories]
    assert (shown.grids, shown.levels.part) == (4, "district")


def test_gauges_have_the_targets_and_the_window_of_the_rules() -> None:
    names = gauges_of(tree(), rules())
    assert [gauge.name for gauge in view().gauges] == [name.replace("_", "-") for name in names]
    assert [gauge.target for gauge in view().gauges] == [rules().targets.get(name) for name in names]


def test_a_city_that_counts_people_has_the_wall_of_one() -> None:
    shown = view()
    assert shown.panels[:3] == ("newborns", "population", "rates")
    assert shown.layers == ("cases-open", "cases-overdue", "newborns", "move-ins", "silence", "recent")
    assert shown.workers
    assert "requests" not in shown.panels


def test_what_nobody_has_counted_has_no_layer() -> None:
    assert layers_of(counted=False, workers=False) == ("cases-open", "cases-overdue", "reported", "recent")
    assert "silence" in layers_of(counted=False, workers=True)


def test_without_communities_and_disputes_there_is_no_rate_of_them() -> None:
    flat = build_tree([AreaRecord("c", "city", "C"), AreaRecord("w", "grid", "W", None, "c")])
    plain = msgspec.structs.replace(
        rules(), categories=tuple(msgspec.structs.replace(c, dispute=False) for c in rules().categories)
    )
    four = ["on_time_closing_rate", "satisfaction_rate", "closing_rate", "rework_rate"]
    assert gauges_of(flat, plain) == four
    assert gauges_of(tree(), rules())[:2] == ["community_resolution_rate", "dispute_resolution_rate"]


def test_bounds_are_those_of_the_grids_and_of_a_grid_a_little_more() -> None:
    district, grid = view().tree.by_code["420502"], view().tree.by_code[GRIDS[0]]
    assert view().bounds(district) == [[30.0, 111.0], [30.01, pytest.approx(111.03)]]
    (south, west), (north, east) = view().bounds(grid)
    assert (west, south) < (111.0, 30.0)
    assert (east, north) > (111.01, 30.01)
