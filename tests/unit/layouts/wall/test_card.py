"""The card of a grid and the help about keys wait hidden, named for who cannot see them."""

from __future__ import annotations

import pytest

from dashboard import ids
from dashboard.layouts.wall.card import grid_card, keys
from dashboard.words import Words
from tests.support.pages import LANGUAGES, attributes, ids_of, sound, view


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_wait_hidden_and_can_be_closed(lang: str) -> None:
    for made, close in ((grid_card(Words(lang), view()), ids.CARD_CLOSE), (keys(Words(lang), view()), ids.KEYS_CLOSE)):
        assert sound(made)
        assert (made.hidden, made.role) == (True, "dialog")
        assert close in ids_of(made)
        assert attributes(made, "aria-label") == [Words(lang)("close")]


def test_the_card_is_called_by_its_title() -> None:
    card = grid_card(Words("en"), view())
    assert attributes(card, "aria-labelledby") == [ids.CARD_TITLE]
    assert ids.CARD_TITLE in ids_of(card)
