"""Behind proxies: below a path nothing is asked for outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.test_accessible import PAGES
from tests.support.proxies import Proxy
from tests.support.running import ServerProcess, wait_until

ROOT = "/city/grid-wall"
LIVE = 'body[data-live="live"]'
HREFS = "[...document.querySelectorAll('[href]')].map((element) => element.getAttribute('href'))"


@pytest.fixture(scope="module")
def below(lively: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A second server over the log of the lively one, which knows the path under which a proxy passes it on."""
    process = ServerProcess(tmp_path_factory.mktemp("below"), lively.settings | {"GRIDWALL_ROOT_PATH": ROOT})
    yield process.start()
    process.stop()


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


# What a proxy does wrong: how it does it, what the page says, what the log says.
WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no upgrade": ({"upgrades": False}, "proxy_set_header Upgrade $http_upgrade;", "does not pass WebSockets on"),
    "other host": ({"host": "behind:80"}, "proxy_set_header Host $http_host;", "passes on Host 'behind:80'"),
    "held back": ({"holds": True}, "proxy_buffering off;", "holds back"),
}
LOADS = "performance.getEntriesByType('navigation').length && performance.timeOrigin"
# What a page must not claim while nothing has come: a number anywhere, an age, a colour of the scale.
CLAIMS = """() => ({
  numbers: [...document.querySelectorAll('[data-kpi], [data-share]:not([data-bar])')].map((one) => one.textContent)
    .filter((text) => text !== '–'),
  ages: [...document.querySelectorAll('.panel-age')].map((one) => one.textContent).filter((text) => /\\\\d/.test(text)),
  fresh: document.getElementById('freshness').textContent,
  grids: [...new Set(gridwall.map.shown.fills)].length,
})"""


@pytest.mark.parametrize(
    ("kind", "lang", "width"), [("no upgrade", "en", 1920), ("other host", "zh-CN", 390), ("held back", "zh-CN", 1920)]
)
def test_the_wall_says_within_three_seconds_which_line_mends_the_proxy(
    lively: ServerProcess, page: Any, kind: str, lang: str, width: int
) -> None:
    how, said, logged = WRONG[kind]
    grid = lively.get("/api/v1/cases", state="open", limit=1)["cases"][0]["area"]
    page.set_viewport_size({"width": width, "height": 1080 if width > 900 else 844})
    with Proxy(lively.port, **how) as proxy:
        page.goto(f"{proxy.url}/?lang={lang}")
        page.wait_for_selector("#banner:not([hidden])", timeout=3_000)
        assert said in page.inner_text("#banner")
        assert ("代理" if lang == "zh-CN" else "a proxy") in page.inner_text("#banner")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert logged in lively.log
        page.wait_for_selector(".panel-age:not([hidden])", timeout=5_000)
        page.wait_for_selector('body[data-map="ready"]', timeout=10_000)
        assert page.evaluate(f"gridwall.grid('{grid}')") == {"value": None, "state": "unknown", "colour": "#4a4f57"}
        claims = page.evaluate(CLAIMS)
        assert (claims["numbers"], claims["ages"], claims["grids"]) == ([], [], 1)
        assert not any(letter.isdigit() for letter in claims["fresh"])
        loaded = page.evaluate(LOADS)
        proxy.upgrades, proxy.host, proxy.holds = True, None, False
        page.wait_for_selector(LIVE, timeout=10_000)
        page.wait_for_selector("#banner[hidden]", state="attached", timeout=3_000)
        assert page.evaluate(LOADS) == loaded
        wait_until(lambda: page.evaluate(f"gridwall.grid('{grid}').value") is not None, 5, "the map")


def test_all_that_is_wrong_is_said_at_once(lively: ServerProcess, page: Any) -> None:
    with Proxy(lively.port, upgrades=False, host="backend.internal") as proxy:
        page.goto(proxy.url + "/cases?lang=en")
        page.wait_for_selector("#banner:not([hidden])", timeout=3_000)
        assert page.inner_text("#banner").count("In nginx:") == 2


def test_a_page_that_never_had_a_frame_does_not_load_itself_anew(lively: ServerProcess, page: Any) -> None:
    """The clock of the page is moved on by a minute, second by second: longer than its watchdog waits."""
    page.clock.install()
    with Proxy(lively.port, upgrades=False) as proxy:
        page.goto(proxy.url + "/?lang=en")
        page.wait_for_selector(".bar", timeout=10_000)
        page.evaluate("window.stillTheSamePage = true")
        for _ in range(60):
            page.clock.run_for(1000)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.stillTheSamePage === true")


def test_an_idle_time_out_never_ends_a_wall_and_another_one_is_said(lively: ServerProcess, page: Any) -> None:
    with Proxy(lively.port, idle_s=2.5) as proxy:
        page.goto(proxy.url + "/?lang=en")
        page.wait_for_selector(LIVE, timeout=20_000)
        sockets = proxy.sockets
        page.wait_for_timeout(4_000)
        assert (proxy.sockets, page.is_hidden("#banner")) == (sockets, True)
        proxy.lasts_s = 1.2
        page.evaluate("gridwall.live.state.socket.close()")
        page.wait_for_selector("#banner.warning:not([hidden])", timeout=10_000)
        assert "after 1 s" in page.inner_text("#banner")
        assert "proxy_read_timeout 1h;" in page.inner_text("#banner")
        assert page.query_selector(LIVE)
        wait_until(lambda: "cuts the connections of screens after 1 s" in lively.log, 5, "the line")
        proxy.lasts_s = None
        page.wait_for_selector("#banner[hidden]", state="attached", timeout=10_000)


@pytest.mark.parametrize("keeps", [True, False], ids=["kept", "taken off"])
def test_a_path_that_the_server_does_not_know_is_said_with_the_setting(
    lively: ServerProcess, page: Any, keeps: bool
) -> None:
    with Proxy(lively.port, prefix="/city/grid", keeps_prefix=keeps) as proxy:
        page.goto(proxy.url + "/cases?lang=zh-CN")
        page.wait_for_selector("text=GRIDWALL_ROOT_PATH=/city/grid", timeout=3_000)
        loaded = page.evaluate(LOADS)
        wait_until(lambda: "start it with GRIDWALL_ROOT_PATH=/city/grid" in lively.log, 5, "the line")
        assert page.evaluate(LOADS) == loaded


def test_the_page_of_another_path_comes_by_itself_once_the_server_knows(
    lively: ServerProcess, below: ServerProcess, page: Any
) -> None:
    with Proxy(lively.port, prefix=ROOT) as proxy:
        page.goto(proxy.url + "/about?lang=en")
        page.wait_for_selector(f"text=GRIDWALL_ROOT_PATH={ROOT}", timeout=3_000)
        proxy.upstream = below.port
        page.wait_for_selector(LIVE, timeout=20_000)
