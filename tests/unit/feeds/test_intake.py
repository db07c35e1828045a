"""The intake: what will never count is refused with its field, and a batch is taken as a whole or not at all."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import redis

from dashboard.errors import InvalidReport
from dashboard.feeds.follower import Replica
from dashboard.feeds.intake import MAX_BATCH, Intake, split_batch
from tests.support.making import NOON, event, reported, state


@pytest.fixture
async def intake(redis_url: str) -> AsyncIterator[Intake]:
    taking = Intake(redis_url, 1, Replica(state), lambda: NOON)
    yield taking
    await taking.close()


async def test_what_is_taken_is_in_the_log_as_it_came(intake: Intake, redis_client: redis.Redis) -> None:
    raws = [reported("C-1"), reported("C-2")]
    ids = await intake.take(raws, batch=True)
    assert [(key.decode(), fields) for key, fields in redis_client.xrange("reports")] == [
        (key, {b"event": raw}) for key, raw in zip(ids, raws, strict=True)
    ]


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"not JSON", ""),
        (event("case.reported", {"case": "C-1", "category": "nothing", "severity": 1}), "data.category"),
        (reported("C-1", grid="999"), "subject"),
    ],
)
async def test_what_will_never_count_is_refused_with_its_field(
    intake: Intake, redis_client: redis.Redis, raw: bytes, field: str
) -> None:
    with pytest.raises(InvalidReport) as refused:
        await intake.take([raw], batch=False)
    assert refused.value.field == field
    assert redis_client.xlen("reports") == 0


async def test_one_bad_report_keeps_its_whole_batch_out(intake: Intake, redis_client: redis.Redis) -> None:
    with pytest.raises(InvalidReport) as refused:
        await intake.take([reported("C-1"), reported("C-2", grid="999")], batch=True)
    assert refused.value.field == "1.subject"
    assert redis_client.xlen("reports") == 0


def test_a_batch_is_split_without_being_written_anew() -> None:
    assert split_batch(b'[ {"b":1, "a":2} , 3]') == [b'{"b":1, "a":2}', b"3"]


@pytest.mark.parametrize("body", [b"{}", b"[]", b"[1", b"[" * 100_000, json.dumps([0] * (MAX_BATCH + 1)).encode()])
def test_what_is_no_batch_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidReport):
        split_batch(body)
