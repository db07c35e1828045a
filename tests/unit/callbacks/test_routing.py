"""Each path has its page, in the language that is asked for; an address that makes no sense says why."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from dash import html
from dash.development.base_component import Component

from dashboard.callbacks.routing import PAGES, Pages, query_of, route_of, words_of
from dashboard.domain.rules.levels import LevelName
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.layouts.parts import kpi, moving
from dashboard.layouts.view import PageView
from tests.support.making import NOON, event, fold, reported, rules, two_levels
from tests.support.pages import Memory, attributes, components, data_of, sound, text_of, view, viewed

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


ABOUT = "/about"  # is about Gridwall and what was measured of it, not about the city
WARDS = {"grid": LevelName("选区", "Ward", "Wards")}
NOT_OF_WARDS = {
    "zh-CN": re.compile(r"网格|街道|社区(?!e通)|各区|区级"),
    "en": re.compile(r"\b(grid|street|district|community|communities)s?\b", re.IGNORECASE),
}


def of_wards() -> tuple[CityState, PageView]:
    """Returns a city of fifty wards that are called so, with a case that is open and one that is closed."""
    decided = msgspec.structs.replace(rules(), levels=WARDS)
    city = CityState(two_levels(), decided, horizon=Horizon(None, None))
    closed = event("case.closed", {"case": "C-2"}, at=NOON + 60, grid="W-02")
    up = event(
        "case.escalated",
        {"case": "C-1", "to_level": "city", "by": "keeper", "reason": "overdue"},
        at=NOON + 60,
        grid="W-07",
    )
    fold(city, [reported("C-1", grid="W-07"), up, reported("C-2", grid="W-02"), closed])
    return city, viewed(city.tree, decided)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("path", [path.replace("420502001001001", "W-07") for path in ADDRESSES if path != ABOUT])
async def test_pages_of_a_city_of_wards_speak_of_wards_only(path: str, lang: str) -> None:
    """Fifty wards below one city, nothing between, nobody counted: no page speaks of levels that are not there."""
    city, wards = of_wards()
    page = await Pages(wards, Memory(city, log=LOG)).page_of(path, f"?lang={lang}")
    assert (data_of(page)["kind"], sound(page)) == (ADDRESSES[path.replace("W-07", "420502001001001")], True)
    titles = [str(each) for name in ("title", "aria-label", "placeholder") for each in attributes(page, name)]
    said = " ".join([text_of(page), *titles])
    assert NOT_OF_WARDS[lang].findall(said) == []
    assert set(attributes(page, "data-rung")) | set(attributes(page, "data-level")) <= {"grid", "city"}
    assert "community-resolution-rate" not in attributes(page, "data-rate-row") + attributes(page, "data-gauge")


async def test_a_city_of_wards_names_them_where_it_counts_and_lists_them() -> None:
    city, wards = of_wards()
    pages = Pages(wards, Memory(city, log=LOG))
    wall, whole = [text_of(await pages.page_of(path, "?lang=en")) for path in ("/", "/area/city")]
    assert "50 Wards" in wall
    assert "communit" not in wall.lower()
    assert "show the next" not in wall, "there is no round without districts"
    assert "Wards" in whole
    for unknown in ("population", "newborns-yesterday", "workers-on-shift"):
        assert unknown not in attributes(await pages.page_of("/area/W-07", "?lang=en"), "data-unknown"), (
            "nobody has counted"
        )
    appraisal = await pages.page_of("/performance", "?lang=en")
    assert data_of(appraisal)["kinds"] == ["worker", "department"]
    assert "Wards" in text_of(appraisal)


def undeclared(part: Any, says: bool = False) -> list[str]:
    """Returns the numbers of a page that stand outside of each part that says how it stays true."""
    if isinstance(part, list | tuple):
        return [found for each in part for found in undeclared(each, says)]
    if not isinstance(part, Component):
        return []
    told = part.to_plotly_json()["props"]
    says = says or "data-moves" in told
    shows = "data-kpi" in told or "data-value" in told or (part._type == "Td" and re.search(r"\d", text_of(part)))
    found = [f"{part._type} {text_of(part)}"] if shows and not says and "data-choice" not in told else []
    return found + undeclared(getattr(part, "children", None), says)


async def made(path: str) -> Component:
    return await Pages(view(), Memory(log=LOG)).page_of(path, "?lang=en")


@pytest.mark.parametrize("path", ADDRESSES)
async def test_every_number_stands_in_a_part_that_says_how_it_stays_true(path: str) -> None:
    page = await made(path)
    assert undeclared(page) == []
    declared = [part for part in components(page) if getattr(part, "data-moves", None)]
    assert declared
    for part in declared:
        ages = [each for each in components(part) if getattr(each, "className", "") == "panel-age"]
        if getattr(part, "data-moves") == "as-of":
            [since] = attributes(part, "data-as-of")
            assert since in text_of(part), "the instant stands there in words"
            assert ages == [], "what stands still has no age"
        else:
            assert getattr(part, "data-moves") in ("topic", "ask")
            assert len(ages) == 1 + sum("data-moves" in each.to_plotly_json()["props"] for each in components(part)[1:])


def test_a_number_outside_of_any_such_part_is_found() -> None:
    for lost in (kpi("reports"), html.Td("7"), html.B(**{"data-value": ""}), html.Td(html.Span("▲ 3 h"))):
        assert len(undeclared(html.Div([html.Section(lost, **moving("ask")), html.P(lost)]))) == 1


def test_star_stands_for_slashes_too_and_needs_something() -> None:
    assert route_of("/cases/a/b/") == (PAGES["/cases/*"], "a/b")
    assert route_of("/cases/%2Fa%2Factions%2F/") == (PAGES["/cases/*"], "/a/actions/")
    assert route_of("/cases/%252F%E5%8C%BA") == (PAGES["/cases/*"], "%2F区")
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
        ("/?district=odd", "There is no area odd", 404),
        ("/?district=420502001001001", "district: is one of ", 400),
        ("/cases?state=odd", "state: ", 400),
        ("/cases?overdue=perhaps", "overdue: ", 400),
        ("/cases?days=9&indicator=odd", "indicator: ", 400),
        ("/cases?archived=odd", "archived: ", 400),
        ("/departments/health?state=odd", "state: ", 400),
        ("/departments/health?overdue=odd", "overdue: ", 400),
        ("/performance?kind=odd", "kind: ", 400),
        ("/performance?days=-1", "days: ", 400),
        ("/supervision?day=odd", "day: ", 400),
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
