"""Departments' inboxes and electronic supervision on a real server."""

from __future__ import annotations

import concurrent.futures
import io
import time
from typing import Any

import httpx
import openpyxl
import redis

from dashboard.clock import CityClock
from tests.support.making import DAY, event, reported, step
from tests.support.running import ServerProcess, wait_until


def opened(
    client: redis.Redis, running: ServerProcess, now: float, grid: str, name: str = "T-1", due_s: float = DAY
) -> dict[str, Any]:
    """Returns a task that was just opened for the health department."""
    due = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + due_s))
    data = {"task": name, "department": "health", "cause": "r-1", "due": due}
    client.xadd("reports", {"event": event("task.opened", data, at=now, grid=grid)})
    wait_until(lambda: find(running, name) is not None, what="the task")
    return find(running, name) or {}


def find(running: ServerProcess, name: str) -> dict[str, Any] | None:
    tasks = running.get("/api/v1/tasks", department="health", limit=1000)["tasks"]
    return next((task for task in tasks if task["id"] == name), None)


def act(running: ServerProcess, name: str, **given: str) -> httpx.Response:
    url = f"{running.url}/api/v1/tasks/{name}/actions"
    return httpx.post(url, json=given, timeout=10, trust_env=False)


def test_inboxes_count_what_the_lists_hold(lively: ServerProcess) -> None:
    departments = lively.get("/api/v1/departments")["departments"]
    assert sum(counts["open"] for counts in departments.values()) > 0
    for name, counts in departments.items():
        for state, key in (("open", "open"), ("taken", "taken")):
            assert lively.get("/api/v1/tasks", department=name, state=state)["total"] == counts[key]
        late = lively.get("/api/v1/tasks", department=name, state="open", overdue="true")
        assert late["total"] == counts["overdue"]
        assert lively.get(f"/api/v1/departments/{name}") == {**counts, "allowed": True}
        for state in ("done", "declined"):
            week = lively.get("/api/v1/tasks", department=name, state=state, week="true")
            assert week["total"] == counts[f"{state}_week"]


def test_pages_of_tasks_hold_each_once(lively: ServerProcess) -> None:
    everything = lively.get("/api/v1/tasks", state="done", limit=1000)["tasks"][:120]
    pages = [lively.get("/api/v1/tasks", state="done", limit=40, offset=start)["tasks"] for start in (0, 40, 80)]
    assert [task["id"] for page in pages for task in page] == [task["id"] for task in everything]
    answer = httpx.get(f"{lively.url}/api/v1/departments/mayor", timeout=10, trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown-department")
    answer = httpx.get(f"{lively.url}/api/v1/tasks?state=odd", timeout=10, trust_env=False)
    assert (answer.status_code, answer.json()["field"]) == (422, "state")


def test_both_files_hold_the_tasks_of_the_list(lively: ServerProcess) -> None:
    asked = {"department": "health", "state": "open"}
    listed = lively.get("/api/v1/tasks", **asked, limit=1000)
    answer = httpx.get(f"{lively.url}/api/v1/tasks.csv", params={**asked, "lang": "en"}, timeout=20, trust_env=False)
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Task,What is to be done,Department")
    assert [line.split(",")[0] for line in lines[1:]] == [task["id"] for task in listed["tasks"]]
    book = openpyxl.load_workbook(
        io.BytesIO(httpx.get(f"{lively.url}/api/v1/tasks.xlsx", params=asked, timeout=20, trust_env=False).content)
    )
    assert book.active.max_row == listed["total"] + 1


def test_open_tasks_come_by_due_time(lively: ServerProcess) -> None:
    found = lively.get("/api/v1/tasks", state="open", limit=1000)["tasks"]
    due = [task["due_at"] for task in found if task["due_at"]]
    assert len(due) > 3
    assert due == sorted(due)


def test_a_task_is_taken_and_done_by_reports(
    own_lively: ServerProcess, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    task = opened(redis_client, own_lively, city_clock.now(), small_grids[0])
    assert act(own_lively, "T-1", action="take", version=task["version"]).status_code == 202
    wait_until(lambda: (find(own_lively, "T-1") or {})["state"] == "taken", what="the taken task")
    stale = act(own_lively, "T-1", action="done", version=task["version"])
    assert (stale.status_code, stale.json()["error"]) == (409, "overtaken")
    version = (find(own_lively, "T-1") or {})["version"]
    assert act(own_lively, "T-1", action="done", version=version).status_code == 202
    wait_until(lambda: (find(own_lively, "T-1") or {})["state"] == "done", what="the done task")
    version = (find(own_lively, "T-1") or {})["version"]
    again = act(own_lively, "T-1", action="take", version=version)
    assert (again.status_code, again.json()["error"]) == (409, "impossible")


def test_declining_needs_a_reason_and_of_many_one_acts(
    own_lively: ServerProcess, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    version = opened(redis_client, own_lively, city_clock.now(), small_grids[0])["version"]
    refused = act(own_lively, "T-1", action="decline", version=version)
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        given = {"action": "decline", "version": version, "reason": "not ours"}
        codes = sorted(a.status_code for a in pool.map(lambda _: act(own_lively, "T-1", **given), range(6)))
    assert codes == [202, *[409] * 5]
    wait_until(lambda: (find(own_lively, "T-1") or {})["state"] == "declined", what="the declined task")
    assert (find(own_lively, "T-1") or {})["reason"] == "not ours"
    assert act(own_lively, "T-none", action="take", version="").status_code == 404


def test_supervision_counts_what_its_links_list(lively: ServerProcess) -> None:
    body = lively.get("/api/v1/supervision")
    open_cases = lively.get("/api/v1/areas/city")["cases"]["open"]
    assert sum(map(sum, body["open"])) == open_cases > 0
    for name, query in (("open", {}), ("overdue", {"overdue": "true"}), ("due_soon", {"due_soon": "true"})):
        for row, level in enumerate(body["levels"]):
            for column, department in enumerate(body["departments"]):
                asked = {"state": "open", "level": level, "department": department, "limit": 1, **query}
                if body[name][row][column] or (row, column) == (0, 0):
                    assert lively.get("/api/v1/cases", **asked)["total"] == body[name][row][column]


def test_the_slowest_steps_are_shares_of_their_limits(lively: ServerProcess) -> None:
    found = lively.get("/api/v1/supervision/steps")["categories"]
    assert len(found) == 8
    spreads = [spread for category in found for spread in category["steps"].values()]
    assert len(spreads) > 8
    assert all(0 <= spread["p50"] <= spread["p90"] and spread["count"] > 0 for spread in spreads)


def test_all_late_cases_are_urged_once(
    own_lively: ServerProcess, redis_client: redis.Redis, city_clock: CityClock, small_grids: list[str]
) -> None:
    now = city_clock.now()
    for n in range(3):
        grid = small_grids[n]
        redis_client.xadd("reports", {"event": reported(f"C-late-{n}", now - 20 * DAY, grid=grid)})
        redis_client.xadd("reports", {"event": step("filed", f"C-late-{n}", now - 19 * DAY)})
    wait_until(lambda: own_lively.get("/api/v1/cases", q="C-late")["total"] == 3, what="the late cases")
    late = own_lively.get("/api/v1/cases", state="open", overdue="true", limit=1)["total"]
    urge = f"{own_lively.url}/api/v1/supervision/urge"
    told = httpx.post(urge, json={"overdue": "true"}, timeout=20, trust_env=False).json()
    assert told["urged"] + told["skipped"] == late
    assert told["urged"] >= 3

    def last_step() -> dict[str, Any]:
        found: dict[str, Any] = own_lively.get("/api/v1/cases/C-late-1")["trace"][-1]
        return found

    wait_until(lambda: last_step()["type"] == "case.urged", what="the urged case")
    assert last_step()["reply_due"]
    again = httpx.post(urge, json={"overdue": "true"}, timeout=20, trust_env=False).json()
    assert again == {"urged": 0, "skipped": late}
