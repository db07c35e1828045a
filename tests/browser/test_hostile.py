"""A city of hostile texts (tests/support/hostile.py) in a real browser: they stand as given, and nothing comes of them.

All pages in both languages, on a desk and on a phone and on paper: no element is made of a text, nothing is fetched
because of one, the console is silent, and no page is wider than its window or its sheet.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import openpyxl
import pytest

from dashboard.clock import CityClock
from tests.conftest import city_with
from tests.support import hostile
from tests.support.running import ServerProcess

LANGUAGES = ("zh-CN", "en")
PATHS = [
    "/",
    "/about",
    "/area/city",
    "/area/" + quote(hostile.grid(1), safe=""),
    "/cases?state=open",
    "/cases/" + quote(hostile.case(1), safe=""),
    "/cases/" + quote(hostile.case(2), safe=""),
    "/cases/" + quote(hostile.id_of("nowhere"), safe=""),
    "/departments",
    "/departments/" + quote(hostile.department(1), safe=""),
    "/performance",
    "/reports",
    "/services",
    "/supervision",
    "/system",
    "/workers",
    "/" + quote(hostile.text("nowhere"), safe=""),
]
_MADE = "document.querySelectorAll('.hostile, meta[http-equiv=refresh]').length"
_PAPER = 711  # what margins leave of A4, at 96 dots an inch
_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= wide) return [];
  return [...document.body.querySelectorAll('*')]
    .filter((one) => one.getBoundingClientRect().right > wide + 1)
    .map((one) => one.tagName + '.' + one.className + ' ' + one.textContent.slice(0, 30)).slice(0, 12);
}"""


@pytest.fixture(scope="module")
def city(city_clock: CityClock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server of the hostile city."""
    folder = tmp_path_factory.mktemp("hostile")
    areas, rules = folder / "areas.json", folder / "rules.toml"
    areas.write_text(json.dumps(hostile.areas()), "utf-8")
    rules.write_text(hostile.rules(), "utf-8")
    reports = ((0.0, *one) for one in hostile.reports(city_clock.now()))
    with city_with(reports, city_clock, areas, folder, GRIDWALL_RULES=str(rules)) as running:
        yield running


@pytest.fixture(scope="module")
def desk(browser: Any) -> Iterator[Any]:
    """A page for all tests of this file, so that what it has loaded once stays loaded; `said` and `asked` grow."""
    context = browser.new_context()
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: message.type == "error" and page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:12])
def test_no_text_becomes_anything_but_a_text(city: ServerProcess, desk: Any, path: str) -> None:
    page = desk
    page.asked.clear()
    page.said.clear()
    for lang in LANGUAGES:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{city.url}{path}{'&' if '?' in path else '?'}lang={lang}")
        page.wait_for_selector("main" if "nowhere" in path else 'body[data-live="live"]', timeout=30_000)
        _look_at(page)
        assert page.evaluate(_MADE) == 0
        assert page.title() != "1"
        _fits(page, path)
    assert [url for url in page.asked if not url.startswith((city.url, city.url.replace("http", "ws")))] == []
    assert [said for said in page.said if "404" not in said or "nowhere" not in path] == []


def _look_at(page: Any) -> None:
    """Does what people do on a page: points at what is on the map, opens what opens."""
    if page.locator("#map").count():
        page.wait_for_selector('body[data-map="ready"]', timeout=30_000)
        page.wait_for_selector(".district-label")
        spots = page.locator("#map path.leaflet-interactive")
        spots.last.hover(force=True)  # a case where there are some, else a grid
    if page.locator(".wall").count():
        spots.last.click(force=True)
        page.wait_for_selector(".card-grid:not([hidden])")
        page.keyboard.press("Escape")
    for closed in page.locator("details > summary:visible").all()[:3]:
        closed.evaluate("(summary) => (summary.parentElement.open = true)")


def _fits(page: Any, path: str) -> None:
    for media, width in (("screen", 1440), ("screen", 390), ("print", _PAPER)):
        page.emulate_media(media=media)
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(_WIDE) == [], f"{path} at {width}"
    page.emulate_media(media="screen")


def test_a_long_name_leaves_date_and_clock_on_the_wall(city: ServerProcess, desk: Any) -> None:
    desk.goto(city.url + "/?lang=en")
    desk.wait_for_selector('body[data-live="live"]', timeout=30_000)
    desk.wait_for_selector("#clock-date:has-text('November')")
    for width in (1280, 1440, 1920, 3840):
        desk.set_viewport_size({"width": width, "height": width * 9 // 16})
        for place in ("#freshness", "#clock-date", "#clock-time", "#lang-button"):
            box = desk.locator(place).bounding_box()
            assert box["width"] > 20, place
            assert box["x"] + box["width"] <= width, place


def test_a_name_turns_nothing_round_but_itself(city: ServerProcess, desk: Any) -> None:
    desk.goto(city.url + "/?lang=en")
    desk.wait_for_selector(".attention-silent b")
    said = desk.locator(".attention-silent b").first.text_content()
    assert re.fullmatch(r"3 grids silent in \u2068district1[^\u2066-\u2069]*\u2069", said)
    for name in desk.locator(".attention b, .ticker span").all():
        assert name.evaluate("(one) => getComputedStyle(one).unicodeBidi") == "isolate"


def test_nothing_of_it_is_more_than_a_text_in_what_is_taken_along(city: ServerProcess) -> None:
    """Files, GeoJSON and the API give each text as it came; metrics and the log have it in no line of their own."""
    grid, case = quote(hostile.grid(1), safe=""), quote(hostile.case(1), safe="")
    assert city.get(f"/api/v1/areas/{grid}")["area"]["name"] == hostile.text("grid1")
    assert city.get(f"/api/v1/cases/{case}")["trace"][1]["note"] == hostile.text("note")
    assert city.get("/api/v1/cases", category=hostile.category(2))["total"] == 2
    assert city.get("/api/v1/tasks", department=hostile.department(1))["total"] == 2
    assert city.get("/api/v1/dead-letters")["dead_letters"]
    address = re.search(r"/geo/\w+", httpx.get(city.url, trust_env=False).text)[0]
    document = city.get(f"{address}/{grid}.json")
    assert hostile.text("grid1") in {feature["properties"]["name"] for feature in document["features"]}
    with httpx.Client(base_url=city.url, trust_env=False) as client:
        rows = list(csv.reader(io.StringIO(client.get("/api/v1/cases.csv?lang=en").content.decode("utf-8-sig"))))
        assert {len(row) for row in rows} == {len(rows[0])}
        assert {row[0] for row in rows[1:]} == {hostile.case(number) for number in range(1, hostile.GRIDS + 1)}
        book = openpyxl.load_workbook(io.BytesIO(client.get("/api/v1/cases.xlsx?lang=en").content))
        cells = [cell for line in book.worksheets[0].iter_rows() for cell in line]
        assert hostile.case(1) in {cell.value for cell in cells}
        assert not [cell for cell in cells if cell.hyperlink or cell.data_type == "f"]
        assert "hostile" not in client.get("/metrics").text
        assert "hostile" not in client.get("/api/openapi.json").text
        for path in ("/nowhere/", "/api/v1/areas/", "/api/v1/cases/"):
            answer = client.get(path + quote(hostile.text("x"), safe=""))
            assert answer.status_code == 404
            assert "<img" not in answer.text or answer.headers["content-type"] == "application/json"
    assert [line for line in city.log.splitlines() if line and not re.match(r"\d{4}-|Gridwall: ", line)] == []


def test_colours_that_are_the_value_stay_where_somebody_has_colours_of_his_own(city: ServerProcess, desk: Any) -> None:
    desk.emulate_media(forced_colors="active")
    desk.goto(city.url + "/?lang=en")
    desk.wait_for_selector(".heat-1, .heat-2, .heat-3, .heat-4")
    desk.wait_for_selector(".legend-steps i")
    colours = desk.locator(".legend-steps i").evaluate_all(
        "(all) => all.map((i) => getComputedStyle(i).backgroundColor)"
    )
    assert len(set(colours)) == len(colours) > 4
    read = "(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]"
    for cell in desk.locator("td.heat-0, td.heat-1, td.heat-2, td.heat-3").all():
        ground, ink = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in cell.evaluate(read))
        assert ink - ground > 200, "light on dark, as the steps are made for"
    desk.emulate_media(forced_colors="none")
