"""Behind proxies: below a path nothing is asked for outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.clock import CityClock
from tests.browser.test_accessible import PAGES
from tests.conftest import Month, city_with
from tests.support.proxies import Proxy
from tests.support.running import ServerProcess

ROOT = "/city/grid-wall"
LIVE = 'body[data-live="live"]'
HREFS = "[...document.querySelectorAll('[href]')].map((element) => element.getAttribute('href'))"


@pytest.fixture(scope="module")
def below(
    month: Month, city_clock: CityClock, small_city: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server that knows the path under which a proxy passes it on."""
    folder = tmp_path_factory.mktemp("below")
    with city_with(month, city_clock, small_city, folder, GRIDWALL_ROOT_PATH=ROOT) as running:
        yield running


def no_links_outside(page: Any) -> None:
    """Checks that all links of a page stand below the path, and once below it."""
    hrefs = [href for href in page.evaluate(HREFS) if href.startswith("/")]
    assert hrefs
    assert [href for href in hrefs if not (href + "/").startswith(ROOT + "/") or ROOT + ROOT in href] == [], page.url


def test_every_page_works_below_a_path_and_asks_for_nothing_outside(below: ServerProcess, page: Any) -> None:
    case = below.get("/api/v1/cases", state="open", limit=1)["cases"][0]
    with Proxy(below.port, prefix=ROOT) as proxy:
        for path, ready in PAGES.values():
            address = path.format(grid=case["area"], case=case["id"])
            page.goto(f"{proxy.url}{address}{'&' if '?' in address else '?'}lang=en")
            page.wait_for_selector(LIVE, timeout=20_000)
            page.wait_for_selector(ready, state="attached", timeout=20_000)
            no_links_outside(page)
        assert (proxy.strays, page.foreign) == ([], [])
    assert [error for error in page.errors if "404" not in error] == []
    assert len(page.errors) == 1  # the page that does not exist


def test_a_proxy_may_take_the_path_off(below: ServerProcess, page: Any) -> None:
    with Proxy(below.port, prefix=ROOT, keeps_prefix=False) as proxy:
        page.goto(proxy.url + "/?lang=en")
        page.wait_for_selector(LIVE, timeout=20_000)
        page.wait_for_selector('body[data-map="ready"]', timeout=20_000)
        page.click('#attention-list [data-href^="/cases/"]')
        page.wait_for_url(f"{proxy.url}/cases/*")
        page.wait_for_selector(LIVE, timeout=20_000)
        page.keyboard.press("Backspace")
        page.wait_for_url(f"{proxy.url}/area/*")
        page.wait_for_selector(LIVE, timeout=20_000)
        assert (proxy.strays, page.errors) == ([], [])
        assert [cookie["path"] for cookie in page.context.cookies()] == [ROOT]
