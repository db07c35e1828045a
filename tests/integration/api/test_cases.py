"""The desk on a real server: lists behind numbers, workers, and acting on cases."""

from __future__ import annotations

import concurrent.futures
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from dashboard.clock import CityClock
from tests.conftest import Month, city_with
from tests.support.making import event
from tests.support.running import ServerProcess, wait_until

PEOPLE = {"births": "newborns", "deaths": "deaths", "move_ins": "move_ins", "move_outs": "move_outs"}


def act(running: ServerProcess, case: str, headers: dict[str, str] | None = None, **given: str) -> httpx.Response:
    url = f"{running.url}/api/v1/cases/{case}/actions"
    if "version" not in given:
        given["version"] = running.get(f"/api/v1/cases/{case}/actions")["version"]
    return httpx.post(url, json=given, headers=headers, timeout=10, trust_env=False)


@pytest.fixture(scope="module")
def desk(
    month: Month, city_clock: CityClock, small_city: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A lively city in which the tests below act, each on a case or a grid of its own."""
    with city_with(month, city_clock, small_city, tmp_path_factory.mktemp("desk")) as running:
        yield running


def append(running: ServerProcess, raw: bytes) -> None:
    with redis.Redis.from_url(running.redis_url) as client:
        client.xadd("reports", {"event": raw})


@pytest.fixture
def case(request: pytest.FixtureRequest, desk: ServerProcess, city_clock: CityClock, small_grids: list[str]) -> str:
    """A case that was just reported."""
    name = f"C-{zlib.crc32(request.node.name.encode()):08x}"
    data = {"case": name, "category": "dispute", "severity": 2}
    append(desk, event("case.reported", data, at=city_clock.now(), grid=small_grids[0]))
    url = f"{desk.url}/api/v1/cases/{name}"
    wait_until(lambda: httpx.get(url, trust_env=False).status_code == 200, what="the case")
    return name


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


def test_an_action_is_a_report_like_any_other(desk: ServerProcess, case: str) -> None:
    answer = act(desk, case, action="file", by="tester")
    assert answer.status_code == 202
    wait_until(lambda: desk.get(f"/api/v1/cases/{case}")["state"] == "filed", what="the filed case")
    step = desk.get(f"/api/v1/cases/{case}")["trace"][-1]
    assert (step["type"], step["by"], step["stream_id"]) == ("case.filed", "tester", answer.json()["stream_id"])
    desk.restart()
    assert desk.get(f"/api/v1/cases/{case}")["state"] == "filed"


def test_impossible_and_incomplete_actions_are_refused_with_the_reason(desk: ServerProcess, case: str) -> None:
    entries = desk.get("/api/v1/areas/city")["log"]["reports"]
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
        answer = act(desk, case, **given)
        assert (answer.status_code, answer.json()["field"]) == (status, field), given
        assert answer.json()["reason"]
    assert act(desk, "C-none", action="file", version="1").status_code == 404
    assert desk.get("/api/v1/areas/city")["log"]["reports"] == entries


def test_a_refused_action_locks_nothing(desk: ServerProcess, case: str) -> None:
    assert act(desk, case, action="file", by="x" * 5000).status_code == 422
    assert act(desk, case, action="file").status_code == 202


def test_of_many_at_once_exactly_one_acts(desk: ServerProcess, case: str) -> None:
    version = desk.get(f"/api/v1/cases/{case}/actions")["version"]
    actions: list[dict[str, str]] = [{"action": "file"}, {"action": "reject", "reason": "not ours"}] * 4
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda given: act(desk, case, version=version, **given), actions))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [202, *[409] * 7]
    assert {a.json()["error"] for a in answers if a.status_code == 409} == {"overtaken"}


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"origin": "http://elsewhere.example"}, "foreign-origin"),
        ({"x-forwarded-for": "10.0.0.1"}, "loopback-only"),
        ({"host": "evil.example", "origin": "http://evil.example"}, "loopback-only"),
        ({"content-type": "text/plain"}, "unsupported-media-type"),
    ],
)
def test_nobody_acts_from_elsewhere(desk: ServerProcess, case: str, headers: dict[str, str], error: str) -> None:
    answer = act(desk, case, headers, action="file")
    assert answer.json()["error"] == error
    assert desk.get(f"/api/v1/cases/{case}")["state"] == "reported"


def test_todays_reports_of_a_grid(desk: ServerProcess, city_clock: CityClock, small_grids: list[str]) -> None:
    data: dict[str, Any] = {"kind": "rented"}
    append(desk, event("dwelling.registered", data, at=city_clock.now(), grid=small_grids[2]))

    def newest() -> list[str]:
        found = desk.get(f"/api/v1/areas/{small_grids[2]}/reports")["reports"]
        return [report["type"] for report in found[:1]]

    wait_until(lambda: newest() == ["dwelling.registered"], what="the report in the grid's list")
    assert httpx.get(f"{desk.url}/api/v1/areas/city/reports", trust_env=False).status_code == 422
