"""Each path has its page, in the language that is asked for; an address that makes no sense says why."""

from __future__ import annotations

import pytest

from dashboard.callbacks.routing import PAGES, Pages, query_of, route_of, words_of
from tests.support.pages import Memory, data_of, sound, text_of, view

LOG = {"reports": [], "total": 0, "from": None, "next": None}
ADDRESSES = {
    "/": "wall",
    "/about": "list",
    "/area/city": "areas",
    "/area/420502001001001": "areas",
    "/cases": "cases",
    "/cases/C-1": "case",
    "/departments": "departments",
    "/departments/health": "inbox",
    "/performance": "performance",
    "/reports": "list",
    "/services": "services",
    "/supervision": "supervision",
    "/system": "system",
    "/workers": "list",
}


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("path", ADDRESSES)
async def test_path_has_its_page_in_both_languages(path: str, lang: str) -> None:
    page = await Pages(view(), Memory(log=LOG)).page_of(path, f"?lang={lang}")
    assert (data_of(page)["kind"], data_of(page)["lang"]) == (ADDRESSES[path], lang)
    assert data_of(page)["status"] == 200
    assert sound(page)


def test_every_route_is_tried_here() -> None:
    assert {page for page, _ in map(route_of, ADDRESSES)} == set(PAGES.values())


def test_star_stands_for_slashes_too_and_needs_something() -> None:
    assert route_of("/cases/a/b/") == (PAGES["/cases/*"], "a/b")
    assert route_of("/cases/") == (PAGES["/cases"], "")
    assert route_of("/area") == (None, "")
    assert route_of("/odd/x") == (None, "x")


@pytest.mark.parametrize(
    ("address", "said", "status"),
    [
        ("/odd", "No such page", 404),
        ("/departments/odd", "No such page", 404),
        ("/zh-CN/cases", "No such page", 404),
        ("/orders/7", "still to come", 404),
        ("/handset", "still to come", 404),
        ("/area/odd", "No such area", 404),
        ("/workers?area=odd", "There is no area odd", 404),
        ("/cases?area=odd", "There is no area odd", 404),
        ("/supervision?area=odd", "There is no area odd", 404),
        ("/cases/odd/id", "There is no case odd/id", 404),
        ("/services?days=many", "days: ", 400),
        ("/workers?state=odd", "state: ", 400),
        ("/reports", "does not answer", 503),
    ],
)
async def test_what_is_not_there_is_said_with_a_way_on(address: str, said: str, status: int) -> None:
    path, _, query = address.partition("?")
    page = await Pages(view(), Memory()).page_of(path, f"?lang=en&{query}")
    assert (data_of(page)["kind"], data_of(page)["status"]) == ("message", status)
    assert said in text_of(page)
    assert "Back to the wall" in text_of(page)


def test_language_is_that_of_the_address_then_the_remembered_then_the_settings() -> None:
    assert words_of("?lang=en", view(), "zh-CN").lang == "en"
    assert words_of("?lang=xx", view(), "en").lang == "en"
    assert words_of("", view()).lang == view().lang
    assert query_of("?a=1&a=2&b=") == {"a": "2"}
