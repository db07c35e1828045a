"""The door act: one is first, nothing is half done, and what comes before the log comes before the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import redis

from dashboard.desk.access import Actor
from dashboard.desk.appending import Appending
from dashboard.domain.acting.deed import Deed, guard_of
from dashboard.domain.state.horizon import Horizon
from dashboard.errors import InvalidReport, NotAllowed, Overtaken
from dashboard.feeds.follower import Replica
from dashboard.feeds.intake import Intake
from dashboard.feeds.keys import SHARDS
from tests.support.making import GRIDS, NOON, state
from tests.support.traffic import log_of

HERE = Actor("here", True)


@pytest.fixture
async def intake(redis_url: str) -> AsyncIterator[Intake]:
    taking = Intake(redis_url, 1, Replica(lambda: state(horizon=Horizon(None, None))))
    yield taking
    await taking.close()


def deed(action: str = "file", case: str = "C-1", **more: Any) -> Deed:
    said = {"area": GRIDS[0], "data": {"case": case}, **more}
    return Deed(f"{action}/{case}/2.5-0", "/desk", "case.filed", said["area"], NOON, said["data"])


async def test_a_deed_is_appended_and_written_down(intake: Intake, redis_client: redis.Redis) -> None:
    book: list[tuple[Actor, Deed, str]] = []
    appending = Appending(intake, audit=lambda *entry: book.append(entry))
    stream_id = await appending.append(HERE, deed(), "C-1/2.5-0")
    [(entry_id, fields)] = redis_client.xrange("reports")  # type: ignore[misc, union-attr]
    assert (entry_id.decode(), fields[b"event"]) == (stream_id, deed().raw)
    assert book == [(HERE, deed(), stream_id)]


async def test_of_two_who_saw_the_same_one_is_first(intake: Intake, redis_client: redis.Redis) -> None:
    appending = Appending(intake)
    await appending.append(HERE, deed("file"), guard_of(deed("file")))
    with pytest.raises(Overtaken, match="acted on C-1"):
        await appending.append(HERE, deed("reject"), guard_of(deed("reject")))
    assert log_of(redis_client) == [deed("file").raw]


def _written(client: redis.Redis) -> list[Any]:
    """Returns which keys there are, but for the number of shards, which the first who asks keeps."""
    return [key for key in client.scan_iter() if key != SHARDS.encode()]


async def test_nobody_gets_past_access(intake: Intake, redis_client: redis.Redis) -> None:
    with pytest.raises(NotAllowed):
        await Appending(intake).append(Actor("somebody at 10.0.0.7", False), deed(), "C-1/2.5-0")
    assert _written(redis_client) == []


async def test_what_would_never_count_claims_nothing(intake: Intake, redis_client: redis.Redis) -> None:
    with pytest.raises(InvalidReport):
        await Appending(intake).append(HERE, deed(area="9"), "C-1/2.5-0")
    assert _written(redis_client) == []


async def test_what_comes_before_the_log_decides_what_is_appended(intake: Intake, redis_client: redis.Redis) -> None:
    """As a register will: the person is stored first, and the report carries a reference in its place."""

    async def registered(_: Actor, given: Deed) -> Deed:
        assert log_of(redis_client) == [], "the log comes after"
        return msgspec.structs.replace(given, data={**given.data, "ref": "p_1"})

    await Appending(intake, before=[registered]).append(HERE, deed(), "C-1/2.5-0")
    [raw] = log_of(redis_client)
    assert msgspec.json.decode(raw)["data"] == {"case": "C-1", "ref": "p_1"}


async def test_what_fails_before_the_log_appends_nothing_and_frees_the_guard(
    intake: Intake, redis_client: redis.Redis
) -> None:
    async def fails(_: Actor, given: Deed) -> Deed:
        raise OSError("the register is full")

    book: list[Any] = []
    with pytest.raises(OSError, match="full"):
        await Appending(intake, before=[fails], audit=lambda *entry: book.append(entry)).append(HERE, deed(), "C-1/2")
    assert _written(redis_client) == []
    assert book == []
    await Appending(intake).append(HERE, deed(), "C-1/2")


async def test_of_many_deeds_those_that_are_guarded_are_left_out(intake: Intake, redis_client: redis.Redis) -> None:
    appending = Appending(intake)
    await appending.append(HERE, deed(case="C-2"), guard_of(deed(case="C-2")))
    all_of_them = [(each, guard_of(each)) for each in (deed(case=f"C-{n}") for n in range(1, 4))]
    assert len(await appending.append_all(HERE, all_of_them)) == 2
    assert sorted(log_of(redis_client)) == sorted(each.raw for each, _ in all_of_them)
    assert await appending.append_all(HERE, all_of_them) == []
