"""Names that are markup, on the map in a real browser: they stand there as given, and nothing comes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis

from dashboard.clock import CityClock
from tests.conftest import ServerFactory
from tests.support.making import reported
from tests.support.running import ServerProcess, wait_until

HOSTILE = '<img src="http://127.0.0.1:9/x" onerror="document.title=1"><i class="hostile">\u202e'


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_district_named_in_markup_is_a_text_on_the_map(
    server: ServerFactory, redis_url: str, small_city: Path, tmp_path: Path, page: Any, lang: str
) -> None:
    areas = tmp_path / "hostile.json"
    areas.write_text(json.dumps(_with_hostile_names(json.loads(small_city.read_bytes()))), "utf-8")
    running = server(GRIDWALL_REDIS_URL=redis_url, GRIDWALL_AREAS=str(areas))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{running.url}/?lang={lang}")
    page.wait_for_selector('body[data-live="live"][data-map="ready"]', timeout=30_000)
    page.wait_for_selector(".district-label")
    assert HOSTILE in page.locator(".district-label").all_text_contents()
    assert page.locator(".hostile").count() == 0
    assert [url for url in asked if "//127.0.0.1:9/" in url] == []
    assert page.errors == []


def test_a_case_named_in_markup_is_a_text_at_its_marker(
    own_lively: ServerProcess, redis_client: redis.Redis, small_grids: list[str], city_clock: CityClock, page: Any
) -> None:
    case = '<i class="hostile">'
    place = own_lively.get("/api/v1/cases", state="open", limit=1)["cases"][0]
    raw = reported(case, city_clock.now() - 60, grid=place["area"], lat=place["lat"], lon=place["lon"])
    redis_client.xadd("reports", {"event": raw})
    wait_until(lambda: own_lively.get("/api/v1/cases/" + quote(case, safe="")).get("id") == case, what="the case")
    page.goto(own_lively.url + "/cases/" + quote(case, safe=""))
    page.wait_for_selector('body[data-live="live"][data-map="ready"]', timeout=30_000)
    page.locator("#map path.leaflet-interactive").last.hover(force=True)
    page.wait_for_selector(".leaflet-tooltip")
    assert case in page.locator(".leaflet-tooltip").all_text_contents()
    assert page.locator(".hostile").count() == 0


def _with_hostile_names(city: dict[str, Any]) -> dict[str, Any]:
    for feature in city["features"]:
        if feature["properties"]["level"] == "district":
            feature["properties"] |= {"name": HOSTILE, "name_en": HOSTILE}
    return city
