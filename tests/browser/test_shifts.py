"""Nothing moves while a page loads: each part has its place before its data, on a desk and on a phone.

Chromium itself counts what moves (its `layout-shift` entries), so that the time which a machine takes does not matter.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.test_accessible import PAGES
from tests.support.running import ServerProcess

MOST = 0.05  # of shifts added up while the page loads; 0.1 is called good
COUNT = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const moved = entry.sources.map(({node, previousRect, currentRect}) => {
      const element = node && node.nodeType === 3 ? node.parentElement : node;
      const name = element ? element.tagName + '#' + element.id + '.' + element.className : 'gone';
      return `${name} ${Math.round(previousRect.y)}>${Math.round(currentRect.y)}`;
    });
    if (!entry.hadRecentInput) window.shifts.push([entry.value, moved]);
  }
}).observe({type: 'layout-shift', buffered: true});
"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"


@pytest.mark.parametrize(("width", "height"), [(1350, 940), (390, 844)])
def test_no_page_moves_while_it_loads(lively: ServerProcess, page: Any, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.add_init_script(COUNT)
    cases = lively.get("/api/v1/cases", state="open", limit=1)["cases"]
    moved = {}
    for name, (path, ready) in PAGES.items():
        address = path.format(grid=cases[0]["area"], case=cases[0]["id"])
        page.goto(f"{lively.url}{address}{'&' if '?' in address else '?'}lang=en")
        page.wait_for_selector('body[data-live="live"]', timeout=20_000)
        page.wait_for_selector(ready, state="attached", timeout=20_000)
        page.wait_for_load_state("networkidle")
        page.evaluate(DRAWN)
        shifts = page.evaluate("window.shifts")
        if sum(value for value, _ in shifts) > MOST:
            moved[name] = shifts
    assert moved == {}


def test_a_page_that_moves_is_found(lively: ServerProcess, page: Any) -> None:
    page.add_init_script(COUNT)
    page.goto(f"{lively.url}/nowhere?lang=en")
    page.wait_for_selector('body[data-live="live"]', timeout=20_000)
    page.evaluate(
        "document.querySelector('.said').before(Object.assign(document.createElement('hr'), {className: 'x'}))"
    )
    page.evaluate("document.querySelector('.x').style.paddingTop = '300px'")
    page.wait_for_function("() => window.shifts.some(([value]) => value > 0.05)")
