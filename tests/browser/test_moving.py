"""Each part of each page does what it declares (`data-moves`): it changes with its data, or it says how old it is."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import redis

from dashboard.clock import CityClock
from tests.support.making import event, reported
from tests.support.running import ServerProcess, wait_until

# Each page, and what must be another on it once the reports of `news` have come; {grid}, {case} are of the city.
PAGES: dict[str, tuple[str, ...]] = {
    "/": (".panel-newborns", ".panel-population", ".panel-heat", ".panel-ticker", ".panel-map"),
    "/area/city": (".panel-numbers", ".panel-children", ".panel-heat", "#ledger", ".panel-services"),
    "/area/{grid}": (".panel-numbers", ".panel-today", ".panel-open", ".panel-worker", "#ledger"),
    "/cases?state=open": (".worklist-part",),
    "/cases/{case}": ("#again-body",),
    "/supervision": (".panel-ladder", ".panel-supervision-open"),
    "/departments": (".panel-inboxes",),
    "/departments/health": (".panel-inbox", ".panel-tasks"),
    "/performance": (),
    "/reports?day=today": ("#again-body",),
    "/services?state=open": ("#again-body",),
    "/workers?state=on-shift": ("#again-body",),
    "/system": (".panel-counts", ".panel-streams", ".panel-letters"),
    "/about": (),
}
READY = """document.body.dataset.live === 'live'
  && ![...document.querySelectorAll('.panel-age')].some((age) => !age.hidden)"""
TEXTS = "(found) => found.map((one) => document.querySelector(one).innerText)"
# The parts that declare one of some ways, are in sight, and do not say how old they are.
SILENT = """(ways) => [...document.querySelectorAll('[data-moves]')]
  .filter((part) => ways.includes(part.dataset.moves) && !part.hidden && part.querySelector('.panel-age').hidden)
  .map((part) => part.className || part.id)"""
LIVE = "document.body.dataset.live"


def news(case: str, grid: str, off_duty: str, now: float) -> list[bytes]:
    """Returns reports that change all that `PAGES` names, and one that cannot be read."""
    day = dt.datetime.fromtimestamp(now, dt.timezone(dt.timedelta(hours=8))).date().isoformat()
    yesterday = dt.datetime.fromtimestamp(now - 86400, dt.timezone(dt.timedelta(hours=8))).date().isoformat()
    task = {"task": "T-new", "department": "health", "cause": "r-1", "due": "2020-01-01T00:00:00Z"}
    return [
        event("case.filed", {"case": case}, at=now, grid=grid),
        reported("C-new", now, grid=grid),
        *(event("population.birth", {"sex": "f", "occurred_on": on}, at=now, grid=grid) for on in (day, yesterday)),
        event("service.requested", {"request": "S-new", "service": "residence-permit"}, at=now, grid=grid),
        event("task.opened", task, at=now, grid=grid),
        *(event("worker.shift-started", {}, at=now, grid=one) for one in {grid, off_duty}),
        b"no report",
    ]


def none(find: Callable[[], list[str]], within_s: float, what: str) -> None:
    """Waits until nothing is found any more; says what is left when that takes too long."""
    found: list[str] = []

    def gone() -> bool:
        found[:] = find()
        return not found

    try:
        wait_until(gone, within_s, what)
    except AssertionError as late:
        raise AssertionError(f"{what}: {found}") from late


def opened(context: Any, base: str, at: dict[str, str]) -> dict[str, Any]:
    """Opens each page in a tab of its own, and waits until all of its parts are there and fresh."""
    tabs = {}
    for address in PAGES:
        tabs[address] = tab = context.new_page()
        named = address.format(**at)
        tab.goto(f"{base}{named}{'&' if '?' in named else '?'}lang=en")
    for address, tab in tabs.items():
        wait_until(lambda tab=tab: tab.evaluate(READY), 30, f"{address} to be live")
    return tabs


def test_each_part_of_each_page_changes_with_its_data_or_says_its_age(
    own_lively: ServerProcess, page: Any, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    """What is asked for seldom is old only after a minute: the browser's clock is moved on for that."""
    grid, now = small_grids[0], city_clock.now()
    off_duty = own_lively.get("/api/v1/workers", state="off-shift", limit=1)["workers"][0]["area"]
    redis_client.xadd("reports", {"event": reported("C-old", now - 60, grid=grid)})
    wait_until(lambda: own_lively.get("/api/v1/cases", q="C-old")["total"] == 1, what="the case")
    page.context.clock.install()
    tabs = opened(page.context, own_lively.url, {"grid": grid, "case": "C-old"})
    before = {address: tab.evaluate(TEXTS, list(PAGES[address])) for address, tab in tabs.items()}
    for raw in news("C-old", grid, off_duty, now):
        redis_client.xadd("reports", {"event": raw})

    def still(address: str) -> list[str]:
        both = zip(PAGES[address], before[address], tabs[address].evaluate(TEXTS, list(PAGES[address])), strict=True)
        return [part for part, was, now in both if was == now]

    for address in PAGES:
        none(partial(still, address), 15, f"{address} does not move")
    page.context.route("**/api/v1/**", lambda route: None)
    page.context.route("**/_dash-update-component*", lambda route: None)
    page.context.route("**/healthz", lambda route: route.abort())
    for address, tab in tabs.items():
        tab.clock.fast_forward(80_000)
        wait_until(lambda tab=tab: tab.evaluate(LIVE) == "live", 10, f"{address} to hear the server")
        none(partial(tab.evaluate, SILENT, ["ask"]), 10, f"{address} is not answered and says no age")
        assert tab.evaluate(LIVE) == "live"
    os.kill(own_lively.pid, signal.SIGSTOP)
    try:
        for address, tab in tabs.items():
            none(partial(tab.evaluate, SILENT, ["ask", "topic"]), 10, f"{address} is away and says no age")
    finally:
        os.kill(own_lively.pid, signal.SIGCONT)


def test_a_part_whose_topic_never_comes_says_so_under_a_page_that_is_live(
    lively: ServerProcess, page: Any, small_grids: list[str]
) -> None:
    case = lively.get("/api/v1/cases", state="open", limit=1)["cases"][0]["id"]

    def relay(socket: Any) -> None:
        """Lets through that the server is there, and nothing of what it shows."""
        server = socket.connect_to_server()
        server.on_message(lambda text: json.loads(text)["type"] in ("hello", "heartbeat") and socket.send(text))

    page.route_web_socket("**/live*", relay)
    for address in ("/", "/area/city", f"/area/{small_grids[0]}", f"/cases/{case}"):
        page.goto(lively.url + address)
        wait_until(lambda: page.evaluate(LIVE) == "live", 20, f"{address} to be live")
        none(partial(page.evaluate, SILENT, ["topic"]), 15, f"{address} has no data and says no age")
        assert page.evaluate(LIVE) == "live"
