"""The right side of the wall: places that its scripts fill, each with a note of its own."""

from __future__ import annotations

import pytest

from dashboard import ids
from dashboard.layouts.wall.right import attention, heat, ticker
from dashboard.words import Words
from tests.support.pages import LANGUAGES, attributes, ids_of, sound, view


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_panel_has_the_places_that_scripts_fill(lang: str) -> None:
    say = Words(lang)
    for made, places in (
        (heat(say, view()), {ids.HEAT, ids.HEAT_NOTE, ids.HEAT_SWITCH, ids.HEAT_FEWER}),
        (attention(say), {ids.ATTENTION_LIST, ids.ATTENTION_NOTE}),
        (ticker(say), {ids.TICKER_LIST, ids.TICKER_NOTE}),
    ):
        assert sound(made)
        assert places <= set(ids_of(made))


def test_the_log_is_counted_and_opens() -> None:
    made = ticker(Words("en"))
    assert attributes(made, "data-kpi") == ["reports"]
    assert attributes(made, "href") == ["/reports"]
