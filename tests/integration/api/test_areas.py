"""The HTTP interface on a real server and a real Redis."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import redis

from dashboard.clock import CityClock
from tests.conftest import ServerFactory
from tests.support.making import ROOT, event
from tests.support.oracle import numbers
from tests.support.running import ServerProcess, wait_until
from tests.support.traffic import log_behind

SINGLE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
DIED_BEFORE_BIRTH = {"sex": "m", "age": -1, "occurred_on": "2026-11-22"}
NAUGHTY = ROOT.parent / "shared/data/naughty"


def post(running: ServerProcess, body: bytes, kind: str = SINGLE) -> httpx.Response:
    headers = {"content-type": kind}
    return httpx.post(running.url + "/api/v1/reports", content=body, headers=headers, timeout=20, trust_env=False)


def move_in(grid: str, number: int) -> bytes:
    data = {"sex": "m", "age": 30, "floating": True, "other": "outside"}
    return event("population.move-in", data, at=time.time(), grid=grid, id=f"m{number}")


def log_counts(running: ServerProcess) -> dict[str, int]:
    counts: dict[str, int] = running.get("/api/v1/areas/city")["log"]
    return counts


def test_what_is_answered_202_is_in_the_log_and_counted(server: ServerFactory, small_grids: list[str]) -> None:
    running = server()
    one = post(running, move_in(small_grids[0], 0))
    assert one.status_code == 202
    batch = b"[" + b",".join(move_in(small_grids[n % 9], n) for n in range(1, 21)) + b"]"
    many = post(running, batch, BATCH)
    assert (many.status_code, len(many.json()["stream_ids"])) == (202, 20)
    again = post(running, move_in(small_grids[0], 0))
    assert again.status_code == 202
    wait_until(lambda: log_counts(running)["duplicates"] == 1, what="the fold")
    assert log_counts(running)["reports"] == 21
    assert running.get(f"/api/v1/areas/{small_grids[0]}")["people"]["move_ins"]["today"] == 3


@pytest.mark.parametrize(
    ("body", "kind", "status", "field"),
    [
        (b"{}", "text/plain", 415, "content-type"),
        (b"{", SINGLE, 400, None),
        (b"[1,", BATCH, 400, None),
        (b"x" * 10_000_000, SINGLE, 413, "body"),
        (b'{"a":' * 100_000, SINGLE, 400, None),
        (event("worker.position", {"lat": 1.0, "lon": 1.0}, grid="nowhere"), SINGLE, 422, "subject"),
        (
            b"[" + event("population.death", {"sex": "m", "age": -1, "occurred_on": "2026-11-22"}) + b"]",
            BATCH,
            422,
            "0.data.age",
        ),
    ],
    ids=range(7),
)
def test_what_cannot_count_is_refused_with_a_reason(
    empty: ServerProcess, body: bytes, kind: str, status: int, field: str | None
) -> None:
    answer = post(empty, body, kind)
    told = answer.json()
    assert answer.status_code == status
    assert told["field"] == field
    assert told["reason"]
    assert told["error"]
    assert log_behind(empty.redis_url) == []


def test_garbage_between_good_reports_takes_none_of_them_with_it(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    running = server()
    bad = [b"", b"\xff", b"[" * 100_000, b'{"type":"no.such"}', b"x" * 5_000_000, move_in("000", 1)]
    for number, raw in enumerate(bad):
        redis_client.xadd("reports", {"event": move_in(small_grids[0], number)})
        redis_client.xadd("reports", {"event": raw})
    redis_client.xadd("reports", {"other": "field"})
    wait_until(lambda: log_counts(running)["dead_letters"] == len(bad) + 1, what="the fold")
    assert log_counts(running)["reports"] == len(bad)
    wait_until(lambda: len(running.get("/api/v1/dead-letters")["dead_letters"]) == len(bad) + 1, what="dead letters")
    letters = running.get("/api/v1/dead-letters", limit=3)["dead_letters"]
    assert len(letters) == 3
    assert all(letter["reason"] and letter["stream_id"] for letter in letters)
    known = {entry.decode() for entry, _ in redis_client.xrange("reports")}
    assert {letter["stream_id"] for letter in letters} <= known


def test_areas_children_cases_and_paging(lively: ServerProcess, city_clock: CityClock) -> None:
    running, raws = lively, log_behind(lively.redis_url)
    city = running.get("/api/v1/areas/city")
    children = running.get("/api/v1/areas/city/children")["children"]
    assert city["people"]["population"] == sum(child["people"]["population"] for child in children)
    assert city["cases"]["open"] == sum(child["cases"]["open"] for child in children)
    log = city["log"]
    assert log["reports"] + log["duplicates"] + log["dead_letters"] == len(raws)
    told = numbers(raws, city_clock.now(), 0)
    assert city["cases"]["open"] == told["open"]
    assert _pages(running, state="open", limit=7) == _pages(running, state="open", limit=1000)
    listed = _pages(running, state="open", limit=1000)
    assert len(listed) == told["open"] == len(set(listed))
    late = running.get("/api/v1/cases", overdue="true")
    assert late["total"] == told["overdue"] == city["cases"]["overdue"]


def _pages(running: ServerProcess, **filters: Any) -> list[str]:
    """Returns the ids of all cases of a list, page by page."""
    found, cursor = [], None
    while True:
        page = running.get("/api/v1/cases", **filters, **({"cursor": cursor} if cursor else {}))
        found += [case["id"] for case in page["cases"]]
        cursor = page["next"]
        if cursor is None:
            assert len(found) == page["total"]
            return found


def test_one_case_tells_its_steps_and_why_it_is_due(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    from tests.support.making import reported, step

    running, at = server(), time.time() - 3600
    redis_client.xadd("reports", {"event": reported("C-1", at, grid=small_grids[0], lat=30.7, lon=111.3)})
    redis_client.xadd("reports", {"event": step("filed", "C-1", at + 60, by="desk", note="seen", grid=small_grids[0])})
    wait_until(lambda: log_counts(running)["reports"] == 2, what="the fold")
    case = running.get("/api/v1/cases/C-1")
    assert (case["state"], case["level"], case["overdue"], case["lat"]) == ("filed", "grid", False, 30.7)
    assert [(s["type"], s["by"], s["note"]) for s in case["trace"]][1] == ("case.filed", "desk", "seen")
    assert (case["deadline"]["unit"], case["deadline"]["limit"]) == ("day", 5)
    assert "5 day" in case["deadline"]["explanation"]
    for path in ("/api/v1/cases/none", "/api/v1/areas/none", "/api/none"):
        answer = httpx.get(running.url + path, trust_env=False)
        assert answer.status_code == 404
        assert set(answer.json()) == {"error", "field", "reason"}
    assert httpx.get(running.url + "/api/v1/cases?state=odd", trust_env=False).status_code == 422


def test_an_id_may_hold_what_addresses_are_made_of(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    running, ids = server(), ["d/3", "a b?c#d", "案件/一%2F", "L" * 256]
    for name in ids:
        data = {"case": name, "category": "dispute", "severity": 2}
        raw = event("case.reported", data, at=time.time(), grid=small_grids[0])
        redis_client.xadd("reports", {"event": raw})
    wait_until(lambda: log_counts(running)["reports"] == len(ids), what="the fold")
    for name in ids:
        address = "/api/v1/cases/" + quote(name, safe="")
        assert running.get(address)["id"] == name
        version = running.get(address + "/actions")["version"]
        done = httpx.post(
            running.url + address + "/actions", json={"action": "file", "version": version}, trust_env=False
        )
        assert done.status_code == 202, (name, done.text)
        page = httpx.get(f"{running.url}/cases/{quote(name, safe='')}?lang=en", trust_env=False).text
        assert "No such" not in page


def test_follow_up_tasks_are_listed(server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]) -> None:
    running, at = server(), time.time() - 600
    for number in range(3):
        data = {"task": f"T-{number}", "department": "health", "cause": "x"}
        redis_client.xadd("reports", {"event": event("task.opened", data, at=at + number, grid=small_grids[0])})
    done = {"task": "T-1", "by": "nurse"}
    redis_client.xadd("reports", {"event": event("task.done", done, at=at + 5, grid=small_grids[0])})
    wait_until(lambda: log_counts(running)["reports"] == 4, what="the fold")
    page = running.get("/api/v1/tasks", department="health", state="open")
    assert [task["id"] for task in page["tasks"]] == ["T-2", "T-0"]
    assert running.get("/api/v1/tasks", state="done")["tasks"][0]["by"] == "nurse"
    unknown = httpx.get(running.url + "/api/v1/tasks?department=nope", trust_env=False)
    assert (unknown.status_code, unknown.json()["field"]) == (422, "department")


def test_health_metrics_documents_and_headers(empty: ServerProcess) -> None:
    assert empty.get("/healthz")["alive"] is True
    assert empty.get("/readyz")["ready"] is True
    metrics = httpx.get(empty.url + "/metrics", trust_env=False).text
    for name in ("gridwall_reports_total", "gridwall_dead_letters_total", "gridwall_screens", "gridwall_behind"):
        assert f"\n{name} " in metrics
    assert "/api/v1/reports" in empty.get("/api/openapi.json")["paths"]
    refused = httpx.delete(empty.url + "/api/v1/cases", trust_env=False)
    assert (refused.status_code, refused.json()["error"]) == (405, "method-not-allowed")
    assert httpx.head(empty.url + "/", trust_env=False).status_code == 200
    page = httpx.get(empty.url + "/", trust_env=False)
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.skipif(not NAUGHTY.exists(), reason="shared data is not beside the project")
def test_naughty_strings_come_back_as_they_were(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    strings = json.loads((NAUGHTY / "blns.json").read_text("utf-8"))
    running, at = server(), time.time() - 60
    names = [text for text in dict.fromkeys(strings) if 0 < len(text) <= 200]
    for number, text in enumerate(names):
        data = {"case": text, "category": "dispute", "severity": 1}
        raw = event("case.reported", data, at=at, grid=small_grids[0], id=f"n{number}")
        redis_client.xadd("reports", {"event": raw})
    wait_until(lambda: sum(log_counts(running)[n] for n in ("reports", "dead_letters")) == len(names), what="the fold")
    shown = {case["id"] for case in running.get("/api/v1/cases", limit=1000)["cases"]}
    assert len(shown) == log_counts(running)["reports"]
    assert shown <= set(names)
