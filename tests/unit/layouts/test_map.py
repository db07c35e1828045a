"""The map: all layers have their tab, the document comes later, and tiles only when the settings name them."""

from __future__ import annotations

import dataclasses

from dashboard import ids
from dashboard.layouts.map import area_map, city_map
from dashboard.words import Words
from tests.support.pages import attributes, components, ids_of, sound, view

EN = Words("en")
BOUNDS = [[30.0, 111.0], [30.1, 111.1]]


def test_every_layer_has_its_tab_in_the_order_of_its_key() -> None:
    for made in (city_map(EN, view()), area_map(EN, view(), BOUNDS)):
        assert attributes(made, "data-layer") == list(view().layers)
        assert sound(made)


def test_the_walls_map_has_its_counters_and_the_round() -> None:
    made = city_map(EN, view())
    assert attributes(made, "data-kpi") == ["cases-open", "cases-overdue", "workers-silent", "workers-on-shift"]
    assert ids.TOUR in ids_of(made)


def test_a_city_without_workers_counts_none() -> None:
    made = city_map(EN, dataclasses.replace(view(), workers=False))
    assert attributes(made, "data-kpi") == ["cases-open", "cases-overdue"]


def test_an_areas_map_shows_single_cases() -> None:
    assert ids.MAP_CASES in ids_of(area_map(EN, view(), BOUNDS))
    assert ids.MAP_CASES not in ids_of(city_map(EN, view()))


def test_tiles_come_by_setting_alone() -> None:
    assert ids.MAP_TILES not in ids_of(city_map(EN, view()))
    tiled = city_map(EN, dataclasses.replace(view(), tile_url="https://tiles/{z}"))
    assert [part.url for part in components(tiled) if getattr(part, "id", None) == ids.MAP_TILES] == [
        "https://tiles/{z}"
    ]
