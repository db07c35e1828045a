"""Snapshots: a server goes on where the last one stood, and never from what was made of something else."""

from __future__ import annotations

import pytest
import redis

from dashboard.domain.state import snapshot
from dashboard.errors import SnapshotError
from dashboard.feeds.follower import Replica
from dashboard.feeds.keys import SNAPSHOT, SNAPSHOT_LEASE
from dashboard.feeds.snapshots import Snapshots, decode, encode, head_of
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
