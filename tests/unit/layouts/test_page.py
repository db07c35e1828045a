"""The frame of every page: where one is, how fresh it is, in which language, and what its scripts must know."""

from __future__ import annotations

import pytest

from dashboard import ids
from dashboard.layouts.page import area_name, breadcrumb, full_name, message, page
from dashboard.words import Words
from tests.support.making import GRIDS
from tests.support.pages import LANGUAGES, attributes, components, data_of, ids_of, sound, text_of, view

EN = Words("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_has_its_frame_and_tells_its_scripts(lang: str) -> None:
    made = page(Words(lang), view(), "cases", "T", topic="wall/420502")
    assert {ids.BANNER, ids.FRESHNESS, ids.LANG_BUTTON, ids.PAGE_DATA} <= set(ids_of(made))
    told = data_of(made)
    assert (told["kind"], told["lang"], told["topic"], told["version"]) == ("cases", lang, "wall/420502", "1")
    assert sound(made)


@pytest.mark.parametrize(
    ("kind", "place"), [("cases", "/cases?state=open"), ("case", "/cases?state=open"), ("inbox", "/departments")]
)
def test_the_navigation_marks_where_one_is(kind: str, place: str) -> None:
    made = page(EN, view(), kind, "T")
    assert [part.href for part in components(made) if "aria-current" in part.to_plotly_json()["props"]] == [place]


def test_the_way_down_is_linked_up_to_the_area_itself() -> None:
    grid = view().tree.by_code[GRIDS[0]]
    assert attributes(breadcrumb(EN, view(), grid), "href") == [
        "/area/4205",
        "/area/420502",
        "/area/420502001",
        "/area/420502001001",
    ]
    assert attributes(breadcrumb(EN, view(), grid, to_self=True), "href")[-1] == f"/area/{GRIDS[0]}"


def test_areas_are_called_in_the_language_of_the_page_as_people_say_it() -> None:
    tree = view().tree
    assert (area_name(EN, tree.root), area_name(Words("zh-CN"), tree.root)) == ("Yichang", "宜昌市")
    assert full_name(EN, view(), tree.by_code[GRIDS[0]]) == "甲社区 001", "what has no English name keeps its own"


def test_a_message_says_one_thing_and_where_to_go() -> None:
    made = message(EN, view(), "Gone", "It is not here.", ("Cases", "/cases"))
    assert "It is not here." in text_of(made)
    assert attributes(made, "href")[-4:] == ["/cases", "/", "/system", "/about"]
