"""The page of an area: each level has what belongs to it, in both languages."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from dashboard import ids
from dashboard.domain.rules.areas import AreaRecord, build_tree
from dashboard.layouts.area import area_page, charts
from dashboard.words import Words
from tests.support.making import GRIDS, rules
from tests.support.pages import LANGUAGES, attributes, data_of, ids_of, sound, view, viewed

CODES = {"city": "4205", "district": "420502", "community": "420502001001", "grid": GRIDS[0]}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("level", CODES)
def test_each_level_has_its_page(level: str, lang: str) -> None:
    made = area_page(Words(lang), view(), view().tree.by_code[CODES[level]])
    assert sound(made)
    found = set(ids_of(made))
    assert {ids.RATES, ids.LEDGER, ids.HEAT, ids.CHARTS, ids.MAP} <= found
    assert (ids.CHILDREN in found) == (level != "grid")
    assert (ids.OPEN_CASES in found) == (level in ("community", "grid"))
    assert (ids.WORKER in found) == (level == "grid")


def test_it_watches_its_own_topics_and_loads_its_own_map() -> None:
    told = data_of(area_page(Words("en"), view(), view().tree.by_code["420502"]))
    assert told["topic"] == "wall/420502"
    assert {"wall/420502", "panels/420502"} <= set(told["early"])
    assert told["map_url"].endswith("/420502.json")
    assert told["area"] == {"code": "420502", "level": "district", "parent": "4205", "start": 0}


def test_every_number_counts_in_the_area_itself() -> None:
    made = area_page(Words("en"), view(), view().tree.by_code["420502"])
    counted = [href for href in attributes(made, "href") if href.startswith(("/cases?", "/reports?", "/workers?"))]
    inside = [href for href in counted if "area=" in href]
    assert inside
    assert all("area=420502" in href for href in inside)


def test_what_can_be_taken_along_is_the_areas_own() -> None:
    grid, district = (area_page(Words("en"), view(), view().tree.by_code[code]) for code in (GRIDS[0], "420502"))
    files = [[href for href in attributes(made, "href") if href.startswith("/api/")] for made in (grid, district)]
    assert [len(each) for each in files] == [2, 2]
    assert all(f"area={GRIDS[0]}" in href for href in files[0])
    assert all("/areas/420502/children." in href for href in files[1])


def test_charts_can_be_taken_along_as_pictures() -> None:
    assert ids_of(charts(Words("en"))) == [ids.CHART_PEOPLE, ids.CHART_CASES, ids.CHART_RATES]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_retired_area_says_since_when_and_who_has_taken_over(lang: str) -> None:
    on = dt.date(2026, 11, 20)
    grids = [AreaRecord(code, "grid", code, None, "c", ([1] * 18, [1] * 18)) for code in ("b/1", "k")]
    ended = AreaRecord("a", "grid", "a", None, "c", until=on, into=("b/1", "k"))
    city = build_tree([AreaRecord("c", "city", "C"), ended, *grids])
    shown, say = viewed(city.on(on), rules()), Words(lang)
    made = area_page(say, shown, city.by_code["a"])
    assert say("retired-since", date="2026-11-20") in json.dumps(
        made.to_plotly_json(), cls=PlotlyJSONEncoder, ensure_ascii=False
    )
    assert {"/area/b%2F1", "/area/k"} <= set(attributes(made, "href"))
    assert sound(made)
    today = area_page(say, shown, city.by_code["k"])
    assert "2026-11-20" not in _text(today)
    assert say("workers-on-shift", all=2) in _text(area_page(say, shown, city.root))


def _text(made: Component) -> str:
    return json.dumps(made.to_plotly_json(), cls=PlotlyJSONEncoder, ensure_ascii=False)
