"""What no topic brings is asked for by one loop: never twice at once, slower while nobody answers, aged in sight."""

from __future__ import annotations

from typing import Any

from tests.support.running import ServerProcess, wait_until

LIVE = 'body[data-live="live"]'


def test_a_question_without_an_answer_is_asked_once_and_its_panel_alone_says_how_old_it_is(
    lively: ServerProcess, page: Any
) -> None:
    held: list[Any] = []
    page.goto(lively.url + "/supervision?lang=en")
    page.wait_for_selector(LIVE + '[data-supervision="ready"]')
    page.route("**/api/v1/supervision/ladder?*", lambda route: held.append(route))
    page.wait_for_selector(".panel-ladder .panel-age:not([hidden])", timeout=15_000)
    assert len(held) == 1
    assert page.locator(".panel-waiting .panel-age").is_hidden()
    assert page.get_attribute("body", "data-live") == "live"
    page.unroute("**/api/v1/supervision/ladder?*")
    page.wait_for_selector(".panel-ladder .panel-age", state="hidden")
    assert page.errors == []


def test_a_server_that_is_away_is_asked_more_and_more_slowly(lively: ServerProcess, page: Any) -> None:
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.abort()

    page.clock.install()
    page.route("**/api/v1/departments", refuse)
    page.goto(lively.url + "/departments?lang=en")
    page.wait_for_selector(LIVE)
    for _ in range(80):  # seconds of the page, which would be 27 questions at the usual pace
        page.clock.run_for(1000)
    assert 3 <= len(asked) <= 7


def test_nobody_asks_for_a_page_that_nobody_sees(lively: ServerProcess, page: Any) -> None:
    asked: list[str] = []
    page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => window.away === true})")
    page.clock.install()
    page.goto(lively.url + "/departments?lang=en")
    page.wait_for_selector(LIVE)
    page.evaluate("window.away = true")
    page.on("request", lambda request: asked.append(request.url) if "/api/v1/departments" in request.url else None)
    for _ in range(12):
        page.clock.run_for(1000)
    assert asked == []
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    wait_until(lambda: page.evaluate("0") == 0 and len(asked) == 1, what="the question of who comes back")
