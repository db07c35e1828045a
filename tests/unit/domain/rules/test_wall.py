"""What a wall shows can be said in the rules; what cannot be is said in words."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.rules.wall import WallRules, parse_wall
from dashboard.errors import RulesError


def test_nothing_said_is_what_fits_the_city() -> None:
    assert parse_wall({}) == WallRules(None, None)


def test_panels_keep_their_order() -> None:
    assert parse_wall({"panels": ["requests", "map", "heat"], "workers": True}).panels == ("requests", "map", "heat")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"panels": ["map", "clock"]}, "'clock' is not one of newborns"),
        ({"panels": ["map", "heat", "heat"]}, "twice"),
        ({"panels": ["heat"]}, "needs the map"),
        ({"panels": "map"}, "it takes panels"),
        ({"workers": "yes"}, "workers = true"),
        ({"panel": ["map"]}, "wall.panel: is not one of panels, workers"),
        ([], "wall"),
    ],
)
def test_what_cannot_be_is_said_in_words(entry: Any, words: str) -> None:
    with pytest.raises(RulesError, match=words.replace("[", r"\[")):
        parse_wall(entry)
