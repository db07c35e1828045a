"""The system's page in a real browser: what is broken, what to do, and dead letters as text, in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.running import ServerProcess

READY = '[data-system="ready"]'


def answering(body: Any) -> Callable[[Any], None]:
    """Returns what answers a request of the page with a body instead of the server."""

    def answer(route: Any) -> None:
        route.fulfill(body=json.dumps(body), content_type="application/json")

    return answer


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_values_are_those_of_the_api(lively: ServerProcess, page: Any, lang: str) -> None:
    page.goto(f"{lively.url}/system?lang={lang}")
    page.wait_for_selector(READY, timeout=20_000)
    told = lively.get("/api/v1/system")
    entries = next(value["value"] for value in told["values"] if value["id"] == "log-entries")
    assert page.get_attribute('[data-system="log-entries"]', "data-value") == str(entries)
    assert page.get_attribute("#system-state", "data-state") == told["state"]
    wrong = [one["id"] for one in told["values"] if one["state"] in ("watch", "broken")]
    assert page.locator("#system-todo li").count() == len(wrong)
    assert "system-" not in page.inner_text(".system")  # a message that is missing shows its key
    assert page.errors == []


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_what_is_broken_is_said_with_what_to_do(lively: ServerProcess, page: Any, lang: str) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    told = lively.get("/api/v1/system")
    for value in told["values"]:
        if value["limit"] is not None or value["id"].endswith("error"):
            value["state"], value["value"] = "broken", value["value"] if value["unit"] != "text" else hostile
    told["loops"] = {"archive": hostile}
    letter = {"stream_id": "1764000000000-0", "shard": 0, "field": "data", "reason": hostile, "raw": hostile}
    letter |= {"size_bytes": 28, "source": hostile, "at": "1-0"}
    told["dead_letters"] = {"looked_at": 1, "alike": [{"field": "", "reason": hostile, "source": "x", "count": 1}]}
    answers = {
        "**/api/v1/system": told,
        "**/api/v1/dead-letters*": {"dead_letters": [letter], "total": 1, "next": None},
    }
    for address, body in answers.items():
        page.route(address, answering(body))
    page.goto(f"{lively.url}/system?lang={lang}")
    page.wait_for_selector(READY, timeout=20_000)
    wrong = [one["id"] for one in told["values"] if one["state"] in ("watch", "broken")]
    assert page.locator("#system-todo li").count() == 1 + len(wrong) > 10
    page.focus("#system-letters summary")
    page.keyboard.press("Enter")
    assert page.inner_text("#system-letters pre") == hostile
    assert page.locator(".system img").count() == 0
    assert "system-" not in page.inner_text(".system")


def test_a_reason_opens_its_letters_only(lively: ServerProcess, page: Any) -> None:
    page.goto(f"{lively.url}/system?lang=en&reason=no+such+reason&source=")
    page.wait_for_selector(READY, timeout=20_000)
    assert page.is_visible("#system-none")
    assert "no such reason" in page.inner_text("#system-chosen")
    page.click("#system-chosen a")
    page.wait_for_url(f"{lively.url}/system#system-letters")


def test_letters_beyond_what_a_page_holds_are_on_the_next_one(lively: ServerProcess, page: Any) -> None:
    letter = {"stream_id": "1764000000000-0", "shard": 0, "field": "", "reason": "odd", "raw": "x", "source": ""}
    body = {"dead_letters": [letter | {"size_bytes": 1, "at": "9-0"}], "total": 2000, "next": "8-0"}
    asked: list[str] = []
    page.route("**/api/v1/dead-letters*", lambda route: (asked.append(route.request.url), answering(body)(route)))
    page.goto(f"{lively.url}/system?lang=en&reason=odd")
    page.wait_for_selector(READY, timeout=20_000)
    page.evaluate("for (let n = 0; n < 19; n++) document.getElementById('system-more').click()")
    with page.expect_navigation():
        page.click("#system-more")
    page.wait_for_selector(READY, timeout=20_000)
    assert page.url.endswith("/system?lang=en&reason=odd&cursor=8-0#system-letters")
    assert "older ones" in page.inner_text("#system-chosen")
    assert asked[-1].endswith("limit=50&reason=odd&cursor=8-0")
