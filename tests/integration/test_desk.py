"""The desk on a real server: lists behind numbers, workers, and acting on cases."""

from __future__ import annotations

import concurrent.futures
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from tests.conftest import ServerFactory
from tests.making import event
from tests.running import ServerProcess, wait_until
from tests.traffic import past, write

PEOPLE = {"births": "newborns", "deaths": "deaths", "move_ins": "move_ins", "move_outs": "move_outs"}


@pytest.fixture
def lively(server: ServerFactory, redis_client: redis.Redis, small_city: Path) -> ServerProcess:
    """A server whose city has 33 days behind it."""
    write(redis_client, past(small_city, 33, time.time()))
    return server()


def act(running: ServerProcess, case: str, headers: dict[str, str] | None = None, **given: str) -> httpx.Response:
    url = f"{running.url}/api/v1/cases/{case}/actions"
    if "version" not in given:
        given["version"] = running.get(f"/api/v1/cases/{case}/actions")["version"]
    return httpx.post(url, json=given, headers=headers, timeout=10, trust_env=False)


@pytest.fixture
def case(lively: ServerProcess, redis_client: redis.Redis, small_grids: list[str]) -> str:
    """A case that was just reported."""
    data = {"case": "C-desk", "category": "dispute", "severity": 2}
    redis_client.xadd("reports", {"event": event("case.reported", data, at=time.time(), grid=small_grids[0])})
    url = f"{lively.url}/api/v1/cases/C-desk"
    wait_until(lambda: httpx.get(url, trust_env=False).status_code == 200, what="the case")
    return "C-desk"


@pytest.mark.parametrize("day", ["today", "yesterday"])
def test_lists_of_reports_are_as_long_as_the_counters(lively: ServerProcess, day: str) -> None:
    for code in ("city", lively.get("/api/v1/areas/city/children")["children"][0]["area"]["code"]):
        people = lively.get(f"/api/v1/areas/{code}")["people"]
        for counter, name in PEOPLE.items():
            found = lively.get("/api/v1/reports", counter=counter, day=day, area=code, limit=1000)
            assert found["total"] == people[name][day] == len(found["reports"])


def test_a_list_of_reports_holds_exactly_what_was_counted(lively: ServerProcess) -> None:
    found = lively.get("/api/v1/reports", counter="births", day="window", limit=1000)
    assert found["total"] > 5
    assert {report["type"] for report in found["reports"]} == {"population.birth"}
    assert all(found["from"] <= report["data"]["occurred_on"] <= found["to"] for report in found["reports"])


def test_ratings_of_the_window_are_the_denominator_of_satisfaction(lively: ServerProcess) -> None:
    rate = lively.get("/api/v1/areas/city")["indicators"]["satisfaction_rate"]
    assert lively.get("/api/v1/reports", counter="scored", day="window")["total"] == rate["denominator"]
    assert lively.get("/api/v1/reports", counter="satisfied", day="window")["total"] == rate["numerator"]


def test_pages_of_a_list_follow_each_other(lively: ServerProcess) -> None:
    whole = lively.get("/api/v1/reports", counter="move_ins", day="window", limit=1000)
    assert whole["total"] > 20
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = {"counter": "move_ins", "day": "window", "limit": "7", **({"cursor": cursor} if cursor else {})}
        found = lively.get("/api/v1/reports", **asked)
        ids += [report["stream_id"] for report in found["reports"]]
        cursor = found["next"]
    assert ids[: len(whole["reports"])] == [report["stream_id"] for report in whole["reports"]]
    assert len(ids) == whole["total"]


def test_workers_by_state(lively: ServerProcess) -> None:
    workers = lively.get("/api/v1/areas/city")["workers"]
    assert lively.get("/api/v1/workers")["total"] == workers["all"]
    assert lively.get("/api/v1/workers", state="on-shift")["total"] == workers["on_shift"]
    assert lively.get("/api/v1/workers", state="silent")["total"] == workers["silent"]


def test_an_action_is_a_report_like_any_other(lively: ServerProcess, case: str) -> None:
    answer = act(lively, case, action="file", by="tester")
    assert answer.status_code == 202
    wait_until(lambda: lively.get(f"/api/v1/cases/{case}")["state"] == "filed", what="the filed case")
    step = lively.get(f"/api/v1/cases/{case}")["trace"][-1]
    assert (step["type"], step["by"], step["stream_id"]) == ("case.filed", "tester", answer.json()["stream_id"])
    lively.restart()
    assert lively.get(f"/api/v1/cases/{case}")["state"] == "filed"


def test_impossible_and_incomplete_actions_are_refused_with_the_reason(lively: ServerProcess, case: str) -> None:
    entries = lively.get("/api/v1/areas/city")["log"]["reports"]
    refused: list[tuple[dict[str, str], int, str]] = [
        ({"action": "return", "note": "again"}, 409, "action"),
        ({"action": "resume"}, 409, "action"),
        ({"action": "reject"}, 422, "reason"),
        ({"action": "dispatch", "to": "nobody"}, 422, "to"),
        ({"action": "escalate", "to_level": "grid", "reason": "x"}, 422, "to_level"),
        ({"action": "merge", "into": case}, 422, "into"),
        ({"action": "explode"}, 422, "action"),
        ({"action": "file", "version": "0.0-0"}, 409, "version"),
    ]
    for given, status, field in refused:
        answer = act(lively, case, **given)
        assert (answer.status_code, answer.json()["field"]) == (status, field), given
        assert answer.json()["reason"]
    assert act(lively, "C-none", action="file", version="1").status_code == 404
    assert lively.get("/api/v1/areas/city")["log"]["reports"] == entries


def test_of_many_at_once_exactly_one_acts(lively: ServerProcess, case: str) -> None:
    version = lively.get(f"/api/v1/cases/{case}/actions")["version"]
    actions: list[dict[str, str]] = [{"action": "file"}, {"action": "reject", "reason": "not ours"}] * 4
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda given: act(lively, case, version=version, **given), actions))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [202, *[409] * 7]
    assert {a.json()["error"] for a in answers if a.status_code == 409} == {"overtaken"}


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"origin": "http://elsewhere.example"}, "foreign-origin"),
        ({"x-forwarded-for": "10.0.0.1"}, "loopback-only"),
        ({"content-type": "text/plain"}, "unsupported-media-type"),
    ],
)
def test_nobody_acts_from_elsewhere(lively: ServerProcess, case: str, headers: dict[str, str], error: str) -> None:
    answer = act(lively, case, headers, action="file")
    assert answer.json()["error"] == error
    assert lively.get(f"/api/v1/cases/{case}")["state"] == "reported"


def test_todays_reports_of_a_grid(lively: ServerProcess, redis_client: redis.Redis, small_grids: list[str]) -> None:
    data: dict[str, Any] = {"kind": "rented"}
    redis_client.xadd("reports", {"event": event("dwelling.registered", data, at=time.time(), grid=small_grids[2])})

    def newest() -> list[str]:
        found = lively.get(f"/api/v1/areas/{small_grids[2]}/reports")["reports"]
        return [report["type"] for report in found[:1]]

    wait_until(lambda: newest() == ["dwelling.registered"], what="the report in the grid's list")
    assert httpx.get(f"{lively.url}/api/v1/areas/city/reports", trust_env=False).status_code == 422
