"""The ladder, what went wrong on some days, and urging, on a real server with a lively city behind it."""

from __future__ import annotations

import time
from typing import Any

import httpx
import redis

from dashboard.clock import CityClock
from tests.support.making import DAY, reported, step
from tests.support.running import ServerProcess, wait_until


def total(running: ServerProcess, **query: str) -> int:
    found: int = running.get("/api/v1/cases", limit=1, **query)["total"]
    return found


def urge(running: ServerProcess, **asked: str) -> dict[str, Any]:
    answer = httpx.post(f"{running.url}/api/v1/supervision/urge", json=asked, timeout=20, trust_env=False)
    return {"status": answer.status_code, **answer.json()}


def test_the_ladder_and_the_days_count_what_the_lists_hold(lively: ServerProcess) -> None:
    for category in ("", "dispute", "dispute,labour"):
        for rung in lively.get("/api/v1/supervision/ladder", category=category)["rungs"]:
            asked = {"state": "open", "level": rung["level"], "category": category}
            assert total(lively, **asked) == rung["open"]
            assert total(lively, **asked, overdue="true") == rung["overdue"]
            assert total(lively, **asked, climbs="day") == rung["climbs_day"]
    for day in ("today", "7d", "30d"):
        body = lively.get("/api/v1/supervision/days", day=day)
        for name in ("returned", "badly_rated"):
            assert total(lively, **{f"{name}_on": day}) == sum(map(sum, body[name]))
            for level, row in zip(body["levels"], body[name], strict=True):
                assert total(lively, **{f"{name}_on": day}, level=level) == sum(row)
    assert sum(map(sum, body["returned"])) > 0


def test_what_makes_no_sense_is_told(lively: ServerProcess) -> None:
    for path, field in (
        ("supervision/ladder?category=mayor", "category"),
        ("supervision/days?day=someday", "day"),
        ("cases?climbs=never", "climbs"),
        ("cases?archived=true&unanswered=true", "unanswered"),
    ):
        answer = httpx.get(f"{lively.url}/api/v1/{path}", timeout=10, trust_env=False)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert urge(lively, case="C-none")["field"] == "case"


def test_one_case_is_urged_and_waits_for_its_reply(
    own_lively: ServerProcess, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    now = city_clock.now()
    for name, days in (("C-worst", 90), ("C-late-reply", 80)):
        redis_client.xadd("reports", {"event": reported(name, now - days * DAY, grid=small_grids[0])})
    due = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 2 * DAY))
    redis_client.xadd("reports", {"event": step("urged", "C-late-reply", now - 3 * DAY, by="x", reply_due=due)})
    wait_until(lambda: total(own_lively, q="C-late-reply", unanswered="true") == 1, what="the urged case")
    told = own_lively.get("/api/v1/supervision/urges")
    assert [row["id"] for row in told["overdue"][:2]] == ["C-worst", "C-late-reply"]
    assert [row["reply_late"] for row in told["overdue"][:2]] == [False, True]
    assert told["overdue"][1]["reply_due"].startswith(due[:-1])
    assert told["overdue"][0]["place"]["name"]
    assert told["waiting_total"] == total(own_lively, state="open", unanswered="true")
    assert urge(own_lively, case="C-worst") == {"status": 202, "urged": 1, "skipped": 0}
    wait_until(lambda: own_lively.get("/api/v1/cases/C-worst")["trace"][-1]["type"] == "case.urged", what="the urging")
    assert urge(own_lively, case="C-worst")["skipped"] == 1
    [row] = [row for row in own_lively.get("/api/v1/supervision/urges")["waiting"] if row["id"] == "C-worst"]
    assert not row["may_urge"]
    assert not row["reply_late"]
    assert urge(own_lively, case="C-late-reply")["urged"] == 1, "its reply is late, so it may be urged anew"
    redis_client.xadd("reports", {"event": step("replied", "C-worst", city_clock.now() + 1, by="y")})
    wait_until(lambda: total(own_lively, q="C-worst", unanswered="true") == 0, what="the reply")


def test_a_cell_is_urged_and_nothing_else(own_lively: ServerProcess) -> None:
    body = own_lively.get("/api/v1/supervision")
    level, department, count = next(
        (level, body["departments"][column], count)
        for level, row in zip(body["levels"], body["open"], strict=True)
        for column, count in enumerate(row)
        if 0 < count < 20
    )
    before = total(own_lively, state="open", unanswered="true", level=level, department=department)
    elsewhere = total(own_lively, state="open", unanswered="true") - before
    told = urge(own_lively, level=level, department=department)
    assert told["urged"] + told["skipped"] == count
    asked = {"state": "open", "unanswered": "true"}
    wait_until(lambda: total(own_lively, **asked, level=level, department=department) == count, what="all of the cell")
    assert total(own_lively, **asked) == count + elsewhere


def test_a_case_urged_from_its_page_owes_a_reply(
    own_lively: ServerProcess, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    redis_client.xadd("reports", {"event": reported("C-page", city_clock.now() - 60, grid=small_grids[0])})
    wait_until(lambda: total(own_lively, q="C-page") == 1, what="the case")
    version = own_lively.get("/api/v1/cases/C-page/actions")["version"]
    given = {"action": "urge", "version": version}
    httpx.post(
        f"{own_lively.url}/api/v1/cases/C-page/actions", json=given, timeout=10, trust_env=False
    ).raise_for_status()
    wait_until(lambda: total(own_lively, q="C-page", unanswered="true") == 1, what="the urging")
    assert own_lively.get("/api/v1/cases/C-page")["trace"][-1]["reply_due"]
