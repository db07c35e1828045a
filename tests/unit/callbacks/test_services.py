"""The page of services takes its window from the address, and refuses one that makes no sense."""

from __future__ import annotations

import pytest

from dashboard.callbacks.asked import Asked
from dashboard.callbacks.services import page
from dashboard.errors import InvalidReport
from dashboard.words import Words
from tests.support.pages import Memory, attributes, view


def _asked(**query: str) -> Asked:
    return Asked(Words("en"), view(), Memory(), query=query)


async def test_the_window_is_that_of_the_address() -> None:
    assert all("days=7" in href for href in attributes(await page(_asked(days="7")), "href") if "kind=" in href)


@pytest.mark.parametrize("days", ["many", "-1", "1.5", "99999", "٣", ""])
async def test_a_window_that_makes_no_sense_is_named(days: str) -> None:
    with pytest.raises(InvalidReport) as refused:
        await page(_asked(days=days))
    assert refused.value.field == "days"
