"""Lists of cases as files: all that matches, in words of the asked language, from memory and from the archive."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import openpyxl
import redis

from tests.conftest import ServerFactory
from tests.support.making import DAY, reported, step
from tests.support.running import ServerProcess, wait_until

OPEN_CASES, OLD_CASES = 60, 5


def started(server: ServerFactory, client: redis.Redis, grids: list[str], now: float) -> ServerProcess:
    """Returns a server with open cases, and some old ones in its archive."""
    running = server(GRIDWALL_CASE_DAYS="31")
    for n in range(OLD_CASES):
        client.xadd("reports", {"event": reported(f"C-old-{n}", now - 50 * DAY + n, grid=grids[n % 2])})
        client.xadd("reports", {"event": step("closed", f"C-old-{n}", now - 49 * DAY)})
    for n in range(OPEN_CASES):
        name = "=1+1" if n == 0 else f"C-{n}"
        category = ("dispute", "labour")[n % 2]
        raw = reported(name, now - n, category, 1, grid=grids[n % 3], lat=30.7, lon=111.3)
        client.xadd("reports", {"event": raw})
    wait_until(lambda: running.get("/api/v1/cases", archived="true")["total"] == OLD_CASES, what="the archive")
    wait_until(lambda: running.get("/api/v1/cases")["total"] == OPEN_CASES, what="the fold")
    return running


def asked(running: ServerProcess, kind: str, **filters: Any) -> httpx.Response:
    return httpx.get(f"{running.url}/api/v1/cases.{kind}", params=filters, timeout=20, trust_env=False)


def read_csv(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_files_hold_what_the_list_holds(
    server: ServerFactory, redis_client: redis.Redis, small_grids: list[str]
) -> None:
    now = float(int(time.time()))
    running = started(server, redis_client, small_grids, now)
    rows = read_csv(asked(running, "csv", lang="en"))
    listed = running.get("/api/v1/cases", limit=1000)["cases"]
    assert [row["Case"].removeprefix("'") for row in rows] == [case["id"] for case in listed]
    assert (rows[0]["Case"], rows[0]["Category"], rows[0]["State"], rows[0]["Overdue"]) == (
        "'=1+1",
        "Disputes",
        "reported",
        "no",
    )
    assert rows[0]["Grid code"] == small_grids[0]
    local = dt.datetime.fromtimestamp(now, ZoneInfo("Asia/Shanghai"))
    assert rows[0]["Reported at"] == local.isoformat(sep=" ")
    assert rows[0]["Ended at"] == ""

    whole = read_csv(asked(running, "csv", lang="en", **{"for": "excel"}))
    assert whole[0]["Grid code"] == f'="{small_grids[0]}"'
    assert asked(running, "csv", **{"for": "lotus"}).status_code == 422

    chinese = asked(running, "xlsx", category="labour", area=small_grids[1])
    assert "filename*=UTF-8''%E6%A1%88%E4%BB%B6-" in chinese.headers["content-disposition"]
    assert 'filename="cases-' in chinese.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(chinese.content)).active
    head, *cells = list(sheet.iter_rows(values_only=True))
    assert head[:4] == ("案件编号", "类别", "紧急程度", "网格编码")
    filtered = running.get("/api/v1/cases", category="labour", area=small_grids[1], limit=1000)["cases"]
    assert [row[0] for row in cells] == [case["id"] for case in filtered] != []
    assert {row[head.index("类别")] for row in cells} == {"劳动保障"}
    assert all(" / " in row[head.index("所属区域")] for row in cells)
    assert isinstance(cells[0][head.index("上报时间 (Asia/Shanghai)")], dt.datetime)

    old = read_csv(asked(running, "csv", archived="true", lang="en", area=small_grids[1]))
    assert [row["Case"] for row in old] == ["C-old-3", "C-old-1"]
    assert [row["State"] for row in old] == ["closed", "closed"]


def test_empty_file_and_bad_filters(server: ServerFactory) -> None:
    running = server()
    assert read_csv(asked(running, "csv")) == []
    assert read_csv(asked(running, "csv", archived="true")) == []
    assert asked(running, "xlsx").status_code == 200
    for filters, status in (({"area": "odd"}, 404), ({"state": "odd"}, 422), ({"category": "odd"}, 422)):
        for archived in ("true", "false"):
            answer = asked(running, "csv", archived=archived, **filters)
            assert answer.status_code == status
            assert set(answer.json()) == {"error", "field", "reason"}
    assert "/api/v1/cases.csv" in running.get("/api/openapi.json")["paths"]
