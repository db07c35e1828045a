"""Services in a real browser: from an area's counters to the list that they count, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.running import ServerProcess


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_counters_of_an_area_open_exactly_what_they_count(lively: ServerProcess, page: Any, lang: str) -> None:
    community = lively.get("/api/v1/services", completed="30d", limit=1)["services"][0]["area"][:12]
    for name in ("in_time", "off_hours", "satisfied"):
        page.goto(f"{lively.url}/area/{community}?lang={lang}")
        page.wait_for_selector('body[data-panels="ready"]', timeout=20_000)
        number = page.locator(f'[data-service="{name}"]')
        count = number.get_attribute("data-value")
        number.click()
        page.wait_for_selector('[data-kpi="services-listed"]', timeout=20_000)
        assert page.get_attribute('[data-kpi="services-listed"]', "data-value") == count


def test_numbers_of_a_kind_open_exactly_what_they_count(lively: ServerProcess, page: Any) -> None:
    for name in ("requested", "completed", "in_time", "off_hours"):
        page.goto(f"{lively.url}/services?days=7")
        cell = page.locator(f'[data-kind="residence-permit"] [data-count="{name}"]')
        count = cell.get_attribute("data-value", timeout=20_000)
        cell.locator("a").click()
        page.wait_for_url("**kind=residence-permit**")
        wanted = f'[data-kpi="services-listed"][data-value="{count}"]'
        page.wait_for_selector(wanted, timeout=20_000)
        assert page.locator("[data-request]").count() == min(100, int(count))
