"""Reports over HTTP: one or a batch, 202 once the log has them, and limits before anything is kept."""

from __future__ import annotations

import httpx
import pytest

from dashboard.api.cloudevents import BATCH, SINGLE
from tests.support.desks import Office
from tests.support.making import reported
from tests.support.traffic import log_of


async def _posted(office: Office, body: bytes, kind: str) -> httpx.Response:
    async with office.http() as http:
        return await http.post("/api/v1/reports", content=body, headers={"content-type": kind})


async def test_one_report_and_a_batch_are_in_the_log_when_they_are_answered(office: Office) -> None:
    one, two = reported("C-1"), reported("C-2")
    single = await _posted(office, one, SINGLE + "; charset=utf-8")
    batch = await _posted(office, b"[" + two + b"]", BATCH)
    assert [single.status_code, batch.status_code] == [202, 202]
    assert log_of(office.log) == [one, two]
    assert len(single.json()["stream_ids"]) == 1


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (reported("C-1"), "application/json", 415),
        (b"{", SINGLE, 400),
        (reported("C-1", category="odd"), SINGLE, 422),
        (b"x" * (1 << 20) + b"x", SINGLE, 413),
    ],
    ids=["kind", "JSON", "category", "large"],
)
async def test_what_is_not_taken_is_not_in_the_log(body: bytes, kind: str, status: int, office: Office) -> None:
    assert (await _posted(office, body, kind)).status_code == status
    assert log_of(office.log) == []


MIXED = b"[" + b",".join([reported("C-1"), reported("C-2", category="odd"), b"7", reported("C-3")]) + b"]"


async def test_a_batch_with_a_bad_report_is_taken_not_at_all(office: Office) -> None:
    answer = await _posted(office, MIXED.replace(b",7,", b","), BATCH)
    assert (answer.status_code, answer.json()["field"]) == (422, "1.data.category")
    assert log_of(office.log) == []


async def test_a_batch_may_be_taken_one_by_one_with_an_answer_for_each(office: Office) -> None:
    async with office.http() as http:
        answer = await http.post("/api/v1/reports?partial=true", content=MIXED, headers={"content-type": BATCH})
        odd = await http.post("/api/v1/reports?partial=perhaps", content=MIXED, headers={"content-type": BATCH})
    results = answer.json()["results"]
    assert answer.status_code == 207
    assert [(one["index"], one["status"]) for one in results] == [(0, 202), (1, 422), (2, 422), (3, 202)]
    assert (results[1]["error"], results[1]["field"]) == ("invalid", "data.category")
    assert log_of(office.log) == [reported("C-1"), reported("C-3")]
    ids = [stream_id.decode() for stream_id, _ in office.log.xrange("reports")]
    assert [one["stream_id"] for one in results if "stream_id" in one] == ids
    assert (odd.status_code, odd.json()["field"]) == (422, "partial")


async def test_what_redis_refuses_of_all_is_no_answer_for_each(office: Office) -> None:
    office.log.delete("reports")
    office.log.set("reports", "a text")
    async with office.http() as http:
        answer = await http.post("/api/v1/reports?partial=true", content=MIXED, headers={"content-type": BATCH})
    assert (answer.status_code, answer.json()["error"]) == (503, "redis-refuses")
