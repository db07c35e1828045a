"""What the log says of single entries: read by place, never guessed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import redis

from dashboard.domain.state.door import Door
from dashboard.domain.state.horizon import Horizon
from dashboard.errors import RedisUnavailable
from dashboard.feeds.engines import engine_of
from dashboard.feeds.traces import Traces
from tests.support.making import event, reported, state, step


@pytest.fixture
async def traces(redis_url: str) -> AsyncIterator[Traces]:
    reader = Traces(redis_url, 1)
    yield reader
    await reader.close()


def _at(stream_id: str) -> dict[str, Any]:
    return {"shard": 0, "stream_id": stream_id}


async def test_a_step_tells_who_and_why(traces: Traces, redis_client: redis.Redis) -> None:
    redis_client.xadd("reports", {"event": step("suspended", "C-1", 1.8e9, by="desk", reason="papers")}, id="5-0")
    redis_client.xadd("reports", {"event": step("closed", "C-1", 1.8e9, by="w", note="done")}, id="6-0")
    steps = [_at("5-0"), _at("6-0"), _at("7-0")]
    await traces.fill(steps)
    assert steps[0] == {"stream_id": "5-0", "by": "desk", "reason": "papers", "note": "papers"}
    assert (steps[1]["by"], steps[1]["note"]) == ("w", "done")
    assert steps[2] == {"stream_id": "7-0"}, "what the log does not hold any more is left open"


async def test_reports_are_read_at_their_places(traces: Traces, redis_client: redis.Redis) -> None:
    redis_client.xadd("reports", {"event": reported("C-1")}, id="5-0")
    redis_client.xadd("reports", {"event": b"no report"}, id="6-0")
    one, junk, gone = await traces.read([(0, "5-0"), (0, "6-0"), (0, "9-9")])
    assert one is not None
    assert (one["type"], one["data"]["case"], one["stream_id"]) == ("case.reported", "C-1", "5-0")
    assert (junk, gone) == (None, None)


async def test_the_newest_come_first_over_all_shards(redis_url: str, redis_client: redis.Redis) -> None:
    for number, name in enumerate(("reports:{0}", "reports:{1}", "reports:{0}", "reports:{1}"), 8):
        redis_client.xadd(name, {"event": event("worker.shift-ended", {"n": number})}, id=f"{number}-0")
    redis_client.xadd("reports:{0}", {"other": b"x"}, id="12-0")
    reader = Traces(redis_url, 2)
    newest = await reader.newest(4)
    await reader.close()
    assert [report["stream_id"] for report in newest] == ["11-0", "10-0", "9-0"], "by number, junk left out"


async def test_a_log_that_does_not_answer_leaves_steps_bare_and_fails_reading() -> None:
    reader = Traces("redis://127.0.0.1:1", 1)
    steps = [_at("5-0")]
    await reader.fill(steps)
    assert steps == [{"stream_id": "5-0"}]
    with pytest.raises(RedisUnavailable):
        await reader.read([(0, "5-0")])
    await reader.close()


async def test_the_log_says_which_redis_holds_it(traces: Traces, redis_client: redis.Redis) -> None:
    assert await traces.engine() == engine_of(redis_client.info("server"))  # type: ignore[arg-type]
    silent = Traces("redis://127.0.0.1:1", 1)
    assert await silent.engine() is None
    await silent.close()


@pytest.mark.parametrize(
    ("fields", "case"),
    [
        (["other", b"x", "event", reported("C-1")], "C-1"),
        (["event", reported("C-1"), "event", reported("C-2")], "C-2"),
        (["event", b'{"type": "case.reported", "data": {}}'], None),
        (["event", b""], None),
        (["event", b"[" * 100_000], None),
        (["other", b"x"], None),
    ],
    ids=["another field first", "twice", "half a report", "empty", "deep", "no event"],
)
async def test_an_entry_of_any_fields_is_read_as_the_fold_reads_it(
    fields: list[Any], case: str | None, traces: Traces, redis_client: redis.Redis
) -> None:
    redis_client.execute_command("XADD", "reports", "5-0", *fields)
    [found] = await traces.read([(0, "5-0")])
    steps = [_at("5-0")]
    await traces.fill(steps)
    assert (found and found["data"]["case"]) == case
    assert steps[0]["stream_id"] == "5-0"
    city = state(horizon=Horizon(None, None))
    Door(city).fold([[b"5-0", [part.encode() if isinstance(part, str) else part for part in fields]]], 0, set())
    assert (city.reports, city.dead_letters) == ((1, 0) if case else (0, 1))
    assert list(city.cases.rows) == ([case] if case else [])
