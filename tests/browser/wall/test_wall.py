"""The wall in a real browser, on a real server and a real Redis: it shows what the log says."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import redis

from dashboard.clock import CityClock
from tests.conftest import Month, ServerFactory, shows
from tests.support.oracle import numbers
from tests.support.running import ServerProcess, wait_until
from tests.support.traffic import log_behind, write

TOTALS = {
    "reports": ("log", "reports"),
    "newborns-today": ("people", "newborns", "today"),
    "newborns-yesterday": ("people", "newborns", "yesterday"),
    "move-ins-today": ("people", "move_ins", "today"),
    "move-outs-today": ("people", "move_outs", "today"),
    "deaths-today": ("people", "deaths", "today"),
    "population": ("people", "population"),
    "cases-open": ("cases", "open"),
    "cases-overdue": ("cases", "overdue"),
    "workers-on-shift": ("workers", "on_shift"),
    "workers-silent": ("workers", "silent"),
}
RATES = ("community-resolution-rate", "dispute-resolution-rate", "on-time-closing-rate", "satisfaction-rate")
SIZES = [(1920, 1080), (3840, 2160), (2560, 1080), (390, 844)]
LIVE = 'body[data-live="live"][data-map="ready"]'


def show(page: Any, running: ServerProcess, query: str = "") -> None:
    page.goto(running.url + "/" + query)
    page.wait_for_selector(LIVE, timeout=20_000)
    wait_until(lambda: int(value(page, "reports") or 0) > 0, what="the first numbers")


def value(page: Any, name: str) -> str:
    found: str = page.get_attribute(f'[data-kpi="{name}"]', "data-value")
    return found


def deep(body: dict[str, Any], path: tuple[str, ...]) -> Any:
    for key in path:
        body = body[key]
    return body


def test_the_wall_the_api_and_pandas_agree(lively: ServerProcess, page: Any, city_clock: CityClock) -> None:
    show(page, lively)
    city = lively.get("/api/v1/areas/city")
    wait_until(lambda: value(page, "reports") == str(city["log"]["reports"]), what="the last report on the wall")
    start = sum(map(sum, _ages_at_start(lively)))
    told = numbers(log_behind(lively.redis_url), city_clock.now(), start)
    for name, path in TOTALS.items():
        wait_until(lambda n=name, p=path: value(page, n) == str(deep(lively.get("/api/v1/areas/city"), p)), what=name)
    for name in RATES:
        rate = city["indicators"][name.replace("-", "_")]
        shown = page.evaluate(f"({{...document.querySelector('[data-kpi=\"{name}\"]').dataset}})")
        assert (int(shown["numerator"]), int(shown["denominator"])) == (rate["numerator"], rate["denominator"])
        assert (rate["numerator"], rate["denominator"]) == told["rates"][name.replace("-", "_")]
        assert float(shown["value"]) == pytest.approx(rate["rate"])
    assert city["people"]["population"] == told["population"]
    assert city["cases"]["open"] == told["open"]
    assert {k: city["log"][k] for k in told["log"]} == told["log"]
    rows = {row["category"]: row["counts"] for row in city["cases"]["by_age"]["rows"]}
    assert rows == told["heat"]
    cells = page.eval_on_selector_all(
        "[data-heat]", "els => els.map(e => [e.dataset.heat, +e.dataset.bucket, +e.dataset.value])"
    )
    assert {(c, b): n for c, b, n in cells} == {(c, b): n for c, ns in rows.items() for b, n in enumerate(ns)}
    assert page.errors == []
    assert page.foreign == []


def _ages_at_start(lively: ServerProcess) -> list[list[int]]:
    import json

    features = json.loads(Path(lively._environment["GRIDWALL_AREAS"]).read_bytes())["features"]
    grids = [f["properties"]["population"]["ages"] for f in features if f["properties"]["level"] == "grid"]
    return [ages["m"] + ages["f"] for ages in grids]


def test_colours_of_the_map_tell_the_counts(lively: ServerProcess, page: Any, small_grids: list[str]) -> None:
    show(page, lively)
    wait_until(lambda: page.evaluate("gridwall.map.shown.values.length > 0"), what="the values of the map")
    colours: dict[int, set[str]] = {}
    for code in small_grids:
        area = lively.get(f"/api/v1/areas/{code}")
        shown = page.evaluate("code => gridwall.grid(code)", code)
        assert shown["value"] == area["cases"]["open"]
        assert (shown["state"] == "overdue") == (area["cases"]["overdue"] > 0)
        colours.setdefault(min(shown["value"], 7), set()).add(shown["colour"])
    assert all(len(same) == 1 for same in colours.values())
    fills = page.evaluate("gridwall.map.drawn.layers.map(l => l._path.getAttribute('fill'))")
    assert len(fills) == len(small_grids)
    assert all(fill.startswith(("#", "url(#hatch-")) for fill in fills)


def test_one_report_changes_what_it_touches_at_once(
    own_lively: ServerProcess, page: Any, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    from tests.support.making import event

    show(page, own_lively)
    before = int(value(page, "population"))
    now = city_clock.now()
    born = {"sex": "f", "occurred_on": time.strftime("%Y-%m-%d", time.gmtime(now + 8 * 3600))}
    redis_client.xadd("reports", {"event": event("population.birth", born, at=now, grid=small_grids[3])})
    wait_until(lambda: value(page, "population") == str(before + 1), 3, "the birth on the wall")
    redis_client.xadd("reports", {"event": b"{"})
    page.wait_for_selector(".attention-dead-letters", timeout=3000)


@pytest.mark.parametrize(("lang", "word"), [("en", "Open cases"), ("zh-CN", "未结案件")])
def test_both_languages(lively: ServerProcess, page: Any, lang: str, word: str) -> None:
    show(page, lively, f"?lang={lang}")
    assert page.evaluate("document.documentElement.lang") == lang
    assert word in page.inner_text('[data-layer="cases-open"]')
    assert page.evaluate(
        "Object.values(gridwall.catalogue).includes(document.querySelector('.panel h2 span').textContent)"
    )


def test_catalogues_have_the_same_messages() -> None:
    from dashboard.words import catalogue

    assert catalogue("en").keys() == catalogue("zh-CN").keys()


def test_keys_layers_card_and_help(lively: ServerProcess, page: Any, small_grids: list[str]) -> None:
    show(page, lively)
    page.keyboard.press("5")
    page.wait_for_selector('[data-layer="silence"][aria-pressed="true"]')
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.keyboard.press("Escape")
    assert not page.is_visible("#keys")
    page.evaluate("gridwall.map.drawn.layers[5].fire('click')")
    wait_until(lambda: page.get_attribute("#card-population", "data-value"), what="the numbers of the card")
    area = lively.get("/api/v1/areas/" + page.get_attribute("#grid-card", "data-area"))
    assert page.get_attribute("#card-population", "data-value") == str(area["people"]["population"])
    assert page.get_attribute("#card-open", "data-value") == str(area["cases"]["open"])
    page.keyboard.press("Escape")
    assert not page.is_visible("#grid-card")
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.is_visible("#grid-card")


def test_the_wall_starts_from_its_document_alone(lively: ServerProcess, page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    show(page, lively)
    assert [url for url in asked if "/_dash-layout" in url or "/_dash-dep" in url or "/_dash-update" in url] == []
    assert len(asked) <= 16
    assert page.errors == []


def test_districts_follow_the_layers_with_their_own_numbers(
    server: ServerFactory, redis_client: redis.Redis, month: Month, city_clock: CityClock, page: Any
) -> None:
    write(redis_client, iter(month))
    running = server(**shows(city_clock), GRIDWALL_ROTATE_S="0.3")
    show(page, running, "?lang=en")
    districts = [child["area"] for child in running.get("/api/v1/areas/city/children")["children"]]
    assert len(districts) > 1
    whole = page.evaluate("gridwall.map.drawn.layers.find(Boolean)._map.getZoom()")
    for district in districts:
        page.wait_for_selector(f'body[data-district="{district["code"]}"]', timeout=20_000)
    page.wait_for_selector('body:not([data-district])[data-layer="cases-open"]')
    assert not page.is_visible("#tour")
    page.goto(f"{running.url}/?lang=en&district={districts[0]['code']}")
    page.wait_for_selector(LIVE)
    wait_until(lambda: page.get_attribute('[data-tour="cases-open"]', "data-value"), what="the numbers of the district")
    area = running.get(f"/api/v1/areas/{districts[0]['code']}")
    assert page.get_attribute('[data-tour="cases-open"]', "data-value") == str(area["cases"]["open"])
    assert page.inner_text("#tour-name") == districts[0]["name_en"]
    assert page.evaluate("gridwall.map.drawn.layers.find(Boolean)._map.getZoom()") > whole
    page.keyboard.press("Escape")
    page.wait_for_selector("body:not([data-district])")
    assert "district=" not in page.url
    page.keyboard.press("d")
    page.wait_for_selector(f'body[data-district="{districts[0]["code"]}"]')
    assert f"district={districts[0]['code']}" in page.url
    assert page.errors == []


def test_districts_are_left_out_when_the_settings_say_so(server: ServerFactory, page: Any) -> None:
    page.goto(server(GRIDWALL_ROTATE_S="0.2", GRIDWALL_ROTATE_DISTRICTS="false").url)
    page.wait_for_selector(LIVE)
    for layer in ("recent", "cases-open", "recent"):
        page.wait_for_selector(f'body[data-layer="{layer}"]')
        assert page.get_attribute("body", "data-district") is None


def test_a_crowded_city_still_shows_differences(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str], page: Any
) -> None:
    from tests.support.making import event

    now, pipe = time.time(), redis_client.pipeline(transaction=False)
    for number in range(2400):
        data = {"case": f"C-{number:06d}", "category": "dispute", "severity": 2}
        grid = small_grids[number % 12] if number % 3 else small_grids[number % 24]
        pipe.xadd("reports", {"event": event("case.reported", data, at=now - number % 15 * 3600, grid=grid)})
    pipe.execute()
    running = server()
    show(page, running, "?lang=en")
    wait_until(lambda: value(page, "cases-open") == "2400", what="all cases")
    page.wait_for_selector('td[data-heat="dispute"][data-value]:not([data-value="0"])')
    wait_until(lambda: page.evaluate(f"gridwall.grid('{small_grids[0]}').value") is not None, what="the map")
    shown = {code: page.evaluate("code => gridwall.grid(code)", code) for code in small_grids}
    assert len({grid["colour"] for grid in shown.values()}) > 1, "not all in the last step"
    assert page.evaluate(_CLIPPED) == []
    cells = page.eval_on_selector_all(
        "[data-heat]", "all => all.map(e => [e.className.split(' ')[0], +e.dataset.value])"
    )
    assert len({look for look, count in cells if count}) > 1


def test_an_unknown_page_says_so(empty: ServerProcess, page: Any) -> None:
    page.goto(empty.url + "/nowhere?lang=en")
    page.wait_for_selector(".said")
    assert "/nowhere" in page.inner_text(".said")


def test_a_click_leads_to_what_the_number_counts(lively: ServerProcess, page: Any) -> None:
    show(page, lively, "?lang=en")
    places = page.eval_on_selector_all(
        "[data-kpi]:not([hidden])", "all => all.map(e => [e.dataset.kpi, !!e.closest('a[href]')])"
    )
    assert {name for name, linked in places if not linked} <= {"population-change-today"}
    page.focus('[data-heat="dispute"][data-bucket="0"]')
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases?state=open&category=dispute&age=1")
    page.wait_for_selector("#worklist-total")
    assert page.input_value('[data-filter="category"]') == "dispute"


def test_the_language_is_remembered(lively: ServerProcess, page: Any) -> None:
    show(page, lively, "?lang=en")
    show(page, lively)
    assert page.evaluate("document.documentElement.lang") == "en"


def test_a_panel_that_waits_says_its_age(lively: ServerProcess, page: Any) -> None:
    show(page, lively, "?lang=en")
    page.evaluate(
        "gridwall.live.watch('area/nowhere', () => {}); document.querySelector('#grid-card').dataset.area = 'nowhere'"
    )
    page.wait_for_selector("#grid-card .panel-age:not([hidden])", state="attached", timeout=5_000)
    assert page.query_selector(".panel-heat .panel-age:not([hidden])") is None


def test_an_empty_city_is_a_designed_state(empty: ServerProcess, page: Any) -> None:
    page.goto(empty.url + "/?lang=en")
    page.wait_for_selector(LIVE)
    page.wait_for_selector("#ticker-list .empty")
    assert page.inner_text('[data-kpi="satisfaction-rate"]') == "–"
    assert page.get_attribute('[data-kpi="satisfaction-rate"]', "data-value") == ""


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_nothing_overlaps_or_is_clipped(lively: ServerProcess, page: Any, width: int, height: int, lang: str) -> None:
    page.set_viewport_size({"width": width, "height": height})
    show(page, lively, f"?lang={lang}")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(_OVERLAPS) == []
    assert page.evaluate(_CLIPPED) == []
    page.keyboard.press("d")
    page.wait_for_selector("#tour:not([hidden])")
    assert page.evaluate(_CLIPPED) == []


def test_type_is_large_enough_to_read_from_five_metres(lively: ServerProcess, page: Any) -> None:
    show(page, lively)
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert page.eval_on_selector(".headline", size) >= 64
    assert page.eval_on_selector("body", size) >= 18
    small = page.evaluate(_SMALL)
    assert {text for text, pixels in small if pixels < 15} == set()
    assert {text for text, pixels in small if pixels < 18} <= set(page.evaluate(_IN_HEATMAP)), "narrow columns only"
    widths = page.evaluate("[document.querySelector('#map').offsetWidth, innerWidth]")
    assert widths[0] >= widths[1] * 0.5


_SMALL = """() => {
  const found = [], walk = document.createTreeWalker(document.querySelector('.wall'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.nodeValue.trim(), holder = walk.currentNode.parentElement;
    if (!text || !holder.checkVisibility() || holder.closest('svg')) continue;
    found.push([text, parseFloat(getComputedStyle(holder).fontSize)]);
  }
  return found;
}"""
_IN_HEATMAP = """[...document.querySelectorAll('.heat-table th, .heat-table td.heat-total, .heat-table .heat-long')]
  .map(cell => cell.textContent)"""

_OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.panel, .bar')].map(e => [e.className, e.getBoundingClientRect()]);
  const sticky = getComputedStyle(document.querySelector('.bar')).position === 'sticky';
  const found = [];
  boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
    const scrolls = sticky && (a === 'bar' || b === 'bar');
    const across = p.left < q.right - 1 && q.left < p.right - 1;
    if (!scrolls && across && p.top < q.bottom - 1 && q.top < p.bottom - 1) found.push(a + ' / ' + b);
  }));
  return found;
}"""
_TEXTS = "[data-kpi], .panel h2 span, .counter span, .gauge span, .layer, .heat-row, .heat-table th"
_TEXTS += ", .bands-legend span, .tour strong, .tour span, .legend span, .bar > *"
_CLIPPED = (
    """() => {
  const found = [];
  for (const e of document.querySelectorAll('"""
    + _TEXTS
    + """')) {
    if (!e.offsetParent || !e.textContent.trim()) continue;
    const box = e.getBoundingClientRect(), holder = e.closest('.panel, .bar').getBoundingClientRect();
    const block = e.clientWidth > 0 && getComputedStyle(e).display !== 'inline';
    if (block && e.scrollWidth > e.clientWidth + 1) found.push(e.textContent + ' is cut');
    const out = box.right > holder.right + 1 || box.left < holder.left - 1 || box.bottom > holder.bottom + 1;
    if (out) found.push(e.textContent + ' sticks out');
  }
  return found;
}"""
)
