"""The page of a case, and its body anew whenever the case changes."""

from __future__ import annotations

import pytest
from dash import no_update

from dashboard.callbacks.asked import Asked
from dashboard.callbacks.case import page, register
from dashboard.errors import Unknown
from dashboard.words import Words
from tests.support.making import NOON, fold, reported, state, step
from tests.support.pages import Memory, attributes, data_of, view
from tests.support.registered import Registered


async def test_the_page_is_of_the_case_in_the_address() -> None:
    made = await page(Asked(Words("en"), view(), Memory(), rest="C-1"))
    assert data_of(made)["case"] == "C-1"


async def test_a_case_that_is_not_there_is_named() -> None:
    with pytest.raises(Unknown) as raised:
        await page(Asked(Words("en"), view(), Memory(), rest="odd/id"))
    assert (raised.value.what, raised.value.name) == ("case", "odd/id")


async def test_the_body_is_made_anew_and_stays_when_the_case_has_gone() -> None:
    city, app = state(), Registered()
    register(app, view(), Memory(city))
    assert await app.functions["render"](1, "C-1", "en") is no_update
    fold(city, [reported("C-1")])
    steps = len(attributes(await app.functions["render"](2, "C-1", "en"), "data-stream-id"))
    fold(city, [step("filed", "C-1", NOON + 60)], first_ms=int(NOON * 1000) + 9000)
    assert len(attributes(await app.functions["render"](3, "C-1", "en"), "data-stream-id")) == steps + 1
