"""Lists that the server writes are written again from the address of their page, in its language."""

from __future__ import annotations

import pytest
from dash import no_update

from dashboard.callbacks.again import register
from dashboard.callbacks.routing import Pages
from dashboard.layouts.parts import address_of
from tests.support.making import GRIDS, NOON, event, fold, reported, state, step
from tests.support.pages import Memory, attributes, text_of, view
from tests.support.registered import Registered

LOG = {"reports": [], "total": 7, "from": None, "next": None}


@pytest.mark.parametrize("address", ["/reports?counter=births", "/workers", "/services?days=30"])
async def test_each_list_has_a_part_that_is_written_again(address: str) -> None:
    app = Registered()
    register(app, Pages(view(), Memory(log=LOG)))
    body, answered = await app.functions["again"]("17", address, "en")
    assert body
    assert answered == "17"


async def test_what_has_happened_since_is_there_in_the_language_of_the_page() -> None:
    city, app = state(), Registered()
    register(app, Pages(view(), Memory(city)))
    before, _ = await app.functions["again"]("1", "/workers?state=on-shift", "zh-CN")
    fold(city, [event("worker.shift-started", {}, at=NOON, grid=GRIDS[0])])
    after, _ = await app.functions["again"]("2", "/workers?state=on-shift", "zh-CN")
    assert "甲社区 001" not in text_of(before)
    assert "甲社区 001" in text_of(after)


@pytest.mark.parametrize("case", ["C-1", "a/b ü", "50%2F", "<i>?#"])
async def test_a_case_of_any_name_is_written_again_by_the_address_that_a_browser_has(case: str) -> None:
    city, app = state(), Registered()
    register(app, Pages(view(), Memory(city)))
    address = address_of("cases", case) + "?lang=en"
    assert await app.functions["again"]("1", address, "en") == (no_update, no_update)
    fold(city, [reported(case)])
    before, _ = await app.functions["again"]("2", address, "en")
    fold(city, [step("filed", case, NOON + 60)], first_ms=int(NOON * 1000) + 9000)
    after, _ = await app.functions["again"]("3", address, "en")
    assert len(attributes(after, "data-stream-id")) == len(attributes(before, "data-stream-id")) + 1


@pytest.mark.parametrize("address", ["/reports", "/workers?state=odd", "/odd", "/", ""])
async def test_what_has_no_such_part_leaves_the_page_as_it_is(address: str) -> None:
    app = Registered()
    register(app, Pages(view(), Memory()))
    assert await app.functions["again"]("1", address, "en") == (no_update, no_update)
