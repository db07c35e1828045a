"""The appraisal in a real browser: a cell opens exactly what it counts, and the address holds the whole view."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.clock import CityClock
from simulator.life.city import Simulation
from simulator.life.run import Run
from simulator.life.scenarios import SCENARIOS
from tests.conftest import AFTERNOON, city_with
from tests.support.running import ServerProcess, wait_until

READY = 'body[data-live="live"][data-performance="ready"]'
DAY_S = 86_400.0


@pytest.fixture(scope="module")
def crooked(
    small_city: Path, city_clock: CityClock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server whose city has 45 days behind it and one worker who invents reports."""
    start, scenario = AFTERNOON - 45 * DAY_S, dataclasses.replace(SCENARIOS["invented"], inventing=1, busy=1)
    areas = json.loads(small_city.read_bytes())
    life = Simulation(areas, Run(5, start, scenario=scenario, positions_from=AFTERNOON))
    with city_with(life.events(AFTERNOON), city_clock, small_city, tmp_path_factory.mktemp("crooked")) as running:
        yield running


def go(page: Any, running: ServerProcess, path: str) -> None:
    page.goto(running.url + path)
    page.wait_for_selector(READY, timeout=20_000)


def listed(page: Any, name: str) -> str:
    """Returns the total of the list that is open."""
    page.wait_for_selector(f'[data-kpi="{name}"]', timeout=20_000)
    wait_until(lambda: page.get_attribute(f'[data-kpi="{name}"]', "data-value") not in ("", None), what="the list")
    found: str = page.get_attribute(f'[data-kpi="{name}"]', "data-value")
    return found


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_cell_opens_exactly_what_it_counts(crooked: ServerProcess, page: Any, lang: str) -> None:
    cells = (
        ("closing_rate", "cases-listed"),
        ("community_resolution_rate", "cases-listed"),
        ("satisfaction_rate", "reports-listed"),
    )
    for indicator, name in cells:
        for place, part in ((0, "numerator"), (1, "denominator")):
            go(page, crooked, f"/performance?kind=community&lang={lang}")
            cell = page.locator(f'#appraisal td[data-indicator="{indicator}"]:has(a + a)').first
            count = cell.get_attribute(f"data-{part}")
            cell.locator("a").nth(place).click()
            page.wait_for_url("**/cases?*" if name == "cases-listed" else "**/reports?*")
            assert listed(page, name) == count
    assert page.errors == []
    assert page.foreign == []


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_signs_name_the_worker_carefully_and_open_the_very_cases(crooked: ServerProcess, page: Any, lang: str) -> None:
    go(page, crooked, f"/performance?lang={lang}")
    assert page.get_attribute("#signs-total", "data-value") == "1"
    card = page.locator("#signs .flagged").first
    said = page.inner_text(".panel-signs").lower()
    assert {"zh-CN": "需核查", "en": "needs a look"}[lang] in said
    assert not any(word in said for word in ("fraud", "cheat", "fake", "造假", "虚报", "作弊"))
    link = card.locator("a[data-cases]").first
    count = link.get_attribute("data-cases")
    link.click()
    page.wait_for_url("**/cases?sign=*")
    assert listed(page, "cases-listed") == count
    assert page.errors == []


def test_the_address_holds_kind_window_area_and_order(crooked: ServerProcess, page: Any) -> None:
    go(page, crooked, "/performance?lang=en")
    assert page.locator("#appraisal tbody tr").count() == 24
    page.click('[data-choice="kind"][data-value="community"]')
    page.wait_for_selector(READY)
    page.click('[data-choice="days"][data-value="7"]')
    page.wait_for_selector(READY)
    area = crooked.get("/api/v1/performance", kind="district")["rows"][0]["id"]
    page.fill("#appraisal-area input", area)
    page.press("#appraisal-area input", "Enter")
    page.wait_for_function("code => document.querySelector('#appraisal-area').dataset.chosen === code", arg=area)
    page.wait_for_selector(READY)
    page.focus('[data-sort="closing_rate"]')
    page.keyboard.press("Enter")
    page.wait_for_selector(READY + ' [data-sort="closing_rate"]:focus')
    shown = page.inner_text("#appraisal tbody")
    assert all(part in page.url for part in ("kind=community", "days=7", f"area={area}", "sort=-closing_rate"))
    assert f"area={area}" in page.get_attribute('[data-export="csv"]', "href")
    page.reload()
    page.wait_for_selector(READY)
    assert page.inner_text("#appraisal tbody") == shown
    assert page.get_attribute('th:has([data-sort="closing_rate"])', "aria-sort") == "descending"
    assert page.get_attribute('[data-choice="kind"][data-value="community"]', "aria-pressed") == "true"
    assert page.errors == []


def test_where_nobody_is_appraised_it_says_so(crooked: ServerProcess, page: Any, small_grids: list[str]) -> None:
    go(page, crooked, f"/performance?kind=street&area={small_grids[0]}&lang=en")
    assert "Nobody to appraise here" in page.inner_text("#appraisal")
    page.goto(crooked.url + "/performance?kind=mayor&lang=en")
    assert "kind" in page.inner_text(".said")
    page.goto(crooked.url + "/performance?area=nowhere&lang=en")
    page.wait_for_selector(".said")


@pytest.mark.parametrize("path", ["/performance", "/supervision", "/area/city"])
def test_the_navigation_fits_on_a_phone(crooked: ServerProcess, page: Any, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for lang in ("zh-CN", "en"):
        page.goto(f"{crooked.url}{path}?lang={lang}")
        page.wait_for_selector('body[data-live="live"]', timeout=20_000)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        boxes = page.eval_on_selector_all(".nav a", "links => links.map(a => a.getBoundingClientRect().right)")
        assert max(boxes) <= 390
