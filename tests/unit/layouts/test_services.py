"""Services: every count leads to the list that it counts, and what narrows a list is said."""

from __future__ import annotations

import pytest

from dashboard.callbacks import services as callback
from dashboard.callbacks.asked import Asked
from dashboard.layouts.services import COUNTS, kind_name, query_of_count
from dashboard.words import Words
from tests.support.making import NOON, event, fold, state
from tests.support.pages import LANGUAGES, Memory, attributes, components, sound, text_of, view

KIND = next(iter(view().rules.services))


def _source() -> Memory:
    city = state()
    data = {"request": "R-1", "service": KIND, "off_hours": False}
    fold(city, [event("service.requested", data), event("service.requested", {**data, "request": "R-2"}, at=NOON + 60)])
    return Memory(city)


async def _page(lang: str, **query: str) -> object:
    return await callback.page(Asked(Words(lang), view(), _source(), query=query))


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_count_of_every_kind_leads_to_its_list(lang: str) -> None:
    made = await _page(lang)
    assert sound(made)
    rows = {kind: part for part in components(made) for kind in attributes(part, "data-kind")[:1]}
    assert {"all", KIND} <= set(rows)
    assert attributes(made, "data-count") == list(COUNTS) * len(attributes(made, "data-kind"))


async def test_requests_are_listed_and_narrowed_in_words() -> None:
    assert attributes(await _page("en"), "data-request") == ["R-2", "R-1"]
    narrowed = await _page("en", kind=KIND, state="open", q="R-1")
    assert attributes(narrowed, "data-request") == ["R-1"]
    assert kind_name(Words("en"), view(), KIND) in text_of(narrowed)


def test_a_count_asks_for_its_own_window() -> None:
    assert all(query_of_count(name, 30) is not None for name in COUNTS)
    assert query_of_count("overdue", 30) != query_of_count("open", 30)


def test_a_kind_that_the_rules_do_not_know_keeps_its_id() -> None:
    assert kind_name(Words("en"), view(), "gone") == "gone"
