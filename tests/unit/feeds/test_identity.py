"""Whether a log is still the one that was folded: a trimmed one is, an older copy or another one is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import redis

from dashboard.feeds.identity import Identity, Marks, hash_of
from dashboard.feeds.keys import log_name


@pytest.fixture
async def identity(redis_url: str) -> AsyncIterator[Identity]:
    asked = Identity(redis_url, 1)
    yield asked
    await asked.close()


@pytest.fixture(params=["as it is", "as Redis 6.2 answers"])
def older(request: pytest.FixtureRequest, identity: Identity, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether Redis does not say how many entries were ever added, and which was the last to be deleted."""
    if request.param == "as it is":
        return False
    stream = identity.stream

    async def without(shard: int) -> Any:
        told = await stream(shard)
        return told and msgspec.structs.replace(told, added=None, deleted=None)

    monkeypatch.setattr(identity, "stream", without)
    return True


class Log:
    """A stream in a Redis, and the marks of who has folded it."""

    def __init__(self, client: redis.Redis) -> None:
        self.client, self.marks = client, Marks()
        self.ids: list[bytes] = []

    def write(self, count: int, text: str = "x") -> None:
        self.ids += [self.client.xadd("reports", {"event": f"{text} {n}"}) for n in range(count)]

    def fold(self) -> bytes:
        """Marks each entry as a follower does that reads one after the other; returns the position."""
        self.marks = Marks()
        for number, (position, fields) in enumerate(self.client.xrange("reports"), 1):
            self.marks.add([position, [b"event", fields[b"event"]]], number)
        return self.ids[-1]


@pytest.fixture
def log(redis_client: redis.Redis) -> Log:
    return Log(redis_client)


async def test_a_log_that_goes_on_is_the_same(identity: Identity, log: Log, older: bool) -> None:
    log.write(50)
    position = log.fold()
    assert await identity.other(0, position, log.marks) is None
    log.write(500)
    assert await identity.other(0, position, log.marks) is None


@pytest.mark.parametrize("kept", [30, 1, 0])
async def test_a_trimmed_log_is_the_same(identity: Identity, log: Log, older: bool, kept: int) -> None:
    log.write(100)
    position = log.fold()
    assert await identity.other(0, position, log.marks) is None
    log.client.xtrim("reports", maxlen=kept, approximate=False)
    assert await identity.other(0, position, log.marks) is None
    log.write(40)
    log.client.xtrim("reports", maxlen=20, approximate=False)  # nothing of what was folded is left
    assert await identity.other(0, position, log.marks) is None


@pytest.mark.parametrize("deleted", [1, 2, 7])
async def test_deleted_entries_make_no_other_log(identity: Identity, log: Log, older: bool, deleted: int) -> None:
    log.write(100)
    position = log.fold()
    for gone in log.ids[-deleted:]:
        log.client.xdel("reports", gone)
    if older and deleted > 1:
        pytest.skip("there, a run of deleted entries looks like an older copy")
    assert await identity.other(0, position, log.marks) is None
    log.client.xdel("reports", *log.ids[40:60])
    log.write(10)
    assert await identity.other(0, position, log.marks) is None


@pytest.mark.parametrize("grown", [0, 3, 500])
@pytest.mark.parametrize("command", ["flush", "delete", "empty again"])
async def test_an_emptied_log_is_another(identity: Identity, log: Log, older: bool, command: str, grown: int) -> None:
    log.write(100)
    position = log.fold()
    await identity.other(0, position, log.marks)  # whoever follows looks once a second
    if command == "flush":
        log.client.flushall()
    else:
        log.client.delete("reports", *([log_name(0, 1)] if command == "empty again" else []))
    log.write(grown, "new")
    if command == "delete" and grown and older:
        pytest.skip("there, that looks like a log that was trimmed to its newest entries")
    if command == "delete" and grown > 100:
        pytest.skip("a stream that was deleted alone and has grown beyond what it was looks like a trimmed one")
    assert await identity.other(0, position, log.marks) is not None


@pytest.mark.parametrize("grown", [0, 5, 500])
@pytest.mark.parametrize("lost", [2, 60])
async def test_an_older_copy_is_another_also_when_it_has_grown(
    identity: Identity, log: Log, older: bool, lost: int, grown: int
) -> None:
    log.write(200)
    position = log.fold()
    await identity.other(0, position, log.marks)
    copy = log.client.xrange("reports")[:-lost]
    log.client.delete("reports")
    for entry, fields in copy:
        log.client.xadd("reports", fields, id=entry)
    log.write(grown, "new")
    assert await identity.other(0, position, log.marks) is not None


async def test_another_content_under_the_same_id_is_another_log(identity: Identity, log: Log, older: bool) -> None:
    log.client.xadd("reports", {"event": "a"}, id="5-1")
    log.ids = [b"5-1"]
    position = log.fold()
    log.client.delete("reports")
    log.client.xadd("reports", {"event": "b"}, id="5-1")
    assert "another one" in (await identity.other(0, position, log.marks) or "")


async def test_what_is_folded_while_it_is_asked_makes_no_other_log(
    identity: Identity, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write(20)
    position, stream = log.fold(), identity.stream

    async def meanwhile(shard: int) -> Any:
        told = await stream(shard)
        log.write(5)
        for number, entry in enumerate(log.ids[20:], 21):
            log.marks.add([entry, [b"event", b"x"]], number)
        return told

    monkeypatch.setattr(identity, "stream", meanwhile)
    assert await identity.other(0, position, log.marks) is None


async def test_a_log_is_whole_until_something_of_it_is_gone(identity: Identity, log: Log) -> None:
    log.write(30)
    position = log.fold()
    log.write(5)
    assert await identity.is_whole(0, position, 30)
    log.client.xdel("reports", log.ids[33])
    assert await identity.is_whole(0, position, 30)
    log.client.xdel("reports", log.ids[3])
    assert not await identity.is_whole(0, position, 30)


async def test_marks_are_few_and_reach_far_back() -> None:
    marks = Marks()
    for number in range(1, 100_001):
        marks.add([b"%d-0" % number, [b"event", b"x"]], number)
    numbers = [mark.number for mark in marks.newest_first()]
    assert numbers[0] == 100_000
    assert len(numbers) <= 24
    assert numbers[-1] <= 65_536
    assert Marks(marks.dump()).newest_first() == marks.newest_first()


def test_fields_are_told_apart_wherever_they_end() -> None:
    assert hash_of([b"event", b"ab"]) != hash_of([b"eventa", b"b"])
