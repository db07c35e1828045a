"""Lists that the server writes move while one looks, in both languages and on a phone; who is in them stays there."""

from __future__ import annotations

from typing import Any

import redis

from dashboard.clock import CityClock
from tests.support.making import event
from tests.support.running import ServerProcess, wait_until

LIVE = 'body[data-live="live"]'
PLACES = (
    ("/reports?day=today&lang=en", "reports-listed", 1280),
    ("/workers?state=on-shift&lang=zh-CN", "workers-listed", 390),
    ("/services?state=open&lang=en", "services-listed", 390),
)
FOCUSED = "document.activeElement.closest('[data-row]').dataset.row"


def test_lists_move_and_the_link_at_the_keyboard_stays(
    own_lively: ServerProcess, page: Any, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    off = own_lively.get("/api/v1/workers", state="off-shift", limit=1)["workers"][0]["area"]
    shown, before = {}, {}
    for address, count, width in PLACES:
        one = shown[count] = page.context.new_page()
        one.set_viewport_size({"width": width, "height": 500})
        one.goto(own_lively.url + address)
        one.wait_for_selector(LIVE, timeout=20_000)
        before[count] = int(one.get_attribute(f'[data-kpi="{count}"]', "data-value"))
    reports = shown["reports-listed"]
    reports.locator("[data-row] a").nth(3).focus()
    held, top = reports.evaluate(FOCUSED), reports.evaluate("(scrollTo(0, 300), scrollY)")
    workers = shown["workers-listed"]
    workers.evaluate("document.querySelector('.scroll-x').scrollLeft = 40")
    started = event("worker.shift-started", {}, at=city_clock.now(), grid=off)
    data = {"request": "S-new", "service": "residence-permit"}
    asked = event("service.requested", data, at=city_clock.now(), grid=small_grids[0])
    for raw in (started, asked):
        redis_client.xadd("reports", {"event": raw})
    for count, by in (("reports-listed", 2), ("workers-listed", 1), ("services-listed", 1)):
        shown[count].bring_to_front()
        shown[count].wait_for_selector(f'[data-kpi="{count}"][data-value="{before[count] + by}"]', timeout=15_000)
    reports.bring_to_front()
    assert (reports.evaluate(FOCUSED), reports.evaluate("scrollY")) == (held, top)
    assert workers.evaluate("document.querySelector('.scroll-x').scrollLeft") == 40
    for one in shown.values():
        assert one.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_list_that_is_not_answered_says_how_old_it_is(lively: ServerProcess, page: Any) -> None:
    held: list[Any] = []
    page.goto(lively.url + "/workers?lang=en")
    page.wait_for_selector(LIVE)
    page.route("**/_dash-update-component*", lambda route: held.append(route))
    page.wait_for_selector("[data-moves=ask] > .panel-age:not([hidden])", timeout=20_000)
    assert page.get_attribute("body", "data-live") == "live"
    assert len(held) == 1
    held[0].continue_()
    page.wait_for_selector("[data-moves=ask] > .panel-age", state="hidden")
    assert page.errors == []


def test_a_long_list_is_asked_for_more_seldom(lively: ServerProcess, page: Any) -> None:
    asked: list[Any] = []
    page.clock.install()
    page.route("**/healthz", lambda route: route.abort())  # a page whose clock is moved on thinks that nobody answers
    page.goto(lively.url + "/workers?lang=en")
    page.wait_for_selector(LIVE)
    page.evaluate("for (let n = 0; n < 2400; n++) document.querySelector('#again-body tbody').insertRow()")
    page.route("**/_dash-update-component*", lambda route: asked.append(route))
    page.clock.run_for(9_000)
    assert page.evaluate("0") == 0
    assert asked == []
    page.clock.run_for(25_000)
    wait_until(lambda: page.evaluate("0") == 0 and len(asked) == 1, what="the question")
