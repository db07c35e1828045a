"""The wall has all its parts, once each, and each number its name."""

from __future__ import annotations

import dataclasses

import pytest

from dashboard import ids
from dashboard.layouts.wall.wall import wall
from dashboard.words import Words
from tests.support.pages import LANGUAGES, attributes, data_of, ids_of, sound, text_of, view


@pytest.mark.parametrize("lang", LANGUAGES)
def test_wall_is_sound_and_complete(lang: str) -> None:
    made = wall(Words(lang), view())
    assert sound(made)
    assert {ids.MAP, ids.HEAT, ids.ATTENTION_LIST, ids.TICKER_LIST, ids.GRID_CARD, ids.KEYS} <= set(ids_of(made))
    assert {"newborns-yesterday", "population", "cases-open", "reports"} <= set(attributes(made, "data-kpi"))
    assert data_of(made)["early"] == ["city", "map/cases-open"]


def test_panels_stand_where_the_rules_say() -> None:
    left = ("departments", "requests", "map", "ticker", "heat")
    made = wall(Words("en"), dataclasses.replace(view(), panels=left))
    named = [name for name in attributes(made, "className") if name.startswith("panel panel-")]
    assert [name.removeprefix("panel panel-") for name in named] == list(left)
    assert data_of(made)["departments"] == view().departments


def test_sizes_are_said_in_the_title() -> None:
    assert "4 grids · 3 communities" in text_of(wall(Words("en"), view()))
