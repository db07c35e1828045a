"""Cases by the book in a real browser: a dispute climbs, a birth is shared out, every number opens what it counts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

from dashboard.clock import CityClock
from dashboard.words import messages_of
from tests.conftest import ServerFactory
from tests.support.making import DAY, ROOT, event, reported
from tests.support.running import ServerProcess, wait_until

READY = 'body[data-live="live"][data-supervision="ready"]'
LEVELS = ["grid", "community", "street", "district", "city"]
KEEPING = {"GRIDWALL_KEEPER": "true", "GRIDWALL_KEEPER_GRACE_S": "0.5", "GRIDWALL_SNAPSHOT_S": "3600"}
SPEED = 3600.0  # an hour of the city in a second of ours


def go(page: Any, running: ServerProcess, path: str, ready: str = READY) -> None:
    page.goto(running.url + path)
    page.wait_for_selector(ready, timeout=20_000)


def listed(page: Any) -> str:
    """Returns the total of the worklist that is open."""
    page.wait_for_selector('[data-kpi="cases-listed"]', timeout=20_000)
    wait_until(lambda: page.get_attribute('[data-kpi="cases-listed"]', "data-value") not in ("", None), what="the list")
    found: str = page.get_attribute('[data-kpi="cases-listed"]', "data-value")
    return found


# ---------------------------------------------------------------------- the ladder


@pytest.fixture
def hurried(server: ServerFactory, tmp_path: Path) -> tuple[ServerProcess, Callable[[], float]]:
    """A server with a keeper whose clock runs 3600 times as fast and where a dispute spends five hours on each rung.

    The second is its clock.
    """
    rules = (ROOT / "dashboard/rules/default.toml").read_text("utf-8")
    quick = (
        'escalation = { community = 1.0, street = 1.0, district = 1.0 }\nlimits.close = ["5 hour", "5 hour", "5 hour"]'
    )
    rules = re.sub(r"escalation = \{ community = 0\.2.*?limits\.close = \[[^\]]*\]", quick, rules, count=1, flags=re.S)
    (tmp_path / "rules.toml").write_text(rules, "utf-8")
    anchor = time.time()
    start = "2026-11-23T09:00:00+08:00"
    running = server(
        **KEEPING,
        GRIDWALL_RULES=str(tmp_path / "rules.toml"),
        GRIDWALL_CLOCK=start,
        GRIDWALL_CLOCK_SPEED=str(SPEED),
        GRIDWALL_CLOCK_ANCHOR=str(anchor),
    )
    started = 1_795_395_600.0
    return running, lambda: started + (time.time() - anchor) * SPEED


# Writes down each rung on which the page has shown the case, in order.
_WATCH = """() => {
  window.seen = [];
  const at = () => {
    const board = document.querySelector('[data-rung] [data-rung-count="open"][data-value="1"]');
    const here = document.querySelector('.case-body .ladder .here');
    return board ? board.closest('[data-rung]').dataset.rung : here ? here.textContent : null;
  };
  const look = () => { const now = at(); if (now && now !== window.seen.at(-1)) window.seen.push(now); };
  const all = {subtree: true, childList: true, attributes: true, characterData: true};
  new MutationObserver(look).observe(document.body, all);
  look();
}"""


def test_a_dispute_that_nobody_handles_climbs_on_screen_to_the_city(
    hurried: tuple[ServerProcess, Callable[[], float]], page: Any, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    running, now = hurried
    boards = {lang: page.context.new_page() for lang in ("zh-CN", "en")}
    for lang, board in boards.items():
        go(board, running, f"/supervision?lang={lang}")
        for nothing in ("#ladder-empty:not([hidden])", "#waiting .calm", '[data-none="overdue"]:not([hidden])'):
            board.wait_for_selector(nothing)
        assert board.is_disabled("#urge-all")
        assert board.locator("[data-rung-count][href]").count() == 0
        board.evaluate(_WATCH)
    redis_client.xadd("reports", {"event": reported("C-1", now(), "dispute", grid=small_grids[0])})
    wait_until(lambda: running.get("/api/v1/cases", q="C-1")["total"] == 1, what="the case")
    cases = {lang: page.context.new_page() for lang in ("zh-CN", "en")}
    for lang, case in cases.items():
        go(case, running, f"/cases/C-1?lang={lang}", 'body[data-live="live"] .case-body .ladder .here')
        case.evaluate(_WATCH)
    wait_until(lambda: running.get("/api/v1/cases/C-1")["level"] == "city", 60.0, "the climb")
    for board in boards.values():
        wait_until(lambda b=board: b.evaluate("window.seen.at(-1)") == "city", 10.0, "the city's rung on the board")
        assert board.evaluate("window.seen") == LEVELS
        assert board.get_attribute('[data-rung="city"] [data-rung-case="oldest"]', "href") == "/cases/C-1"
        assert board.get_attribute('[data-rung="city"] [data-rung-case="next"]', "href") is None
    for lang, case in cases.items():
        words = [messages_of(lang)[f"level-name-{level}"] for level in LEVELS]
        wait_until(lambda c=case, w=words: c.evaluate("window.seen.at(-1)") == w[-1], 10.0, "the city on the page")
        seen = case.evaluate("window.seen")
        assert seen == words[len(words) - len(seen) :]
        assert len(seen) >= len(words) - 1, "opened while the grid or the community had it"
        wait_until(lambda c=case: c.locator(".trace li").count() == 5, what="the four escalations in the trace")
    trace = running.get("/api/v1/cases/C-1")["trace"]
    assert [step.get("to_level") for step in trace] == [None, *LEVELS[1:]]
    assert {step["by"] for step in trace[1:]} == {"keeper"}


# ---------------------------------------------------------------------- many respond


INBOX = 'body[data-live="live"][data-tasks="ready"]'
DUTIES = {"zh-CN": ("学前学位预测登记", "出生", "民政"), "en": ("Forecast of nursery places", "Birth", "Civil affairs")}
OPEN = "all => all.map(e => [e.dataset.department, e.querySelector('[data-count=open]').dataset.value])"


def birth(grid: str, name: str) -> bytes:
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    return event("population.birth", {"sex": "f", "occurred_on": today}, at=time.time(), grid=grid, id=name)


def test_a_birth_is_shared_out_and_what_is_not_ours_goes_where_the_rule_says(
    server: ServerFactory, page: Any, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    running = server(**KEEPING)
    wait_until(lambda: running.get("/readyz")["keeper"]["state"] == "keeping", what="a keeper")
    for lang, words in DUTIES.items():
        go(page, running, f"/departments/education?lang={lang}", INBOX)
        page.wait_for_selector("#tasks-none:not([hidden])")
        redis_client.xadd("reports", {"event": birth(small_grids[0], lang)})
        _decline(page, f"moved away ({lang})", *words)
        _handed_on(page.context.new_page(), running, f"moved away ({lang})", lang)
    assert page.errors == []


def _decline(page: Any, reason: str, duty: str, cause: str, other: str) -> None:
    """Says in the open inbox that the task which comes in is not ours."""
    page.wait_for_selector("[data-task]", timeout=10_000)
    assert duty in page.inner_text("[data-task]")
    assert cause in page.inner_text("[data-task]")
    page.click('[data-task-action="decline"]')
    assert other in page.inner_text("[data-goes-to]")
    assert page.get_attribute("[data-goes-to]", "data-goes-to") == "civil-affairs"
    page.keyboard.press("Enter")
    assert page.is_visible('[name="reason"]:invalid'), "a reason is needed"
    page.keyboard.type(reason)
    page.keyboard.press("Enter")
    page.wait_for_selector("#tasks-none:not([hidden])", timeout=10_000)


def _handed_on(page: Any, running: ServerProcess, reason: str, lang: str) -> None:
    """Looks at the other inboxes, on screen and as data."""
    go(page, running, f"/departments?lang={lang}", "[data-department]")
    shown = page.eval_on_selector_all("[data-department]", OPEN)
    assert {name for name, count in shown if count != "0"} == {"public-security", "health", "civil-affairs"}
    page.click('[data-department="civil-affairs"] [data-count="open"] a')
    page.wait_for_selector(INBOX)
    row = page.locator("[data-task]").filter(has_text=reason)
    row.wait_for(timeout=10_000)
    assert DUTIES[lang][0] in row.inner_text()
    tasks = running.get("/api/v1/tasks", department="civil-affairs", state="open")["tasks"]
    [task] = [task for task in tasks if task["reason"] == f"education: {reason}"]
    assert row.get_attribute("data-task") == task["id"]
    assert (task["declined_by"], task["goes_to"]) == ("education", "governance")
    declined = running.get("/api/v1/tasks", department="education", state="declined", week="true")["tasks"][0]
    assert (declined["reason"], declined["goes_to"]) == (reason, "civil-affairs")


def test_all_tasks_can_be_reached_and_the_address_holds_what_is_shown(
    server: ServerFactory, page: Any, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    for number in range(230):
        due = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + (number - 20) * 3600))
        data = {"task": f"T-{number:03}", "department": "health", "cause": "r", "due": due}
        redis_client.xadd("reports", {"event": event("task.opened", data, at=time.time(), grid=small_grids[0])})
    go(page, server(), "/departments/health?lang=en&page=4", INBOX)
    seen = set(page.eval_on_selector_all("[data-task]", "all => all.map(e => e.dataset.task)"))
    page.click("#tasks-after")
    page.wait_for_selector('[data-task="T-229"]')
    assert "page=5" in page.url
    assert page.is_disabled("#tasks-after")
    seen |= set(page.eval_on_selector_all("[data-task]", "all => all.map(e => e.dataset.task)"))
    assert seen == {f"T-{number:03}" for number in range(150, 230)}
    late = page.get_attribute('[data-inbox="overdue"]', "data-value")
    page.click('[data-inbox="overdue"]')
    page.wait_for_selector(INBOX + f' #tasks-note[data-value="{late}"]')
    assert page.input_value('#task-filters [name="overdue"]') == "true"
    page.select_option('#task-filters [name="state"]', "done")
    page.wait_for_selector("#tasks-none:not([hidden])")
    assert "state=done" in page.url
    page.reload()
    page.wait_for_selector(INBOX)
    assert page.input_value('#task-filters [name="state"]') == "done"
    assert page.errors == []


# ---------------------------------------------------------------------- every number opens what it counts


def test_cells_of_supervision_open_exactly_what_they_count(lively: ServerProcess, page: Any) -> None:
    go(page, lively, "/supervision?lang=en&day=30d", READY + '[data-days="30d"]')
    cells = [
        f'[data-supervision="{name}"] td:not([data-value="0"]){which}'
        for name in ("overdue", "open", "returned", "badly_rated")
        for which in ("[data-level][data-department]", ":not([data-level]):not([data-department])")
    ]
    wanted = [(page.get_attribute(cell + " a", "href"), page.get_attribute(cell, "data-value")) for cell in cells]
    for link, count in wanted:
        go(page, lively, link, '[data-kpi="cases-listed"]')
        assert listed(page) == count, link
    assert page.errors == []
    assert page.foreign == []


def test_numbers_of_the_ladder_open_exactly_what_they_count(lively: ServerProcess, page: Any) -> None:
    go(page, lively, "/supervision?ladder=all&lang=zh-CN", READY + ' #ladder-board[data-shown="all"]')
    assert page.input_value("#ladder-category") == "all"
    everything = lively.get("/api/v1/cases", state="open", limit=1)["total"]
    counts = page.eval_on_selector_all('[data-rung-count="open"]', "all => all.map(e => +e.dataset.value)")
    assert sum(counts) == everything
    links = page.eval_on_selector_all(
        "[data-rung-count][href]", "all => all.map(e => [e.getAttribute('href'), e.dataset.value])"
    )
    wanted = [next(pair for pair in links if part in pair[0]) for part in ("level=street", "overdue", "climbs=day")]
    category = lively.get("/api/v1/cases", state="open", level="grid", limit=1)["cases"][0]["category"]
    page.select_option("#ladder-category", category)
    page.wait_for_selector(f'#ladder-board[data-shown="{category}"]')
    assert f"ladder={category}" in page.url
    one = page.locator('[data-rung="grid"] [data-rung-count="open"]')
    wanted.append((one.get_attribute("href"), one.get_attribute("data-value")))
    assert f"category={category}" in wanted[-1][0]
    for link, count in wanted:
        go(page, lively, link, '[data-kpi="cases-listed"]')
        assert listed(page) == count, link
    assert page.errors == []


def test_one_click_urges_one_case_or_all_of_a_level(
    own_lively: ServerProcess, page: Any, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    worst = reported("C-worst", city_clock.now() - 300 * DAY, grid=small_grids[0])
    redis_client.xadd("reports", {"event": worst})
    go(page, own_lively, "/supervision?lang=zh-CN")
    page.focus('[data-urge="C-worst"]')
    page.keyboard.press("Enter")
    page.wait_for_selector('#waiting [data-case="C-worst"]', timeout=10_000)
    page.wait_for_selector('[data-urge="C-worst"][disabled]')
    assert page.locator("#most-overdue [data-case]").first.get_attribute("data-case") == "C-worst"
    page.select_option('#urge-form [name="level"]', "grid")
    expected = page.get_attribute('[data-supervision="overdue"] .sum [data-level="grid"]', "data-value")
    assert page.get_attribute("#urge-all", "data-value") == expected
    page.click("#urge-all")
    asked = {"state": "open", "overdue": "true", "level": "grid", "limit": 1}
    wait_until(
        lambda: own_lively.get("/api/v1/cases", **asked, unanswered="true")["total"] == int(expected),
        what="all of the level",
    )
    listed_before = own_lively.get("/api/v1/cases", state="open", category="civil-affairs", limit=1)["total"]
    page.goto(f"{own_lively.url}/cases?state=open&category=civil-affairs&lang=zh-CN")
    page.wait_for_selector('body[data-live="live"] #worklist-urge')
    page.click("#worklist-urge")
    wait_until(
        lambda: (
            own_lively.get("/api/v1/cases", state="open", category="civil-affairs", unanswered="true", limit=1)["total"]
            == listed_before
        ),
        what="all of the worklist",
    )
    assert page.errors == []


# ---------------------------------------------------------------------- nothing is clipped

_CLIPPED = """() => {
  const found = [];
  for (const e of document.querySelectorAll('.panel *, .bar *')) {
    if (!e.offsetParent || !e.childNodes.length || e.closest('svg, .leaflet-container, select')) continue;
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.nodeValue.trim())) continue;
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    let above = e;
    while (above && getComputedStyle(above).clipPath === 'none') above = above.parentElement;
    if (above) continue;  // for screen readers only
    const holder = e.closest('.panel, .bar').getBoundingClientRect(), text = e.textContent.slice(0, 60);
    const hides = style.overflow !== 'visible' && style.display !== 'inline';
    if (hides && e.scrollWidth > e.clientWidth + 1) found.push(text + ' is cut');
    const aside = e.closest('.scroll-x'), scrolls = aside && aside.scrollWidth > aside.clientWidth;
    if (!scrolls && (box.right > holder.right + 1 || box.left < holder.left - 1)) found.push(text + ' sticks out');
  }
  const seen = [...document.querySelectorAll('.panel')].filter(e => e.offsetParent);
  const panels = seen.map(e => [e.className, e.getBoundingClientRect()]);
  panels.forEach(([a, p], i) => panels.slice(i + 1).forEach(([b, q]) => {
    const across = p.left < q.right - 1 && q.left < p.right - 1;
    if (across && p.top < q.bottom - 1 && q.top < p.bottom - 1) found.push(a + ' over ' + b);
  }));
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page is too wide');
  return found;
}"""


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_nothing_is_clipped_on_a_desk_or_a_phone(lively: ServerProcess, page: Any, lang: str) -> None:
    pages = {
        "/supervision": READY + " #step-shares tbody",
        "/departments": 'body[data-live="live"] [data-department]',
        "/departments/health": INBOX,
        "/departments/health?state=done": INBOX,
        "/services": "body[data-live=live] .panel-services tbody",
    }
    found = {}
    for width, height in ((1920, 1080), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for path, ready in pages.items():
            go(page, lively, f"{path}{'&' if '?' in path else '?'}lang={lang}", ready)
            page.wait_for_selector("#waiting > *" if path == "/supervision" else "tbody tr", state="attached")
            found[path, width] = page.evaluate(_CLIPPED)
    assert {where: what for where, what in found.items() if what} == {}
    assert page.errors == []
