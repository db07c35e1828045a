"""Snapshots: a server goes on where the last one stood, and never from what was made of something else."""

from __future__ import annotations

import msgspec
import pytest
import redis

from dashboard.domain.state import snapshot
from dashboard.errors import SnapshotError
from dashboard.feeds.follower import Replica
from dashboard.feeds.keys import SNAPSHOT, SNAPSHOT_LEASE
from dashboard.feeds.snapshots import Snapshots, _sum, decode, encode, head_of
from tests.support.making import fold, reported, state


def _snapshots(url: str, replica: Replica, digest: str = "d") -> Snapshots:
    return Snapshots(url, replica, digest, 1, 60.0)


async def test_what_was_saved_is_what_the_next_server_knows(redis_url: str) -> None:
    before, after = Replica(state), Replica(state)
    fold(before.state, [reported("C-1"), reported("C-2")])
    saving = _snapshots(redis_url, before)
    await saving.save()
    await saving.close()
    restoring = _snapshots(redis_url, after)
    assert await restoring.restore()
    await restoring.close()
    assert after.state.positions == before.state.positions
    assert after.state.cases.rows == before.state.cases.rows


async def test_nothing_new_is_not_saved_again(redis_url: str, redis_client: redis.Redis) -> None:
    replica = Replica(state)
    fold(replica.state, [reported("C-1")])
    saving = _snapshots(redis_url, replica)
    await saving.save()
    redis_client.delete(SNAPSHOT)
    await saving.save()
    assert not redis_client.exists(SNAPSHOT)
    fold(replica.state, [reported("C-2")])
    await saving.save()
    assert redis_client.exists(SNAPSHOT)
    await saving.close()


async def test_one_of_several_saves_and_hands_over_when_it_ends(redis_url: str, redis_client: redis.Redis) -> None:
    replicas = [Replica(state), Replica(state)]
    for number, replica in enumerate(replicas):
        fold(replica.state, [reported(f"C-{number}")])
    first, second = (_snapshots(redis_url, replica) for replica in replicas)
    assert await first.save() > 0.0
    assert await second.save() == 0.0, "the other one has the lease"
    await first.close()
    assert not redis_client.exists(SNAPSHOT_LEASE)
    assert await second.save() > 0.0
    await second.close()


@pytest.mark.parametrize("broken", [{b"head": b"\xc1"}, {b"state": b"x"}, {b"seen": b"\xc1"}])
def test_what_cannot_be_read_is_told_and_not_guessed(broken: dict[bytes, bytes]) -> None:
    known = state()
    head = head_of(known, "d", 1)
    fields = {name.encode(): value for name, value in encode(snapshot.dump(known), head).items()}
    assert decode(fields, head)
    with pytest.raises(SnapshotError):
        decode({**fields, **broken}, head)
    for name in fields:
        with pytest.raises(SnapshotError):
            decode({other: value for other, value in fields.items() if other != name}, head)


def test_a_snapshot_of_another_city_does_not_fit() -> None:
    known = state()
    fields = {name.encode(): value for name, value in encode(snapshot.dump(known), head_of(known, "d", 1)).items()}
    for other in (head_of(known, "other", 1), head_of(known, "d", 2)):
        with pytest.raises(SnapshotError, match="made with other"):
            decode(fields, other)


async def test_a_snapshot_that_does_not_fit_leaves_an_empty_state(redis_url: str) -> None:
    before, after = Replica(state), Replica(state)
    fold(before.state, [reported("C-1")])
    saving = _snapshots(redis_url, before)
    await saving.save()
    await saving.close()
    restoring = _snapshots(redis_url, after, digest="other")
    assert not await restoring.restore()
    await restoring.close()
    assert after.state.reports == 0


def test_no_byte_of_it_can_change_unnoticed() -> None:
    known = state()
    fold(known, [reported("C-1"), reported("C-2")])
    head = head_of(known, "d", 1)
    fields = {name.encode(): value for name, value in encode(snapshot.dump(known), head).items()}
    for name, value in fields.items():
        for place in range(0, len(value), max(1, len(value) // 40)):
            changed = value[:place] + bytes([value[place] ^ 0x10]) + value[place + 1 :]
            with pytest.raises(SnapshotError):
                decode({**fields, name: changed}, head)
            with pytest.raises(SnapshotError):
                decode({**fields, name: value[:place]}, head)


@pytest.mark.parametrize(
    "wrong",
    [
        {"positions": {0: b"abc"}},
        {"positions": {0: 7}},
        {"positions": {}},
        {"entries": {0: 99}},
        {"log": [1]},
        {"watermark": "x", "log": [-1, 0, 0, 0]},
        {"workers": {}},
        {"cases": {"ids": ["C-1"], "traces": [b""], "columns": {}}},
        {"seen": {"days": 7, "day": 0, "by_day": {0: (b"123", b"")}}},
        {"people": {"ages": b""}},
        {"early": [[1, 2, 3]]},
        {"counters": None},
    ],
)
async def test_a_wrong_value_leads_to_a_fold_from_the_start(
    redis_url: str, redis_client: redis.Redis, wrong: dict[str, object]
) -> None:
    before, after = Replica(state), Replica(state)
    fold(before.state, [reported("C-1")])
    dumped = {**snapshot.dump(before.state), **wrong}
    if wrong.get("seen"):
        fields = encode(snapshot.dump(before.state), head_of(before.state, "d", 1))
        fields["seen"] = msgspec.msgpack.encode(wrong["seen"])
        fields["sum"] = _sum(fields["head"], fields["state"], fields["seen"])
    else:
        fields = encode(dumped, head_of(before.state, "d", 1))
    redis_client.hset(SNAPSHOT, mapping=fields)
    restoring = _snapshots(redis_url, after)
    assert not await restoring.restore()
    await restoring.close()
    assert (after.state.reports, after.state.positions) == (0, {})


async def test_a_key_of_another_type_leads_to_a_fold_from_the_start(
    redis_url: str, redis_client: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    redis_client.set(SNAPSHOT, "something else")
    restoring = _snapshots(redis_url, Replica(state))
    assert not await restoring.restore()
    await restoring.close()
    assert "WRONGTYPE" in caplog.text
