"""Every address on every page stands below the path of a proxy, once."""

from __future__ import annotations

import dataclasses

import pytest
from dash import html

from dashboard.callbacks.routing import Pages
from dashboard.layouts.rooted import at, rooted
from tests.support.pages import Memory, attributes, view

ROOT = "/city/grid"
PAGES = ["/", "/area/city", "/cases", "/cases/C-1", "/departments", "/departments/health", "/services", "/workers"]


@pytest.mark.parametrize(
    ("address", "below"),
    [
        ("/cases?state=open", "/city/grid/cases?state=open"),
        ("/", "/city/grid/"),
        ("//other.example/a", "//other.example/a"),
        ("https://other.example/", "https://other.example/"),
        ("#ledger", "#ledger"),
        ("?lang=en", "?lang=en"),
    ],
)
def test_own_addresses_stand_below_and_others_as_they_are(address: str, below: str) -> None:
    assert at(ROOT, address) == below
    assert at("", address) == address


def test_all_parts_of_a_list_are_reached_once() -> None:
    made = [html.A("a", href="/a"), html.P([html.B(html.A("b", href="/b")), "text"]), html.Img(src="/c")]
    assert rooted(made, ROOT) is made
    assert attributes(made, "href") + attributes(made, "src") == [ROOT + "/a", ROOT + "/b", ROOT + "/c"]


@pytest.mark.parametrize("path", PAGES)
async def test_pages_have_no_address_outside(path: str) -> None:
    below = Pages(dataclasses.replace(view(), root=ROOT), Memory())
    plain = Pages(view(), Memory())
    inside = attributes(await plain.page_of(path, ""), "href")
    assert attributes(await below.page_of(path, ""), "href") == [at(ROOT, href) for href in inside]
    assert any(href.startswith("/") for href in inside)
