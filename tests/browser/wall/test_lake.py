"""The wall of a city that is not the model: two levels, 120 request types, nobody counted; in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.clock import CityClock
from dashboard.run.processes import ROOT
from simulator.life.office import DAY
from simulator.life.requests import RequestCity
from simulator.life.run import Run
from simulator.place.city import city_bytes
from simulator.place.lake import build_lake
from tests.conftest import AFTERNOON, city_with
from tests.support.running import ServerProcess, wait_until

SIZES = [(1280, 720), (1920, 1080), (3840, 2160), (2560, 1080)]
LIVE = 'body[data-live="live"][data-map="ready"]'
_NUMBERS = """() => [...document.querySelectorAll('.heat-table tbody tr')].map(tr => [
  tr.querySelector('.heat-row').textContent,
  [...tr.querySelectorAll('td[data-bucket]')].map(td => Number(td.dataset.value))])"""
_PANELS = """() => [...document.querySelectorAll('.panel')].map(panel => {
  const box = panel.getBoundingClientRect();
  return [panel.className, box.height / innerHeight, box.bottom <= innerHeight + 1];
})"""
_CUT = """() => [...document.querySelectorAll(
    '.heat-table tr, .departments li, .gauge, .hours, .attention li, .ticker li')]
  .filter(part => {
    const box = part.getBoundingClientRect(), panel = part.closest('.panel').getBoundingClientRect();
    return box.height && (box.bottom > panel.bottom + 1 || box.right > panel.right + 1);
  }).map(part => part.className + ' ' + part.textContent.slice(0, 30))"""
_LEGEND = "() => document.querySelector('#legend').innerText"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server of the city on the lake, with eight days behind it."""
    folder = tmp_path_factory.mktemp("lake")
    areas, made = folder / "lake.json", build_lake()
    areas.write_bytes(city_bytes(made))
    life = RequestCity(made, Run(4, AFTERNOON - 8 * DAY, "America/Chicago"))
    settings = {
        "GRIDWALL_RULES": str(ROOT / "dashboard/rules/lake.toml"),
        "GRIDWALL_TIMEZONE": "America/Chicago",
        "GRIDWALL_LANG": "en",
    }
    with city_with(life.events(AFTERNOON), CityClock(AFTERNOON), areas, folder, **settings) as running:
        yield running


def show(page: Any, lake: ServerProcess, query: str = "") -> None:
    page.goto(f"{lake.url}/{query}")
    page.wait_for_selector(LIVE, timeout=20_000)
    page.wait_for_selector(".heat-others")
    page.wait_for_selector(".department")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_every_panel_keeps_its_room_and_nothing_is_cut(
    lake: ServerProcess, page: Any, size: tuple[int, int], lang: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    show(page, lake, f"?lang={lang}")
    page.wait_for_timeout(300)  # two slow frames, so that lists have found their room
    panels = page.evaluate(_PANELS)
    assert len(panels) == 7
    assert [name for name, height, inside in panels if height < 0.14 or not inside] == []
    assert page.evaluate(_CUT) == []
    assert page.errors == []


def test_the_largest_have_names_and_the_rows_add_up_to_the_head(lake: ServerProcess, page: Any) -> None:
    show(page, lake)
    rows = page.evaluate(_NUMBERS)
    open_now = lake.get("/api/v1/areas/city")["cases"]["open"]
    assert sum(sum(counts) for _, counts in rows) == open_now
    assert f"{open_now:,}" in page.inner_text("#heat-note")
    assert rows[-1][0].endswith("others")
    totals = [sum(counts) for _, counts in rows[:-1]]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) + int(rows[-1][0].split()[0]) == 120


def test_the_row_of_all_others_opens_and_closes_again(lake: ServerProcess, page: Any) -> None:
    show(page, lake)
    page.click(".heat-others")
    wait_until(lambda: len(page.evaluate(_NUMBERS)) == 120, what="all rows")
    assert sum(sum(c) for _, c in page.evaluate(_NUMBERS)) == lake.get("/api/v1/areas/city")["cases"]["open"]
    page.click("#heat-fewer")
    page.wait_for_selector(".heat-others")
    wait_until(lambda: len(page.evaluate(_NUMBERS)) < 40, what="the rows that fit")


def test_what_nobody_has_counted_is_not_shown(lake: ServerProcess, page: Any) -> None:
    show(page, lake)
    assert page.query_selector('[data-kpi="population"], [data-kpi="newborns-today"], [data-share]') is None
    assert page.query_selector('[data-kpi="workers-on-shift"], [data-layer="silence"], .swatch-silent') is None
    assert page.query_selector('[data-gauge="community-resolution-rate"]') is None
    city = lake.get("/api/v1/areas/city")["cases"]
    for name, counted in (("cases-reported-today", city["reported"]), ("cases-closed-today", city["closed"])):
        assert page.get_attribute(f'[data-kpi="{name}"]', "data-value") == str(counted["today"])
    page.goto(f"{lake.url}/area/W7")
    page.wait_for_selector('body[data-panels="ready"]')
    assert page.query_selector('[data-kpi="population"], [data-kpi="workers-on-shift"], #ledger, .panel-worker') is None
    assert page.query_selector(".panel-services, #homes, [href='/services']") is None
    page.goto(f"{lake.url}/area/city")
    page.wait_for_selector('body[data-panels="ready"]')
    heads = page.eval_on_selector_all("#children [data-sort]", "all => all.map(each => each.dataset.sort)")
    assert heads == ["name", "open", "overdue", "on-time", "satisfied"]
    assert page.errors == []
    show(page, lake)
    said = page.get_attribute("#hours", "aria-label")
    assert f"{city['reported']['today']} reported, {city['closed']['today']} closed" in said


def test_the_same_data_has_the_same_legend_in_every_load(lake: ServerProcess, page: Any) -> None:
    seen = set()
    for _ in range(5):
        show(page, lake)
        wait_until(lambda: "+" in page.evaluate(_LEGEND), what="the legend")
        seen.add((page.evaluate(_LEGEND), page.evaluate("JSON.stringify(gridwall.grid('W7'))")))
    assert len(seen) == 1
    page.goto(f"{lake.url}/area/W7")
    page.wait_for_selector(LIVE)
    wait_until(lambda: page.evaluate(_LEGEND) in {legend for legend, _ in seen}, what="the same legend there")


def test_hatching_that_would_cover_most_of_the_map_is_a_count(lake: ServerProcess, page: Any) -> None:
    page.goto(lake.url + "/?lang=en")
    page.wait_for_selector(LIVE)
    wait_until(lambda: page.evaluate("gridwall.map.shown.values.length > 0"), what="the values of the map")
    children = lake.get("/api/v1/areas/city/children")["children"]
    late = sum(child["cases"]["overdue"] > 0 for child in children)
    hatched = "gridwall.map.drawn.layers.filter(l => l._path.getAttribute('fill').startsWith('url')).length"
    wait_until(lambda: page.evaluate(hatched) == (0 if 2 * late > 50 else late), what="hatches of few, or of none")
    assert (f"{late} of 50 Wards: something overdue" in page.evaluate(_LEGEND)) == (2 * late > 50)
    codes = [child["area"]["code"] for child in children]
    assert page.evaluate("codes => codes.map(code => gridwall.grid(code).state)", codes).count("overdue") == late
    assert 2 * late > 50, "the city of this test has something late in most wards"


def test_the_date_has_its_year_where_that_is_not_ours(lake: ServerProcess, page: Any) -> None:
    """The city's clock shows 2026 whatever the year of whoever looks: here the browser's own clock is moved."""
    written = "document.querySelector('#clock-date').textContent"
    for shift_years, has_year in ((0, False), (30, True)):
        there = f"Date.UTC(2026 + {shift_years}, 5, 1)"
        page.add_init_script(f"Date.now = () => {there}")
        page.goto(lake.url + "/?lang=en")
        page.wait_for_selector(LIVE)
        wait_until(lambda: page.evaluate(written) != "", what="the date")
        assert ("2026" in page.evaluate(written)) == has_year
