"""The page of a case, and what is said when there is none."""

from __future__ import annotations

import pytest

from dashboard.callbacks.asked import Asked
from dashboard.callbacks.case import page
from dashboard.errors import Unknown
from dashboard.words import Words
from tests.support.pages import Memory, data_of, view


async def test_the_page_is_of_the_case_in_the_address() -> None:
    made = await page(Asked(Words("en"), view(), Memory(), rest="C-1"))
    assert data_of(made)["case"] == "C-1"


async def test_a_case_that_is_not_there_is_named() -> None:
    with pytest.raises(Unknown) as raised:
        await page(Asked(Words("en"), view(), Memory(), rest="odd/id"))
    assert (raised.value.what, raised.value.name) == ("case", "odd/id")
