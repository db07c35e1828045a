"""Any area can be chosen by typing a part of its name or code, by keyboard alone."""

from __future__ import annotations

from typing import Any

from tests.support.running import ServerProcess

FIELD = '[data-filter="area"] input'


def test_a_grid_is_found_as_one_types_and_its_cases_are_listed(lively: ServerProcess, page: Any) -> None:
    grid = lively.get("/api/v1/areas", q="", limit=1000)["areas"][-1]
    page.goto(lively.url + "/cases?lang=en")
    page.wait_for_selector(FIELD)
    page.focus(FIELD)
    page.keyboard.type(grid["code"][-7:])
    offered = "code => [...document.querySelectorAll('#area-options option')].some((o) => o.text === code)"
    page.wait_for_function(offered, arg=grid["code"])
    page.fill(FIELD, grid["code"])
    page.press(FIELD, "Enter")
    page.wait_for_url(f"**area={grid['code']}*")
    assert page.input_value(FIELD) == grid["name_en"]
    total = lively.get("/api/v1/cases", area=grid["code"])["total"]
    page.wait_for_selector(f'[data-kpi="cases-listed"][data-value="{total}"]')
    page.fill(FIELD, "no such place")
    page.press(FIELD, "Enter")
    page.wait_for_function("name => document.querySelector('.area-choice input').value === name", arg=grid["name_en"])
    page.fill(FIELD, "")
    page.press(FIELD, "Enter")
    page.wait_for_function("!location.search.includes('area=')")
