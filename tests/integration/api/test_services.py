"""Services on a real server: every count of the summary and of the page is the length of its list; files hold it."""

from __future__ import annotations

import csv
import io

import httpx
import openpyxl
import pytest

from dashboard.layouts.services import COUNTS, query_of_count
from tests.support.running import ServerProcess


def test_every_count_is_the_length_of_its_list(lively: ServerProcess) -> None:
    told = lively.get("/api/v1/services/summary", days=30)
    assert told["all"]["completed"] > 100
    assert told["all"]["in_time"] < told["all"]["limited"]
    for counts in [told["all"], *told["kinds"]]:
        kind = {"kind": counts["kind"]} if "kind" in counts else {}
        for name in COUNTS:
            if name in ("open", "overdue"):
                continue  # these hold at the moment of the question; test_services of the domain holds them still
            assert lively.get("/api/v1/services", **kind, **query_of_count(name, 30))["total"] == counts[name]


def test_pages_of_the_list_hold_each_request_once(lively: ServerProcess) -> None:
    total = lively.get("/api/v1/services", completed="7d")["total"]
    ids, cursor = [], {}
    while True:
        found = lively.get("/api/v1/services", completed="7d", limit=17, **cursor)
        ids += [one["request"] for one in found["services"]]
        if found["next"] is None:
            break
        cursor = {"cursor": found["next"]}
    assert len(ids) == len(set(ids)) == total


def test_both_files_hold_the_list(lively: ServerProcess) -> None:
    total = lively.get("/api/v1/services", completed="7d")["total"]
    answer = httpx.get(f"{lively.url}/api/v1/services.csv?completed=7d&lang=en", timeout=30, trust_env=False)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == total + 1
    assert rows[0][:2] == ["Request", "Service"]
    answer = httpx.get(f"{lively.url}/api/v1/services.xlsx?completed=7d", timeout=30, trust_env=False)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.max_row == total + 1


@pytest.mark.parametrize(
    ("query", "field"),
    [("state=new", "state"), ("cursor=x", "cursor"), ("completed=soon", "completed"), ("score=nice", "score")],
)
def test_a_query_that_makes_no_sense_names_its_field(lively: ServerProcess, query: str, field: str) -> None:
    answer = httpx.get(f"{lively.url}/api/v1/services?{query}", timeout=10, trust_env=False)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
