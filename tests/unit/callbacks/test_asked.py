"""An address names an area by its code; without one it is the whole city."""

from __future__ import annotations

import pytest

from dashboard.callbacks.asked import Asked
from dashboard.errors import Unknown
from dashboard.words import Words
from tests.support.pages import Memory, view


def asked(**query: str) -> Asked:
    return Asked(Words("en"), view(), Memory(), query=query)


def test_area_is_that_of_the_code_then_of_the_query_then_the_city() -> None:
    assert asked().area().code == "4205"
    assert asked(area="420503").area().code == "420503"
    assert asked(area="420503").area("420502").code == "420502"
    assert asked(area="city").area() is view().tree.root


def test_unknown_area_is_named() -> None:
    with pytest.raises(Unknown) as raised:
        asked(area="odd").area()
    assert (raised.value.what, raised.value.name) == ("area", "odd")
