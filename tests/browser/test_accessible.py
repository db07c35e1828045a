"""Accessibility of every page by axe-core: nothing serious or critical, in both languages and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.running import ServerProcess

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
PAGES = {
    "wall": ("/", ".gauge [data-denominator]"),
    "city": ("/area/city", '[data-panels="ready"] #children a'),
    "grid": ("/area/{grid}", '[data-panels="ready"] #open-cases'),
    "worklist": ("/cases?state=open", ".ag-row a"),
    "case": ("/cases/{case}", '[data-kpi="case-state"]'),
    "reports": ("/reports?counter=births&day=window", "tbody tr"),
    "workers": ("/workers?state=on-shift", ".page"),
    "departments": ("/departments", "[data-department]"),
    "inbox": ("/departments/health", "#tasks thead"),
    "supervision": ("/supervision", '[data-supervision="ready"] #step-shares tbody'),
    "performance": ("/performance?kind=community", '[data-performance="ready"] #appraisal tbody a'),
    "services": ("/services?days=30", "[data-request]"),
    "system": ("/system", '[data-system="ready"] #system-letters'),
    "missing": ("/nowhere", ".said"),
}


def serious(page: Any) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary'][:300]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"][:3]
    ]


@pytest.mark.parametrize(("lang", "width"), [("zh-CN", 1920), ("en", 390)])
def test_no_page_has_a_serious_finding(lively: ServerProcess, page: Any, lang: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1080 if width > 900 else 844})
    cases = lively.get("/api/v1/cases", state="open", limit=1)["cases"]
    findings = {}
    for name, (path, ready) in PAGES.items():
        address = path.format(grid=cases[0]["area"], case=cases[0]["id"])
        page.goto(f"{lively.url}{address}{'&' if '?' in address else '?'}lang={lang}")
        page.wait_for_selector('body[data-live="live"]', timeout=20_000)
        page.wait_for_selector(ready, state="attached", timeout=20_000)
        page.wait_for_timeout(600)  # flashes of changed numbers have faded
        if found := serious(page):
            findings[name] = found
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            findings[f"{name} is too wide"] = [f"by {wide} px"]
    assert findings == {}


def test_a_report_on_paper_has_everything_on_white(lively: ServerProcess, page: Any) -> None:
    page.goto(f"{lively.url}/area/city?lang=en")
    page.wait_for_selector('body[data-panels="ready"]', timeout=20_000)
    page.emulate_media(media="print")
    shown = "n => [getComputedStyle(n).display, getComputedStyle(document.body).backgroundColor]"
    assert page.eval_on_selector(".nav", shown)[0] == "none"
    display, ground = page.eval_on_selector("#ledger", shown)
    assert display != "none"
    assert ground == "rgb(255, 255, 255)"
    assert page.is_visible(".print-only")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
