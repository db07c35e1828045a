"""Reports over HTTP: one or a batch, 202 once the log has them, and limits before anything is kept."""

from __future__ import annotations

import httpx
import pytest

from dashboard.api.intake import BATCH, SINGLE
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
        (b"[]", BATCH, 422),
        (b"x" * (1 << 20) + b"x", SINGLE, 413),
    ],
    ids=["kind", "JSON", "category", "empty", "large"],
)
async def test_what_is_not_taken_is_not_in_the_log(body: bytes, kind: str, status: int, office: Office) -> None:
    assert (await _posted(office, body, kind)).status_code == status
    assert log_of(office.log) == []
