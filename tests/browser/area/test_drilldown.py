"""From the city down to one grid and one case, by mouse and by keyboard; every number opens into what it counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import redis

from dashboard.clock import CityClock
from tests.support.making import event
from tests.support.oracle import numbers
from tests.support.running import ServerProcess, wait_until
from tests.support.traffic import log_behind

LIVE = 'body[data-live="live"]'
PANELS = 'body[data-live="live"][data-panels="ready"]'
LEVELS = ["district", "street", "community", "grid"]


def go(page: Any, running: ServerProcess, path: str, ready: str = LIVE) -> None:
    page.goto(running.url + path)
    page.wait_for_selector(ready, timeout=20_000)


def number_of(page: Any, name: str, within: str = "") -> str:
    found: str = page.get_attribute(f'{within} [data-kpi="{name}"]'.strip(), "data-value")
    return found


def open_case(running: ServerProcess, **wanted: Any) -> dict[str, Any]:
    cases = running.get("/api/v1/cases", state="open", limit=1000)["cases"]
    return next(case for case in cases if all(case[name] == value for name, value in wanted.items()))


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_by_mouse_from_the_wall_to_a_case_and_back_to_a_changed_wall(
    own_lively: ServerProcess, page: Any, lang: str
) -> None:
    go(page, own_lively, f"/?lang={lang}")
    wait_until(lambda: number_of(page, "cases-open") not in ("", "0"), what="numbers on the wall")
    before = int(number_of(page, "cases-open"))
    wall = page.context.new_page()
    go(wall, own_lively, "/")
    page.click(".population-row")
    for level in LEVELS:
        page.wait_for_selector(PANELS)
        rows = page.eval_on_selector_all(
            "#children [data-area]", "rows => rows.map(r => [r.dataset.area, +r.children[4].dataset.value])"
        )
        code = max(rows, key=lambda row: row[1])[0]
        assert own_lively.get(f"/api/v1/areas/{code}")["area"]["level"] == level
        page.click(f'#children [data-area="{code}"] th a')
        page.wait_for_url(f"**/area/{code}*")
    page.wait_for_selector(PANELS)
    assert page.evaluate("document.documentElement.lang") == lang
    page.click("#open-cases tbody a")
    page.wait_for_selector('[data-action="close"]:not([disabled])')
    page.click('[data-action="close"]')
    page.click(".action-form [type=submit]")
    page.wait_for_selector('[data-kpi="case-state"][data-value="closed"]', timeout=5000)
    page.wait_for_selector('[data-action="close"][disabled]')
    wait_until(lambda: number_of(wall, "cases-open") == str(before - 1), 3, "the closed case on the wall")
    assert page.errors == []
    assert page.foreign == []


def test_by_keyboard_alone(own_lively: ServerProcess, page: Any) -> None:
    go(page, own_lively, "/area/city?lang=en", PANELS + '[data-map="ready"]')
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/area/4*")
    page.wait_for_selector(PANELS + '[data-map="ready"]')
    district = page.url
    page.keyboard.press("Backspace")
    page.wait_for_url("**/area/4205*")
    page.wait_for_selector(PANELS)
    page.go_back()
    page.wait_for_url(district)
    page.wait_for_selector(PANELS)
    page.focus('[data-sort="population"]')
    page.keyboard.press("Enter")
    assert "sort=-population" in page.url
    assert page.get_attribute("#children th[aria-sort=descending] button", "data-sort") == "population"
    assert page.evaluate("document.activeElement.dataset.sort") == "population"
    case = open_case(own_lively, state="started", suspended=False)
    go(page, own_lively, f"/cases/{case['id']}?lang=en")
    page.wait_for_selector('[data-action="suspend"]:not([disabled])')
    page.focus('[data-action="suspend"]')
    page.keyboard.press("Enter")
    page.wait_for_selector(".action-form input[name=reason]")
    page.keyboard.type("waiting for the owner")
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-action="resume"]:not([disabled])', timeout=5000)
    wait_until(lambda: "waiting for the owner" in page.inner_text(".trace"), 5, "the reason in the trace")


def test_an_areas_numbers_are_the_apis_and_pandas(
    lively: ServerProcess, page: Any, city_clock: CityClock, small_city: Path
) -> None:
    tree = json.loads(small_city.read_bytes())["features"]
    community = next(f["properties"] for f in tree if f["properties"]["level"] == "community")
    inside = {f["properties"]["code"] for f in tree if f["properties"].get("parent") == community["code"]}
    residents = sum(
        sum(map(sum, f["properties"]["population"]["ages"].values())) for f in tree if f["properties"]["code"] in inside
    )
    raws = [raw for raw in log_behind(lively.redis_url) if _subject(raw) in inside]
    go(page, lively, f"/area/{community['code']}?lang=en", PANELS)
    told, api = numbers(raws, city_clock.now(), residents), lively.get(f"/api/v1/areas/{community['code']}")
    assert number_of(page, "population") == str(api["people"]["population"]) == str(told["population"])
    assert number_of(page, "cases-open") == str(api["cases"]["open"]) == str(told["open"])
    for name, rate in api["indicators"].items():
        row = f'[data-rate-row="{name.replace("_", "-")}"] [data-kpi]'
        shown = page.evaluate("row => ({...document.querySelector(row).dataset})", row)
        counts = (int(shown["numerator"]), int(shown["denominator"]))
        assert counts == (rate["numerator"], rate["denominator"])
        if name in told["rates"]:
            assert counts == told["rates"][name]
    cells = page.eval_on_selector_all(
        "[data-heat]", "els => els.map(e => [e.dataset.heat, +e.dataset.bucket, +e.dataset.value])"
    )
    assert {(c, b): n for c, b, n in cells} == {(c, b): n for c, ns in told["heat"].items() for b, n in enumerate(ns)}
    children = page.eval_on_selector_all("#children [data-area]", "rows => rows.map(r => +r.children[4].dataset.value)")
    assert sum(children) == api["cases"]["open"]


def _subject(raw: bytes) -> str | None:
    try:
        return json.loads(raw).get("subject")
    except (ValueError, AttributeError):
        return None


def test_the_ledger_balances_on_screen(lively: ServerProcess, page: Any, small_grids: list[str]) -> None:
    for code in ("city", small_grids[5]):
        go(page, lively, f"/area/{code}?lang=en", PANELS)
        values = page.eval_on_selector_all(
            "[data-ledger]", "els => Object.fromEntries(els.map(e => [e.dataset.ledger, +e.dataset.value]))"
        )
        moved = values["births"] - values["deaths"] + values["move_ins"] - values["move_outs"]
        assert values["start"] + moved == values["end"] == int(number_of(page, "population"))
        assert page.get_attribute("#ledger-check", "data-balances") == "true"


def test_charts_are_drawn_when_they_come_into_sight(lively: ServerProcess, page: Any) -> None:
    go(page, lively, "/area/city?lang=en", PANELS)
    page.locator("#charts").scroll_into_view_if_needed()
    for chart in ("people", "cases", "rates"):
        page.wait_for_selector(f"#chart-{chart} .main-svg .scatterlayer .trace", state="attached", timeout=20_000)
    assert page.errors == []
    assert page.foreign == []


OPENING = {
    "newborns-yesterday": "reports-listed",
    "newborns-today": "reports-listed",
    "move-ins-today": "reports-listed",
    "move-outs-today": "reports-listed",
    "deaths-today": "reports-listed",
    "dwellings-today": "reports-listed",
    "cases-open": "cases-listed",
    "cases-overdue": "cases-listed",
    "workers-on-shift": "workers-listed",
    "workers-silent": "workers-listed",
}


def test_every_counter_of_the_wall_opens_into_what_it_counts(lively: ServerProcess, page: Any) -> None:
    go(page, lively, "/?lang=en")
    wait_until(lambda: number_of(page, "cases-open") not in ("", "0"), what="numbers on the wall")
    shown = {name: number_of(page, name) for name in OPENING}
    links = {
        name: page.eval_on_selector(f'[data-kpi="{name}"]', "e => e.closest('a').getAttribute('href')")
        for name in OPENING
    }
    for name, listed in OPENING.items():
        go(page, lively, links[name])
        wait_until(lambda e=listed: number_of(page, e) not in ("", None), what=f"the list of {name}")
        assert number_of(page, listed) == shown[name], name
    assert page.errors == []


def test_every_gauge_and_heat_cell_opens_into_what_it_counts(lively: ServerProcess, page: Any) -> None:
    go(page, lively, "/?lang=en")
    page.wait_for_selector(".gauge [data-denominator]")
    gauges = page.eval_on_selector_all(
        ".gauge", "all => all.map(g => [g.getAttribute('href'), g.querySelector('[data-kpi]').dataset.denominator])"
    )
    assert len(gauges) == 4
    for link, denominator in gauges:
        go(page, lively, link)
        listed = "cases-listed" if link.startswith("/cases") else "reports-listed"
        wait_until(lambda e=listed: number_of(page, e) not in ("", None), what=link)
        assert number_of(page, listed) == denominator, link
    go(page, lively, "/?lang=en")
    page.wait_for_selector('[data-heat]:not([data-value="0"])')
    cells = page.query_selector_all('[data-heat]:not([data-value="0"])')[:3]
    counts = [
        (cell.get_attribute("data-heat"), cell.get_attribute("data-bucket"), cell.get_attribute("data-value"))
        for cell in cells
    ]
    for category, bucket, count in counts:
        go(page, lively, "/?lang=en")
        page.click(f'[data-heat="{category}"][data-bucket="{bucket}"]')
        page.wait_for_url("**/cases?*")
        wait_until(lambda: number_of(page, "cases-listed") not in ("", None), what="the list of the cell")
        assert number_of(page, "cases-listed") == count


def test_sums_of_a_week_open_into_what_they_count(lively: ServerProcess, page: Any) -> None:
    go(page, lively, "/area/city?lang=en", PANELS)
    sums = page.eval_on_selector_all("[data-weekly]", "all => all.map(a => [a.getAttribute('href'), a.dataset.value])")
    assert len(sums) == 6
    for link, value in sums:
        go(page, lively, link)
        listed = "cases-listed" if link.startswith("/cases") else "reports-listed"
        wait_until(lambda e=listed: number_of(page, e) not in ("", None), what=link)
        assert number_of(page, listed) == value, link


def test_filters_of_the_worklist_live_in_the_address(lively: ServerProcess, page: Any) -> None:
    go(page, lively, "/cases?state=open&lang=en")
    wait_until(lambda: number_of(page, "cases-listed") not in ("", "0", None), what="the worklist")
    case = lively.get("/api/v1/cases", state="open", limit=1)["cases"][0]  # no category is open at every hour
    category = case["category"]
    page.select_option('[data-filter="category"]', category)
    wanted = lively.get("/api/v1/cases", state="open", category=category, limit=1)["total"]
    wait_until(lambda: number_of(page, "cases-listed") == str(wanted), what="the filtered list")
    assert f"category={category}" in page.url
    page.fill("#worklist-text", case["id"][-6:].lower())
    page.wait_for_selector(f'.ag-row a[href="/cases/{case["id"]}"]')
    wait_until(lambda: "q=" in page.evaluate("location.href"), what="the text in the address")
    wanted = lively.get("/api/v1/cases", state="open", category=category, q=case["id"][-6:])["total"]
    wait_until(lambda: number_of(page, "cases-listed") == str(wanted), what="the number of the found cases")
    address, listed = page.url, number_of(page, "cases-listed")
    page.goto(address)
    wait_until(lambda: number_of(page, "cases-listed") == listed, what="the same list from its address")
    wait_until(lambda: page.input_value("#worklist-text") == case["id"][-6:].lower(), what="the text in its field")
    page.click(f'.ag-row a[href="/cases/{case["id"]}"]')
    page.wait_for_selector('[data-kpi="case-state"]')
    assert page.errors == []


def test_a_filter_that_finds_nothing_says_so_and_the_next_one_brings_rows(lively: ServerProcess, page: Any) -> None:
    warned: list[str] = []
    page.on("console", lambda message: message.type == "warning" and warned.append(message.text))
    go(page, lively, "/cases?state=open&lang=en")
    page.wait_for_selector(".ag-row a")
    everything = number_of(page, "cases-listed")
    page.fill("#worklist-text", "no such case")
    page.wait_for_selector(".ag-overlay >> text=No cases")
    assert number_of(page, "cases-listed") == "0"
    page.fill("#worklist-text", "")
    page.wait_for_selector(".ag-row a")
    wait_until(lambda: number_of(page, "cases-listed") == everything, what="the whole list")
    assert warned == []
    assert page.errors == []


def test_charts_come_though_the_map_is_late_and_nothing_is_reported(lively: ServerProcess, page: Any) -> None:
    held: list[Any] = []
    released: list[bool] = []
    page.route("**/geo/**", lambda route: route.continue_() if released else held.append(route))
    page.goto(lively.url + "/area/city?lang=en")
    page.wait_for_selector('body[data-panels="ready"]')
    wait_until(lambda: held, what="the request for the map")
    released.append(True)
    for route in held:
        route.continue_()
    page.wait_for_selector('body[data-map="ready"]')
    page.evaluate("document.querySelector('#charts').scrollIntoView()")
    page.wait_for_selector("#chart-rates .main-svg", state="attached")
    assert page.errors == []


def test_the_second_of_two_is_told(
    own_lively: ServerProcess, page: Any, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    case = {"id": "C-two"}
    data = {"case": "C-two", "category": "dispute", "severity": 2}
    redis_client.xadd("reports", {"event": event("case.reported", data, at=city_clock.now(), grid=small_grids[0])})
    wait_until(lambda: own_lively.get("/api/v1/cases", q="C-two")["total"] == 1, what="the case")
    other = page.context.new_page()
    for one in (page, other):
        go(one, own_lively, f"/cases/{case['id']}?lang=en")
        one.wait_for_selector('[data-action="file"]:not([disabled])')
    other.click('[data-action="file"]')
    other.evaluate(
        "() => { window.fetch = (old => (url, more) => more?.method ? old(url, more) : new Promise(() => {}))(fetch) }"
    )
    page.click('[data-action="file"]')
    page.click(".action-form [type=submit]")
    page.wait_for_selector('[data-kpi="case-state"][data-value="filed"]')
    other.click(".action-form [type=submit]")
    wait_until(lambda: "Somebody has just acted" in other.inner_text("#action-message"), 5, "the message")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/area/nowhere", 404),
        ("/cases/none", 404),
        ("/reports?counter=nonsense", 400),
        ("/nowhere", 404),
        ("/cases?state=odd", 400),
    ],
)
def test_addresses_that_make_no_sense_say_so(lively: ServerProcess, page: Any, path: str, status: int) -> None:
    go(page, lively, path)
    page.wait_for_selector(".said")
    # The browser itself writes the status of a document that is not there; nothing else may be said.
    assert [error for error in page.errors if f"status of {status} " not in error] == []
    assert len(page.errors) == 1


def test_a_department_takes_a_task_with_one_click(
    own_lively: ServerProcess, page: Any, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    data = {"task": "T-now", "department": "health", "cause": "r-1", "due": "2020-01-01T00:00:00Z"}
    redis_client.xadd("reports", {"event": event("task.opened", data, at=city_clock.now(), grid=small_grids[0])})
    go(page, own_lively, "/departments/health?lang=en")
    page.click('[data-task="T-now"] [data-task-action="take"]')
    page.wait_for_selector('[data-task="T-now"] [data-task-action="take"]', state="detached", timeout=5000)
    page.click('[data-task="T-now"] [data-task-action="decline"]')
    page.keyboard.type("belongs to the police")
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-task="T-now"]', state="detached", timeout=5000)
    declined = own_lively.get("/api/v1/tasks", department="health", state="declined")["tasks"]
    assert ("T-now", "belongs to the police") in [(task["id"], task["reason"]) for task in declined]
    assert page.errors == []


def test_a_cell_of_supervision_opens_its_cases(lively: ServerProcess, page: Any) -> None:
    go(page, lively, "/supervision?lang=en", LIVE + '[data-supervision="ready"]')
    cell = page.query_selector('[data-supervision="open"] td:not([data-value="0"])[data-level]')
    count = cell.get_attribute("data-value")
    cell.query_selector("a").click()
    page.wait_for_url("**/cases?*")
    wait_until(lambda: number_of(page, "cases-listed") not in ("", None), what="the list of the cell")
    assert number_of(page, "cases-listed") == count
    assert page.errors == []
