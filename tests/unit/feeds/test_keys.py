"""Names in Redis: what belongs together lies in one slot, and no two things share a name."""

from __future__ import annotations

import re

import pytest
from redis.crc import key_slot

from dashboard.feeds import keys
from tests.support.making import ROOT


@pytest.mark.parametrize("shards", [1, 2, 16, 255])
def test_what_belongs_to_a_shard_lies_in_its_slot(shards: int) -> None:
    for shard, stream in enumerate(keys.stream_names(shards)):
        names = [stream, keys.keeper_cursor(shard, shards), keys.keeper_fence(shard, shards)]
        assert len({key_slot(name.encode()) for name in names}) == 1
        assert len(set(names)) == 3


def test_shards_lie_in_slots_of_their_own() -> None:
    assert len({key_slot(name.encode()) for name in keys.stream_names(16)}) == 16


def test_streams_are_called_as_ever() -> None:
    assert keys.stream_names(1) == ["reports"]
    assert keys.stream_names(3) == ["reports:{0}", "reports:{1}", "reports:{2}"]


def test_the_only_shard_and_the_first_of_many_share_nothing() -> None:
    assert keys.keeper_cursor(0, 1) != keys.keeper_cursor(0, 2)


def test_names_in_redis_stand_in_this_one_file() -> None:
    """Whoever looks for a key finds all of them here."""
    named = re.compile(r"""f?["'](gridwall:[^ ]|reports:)""")
    found = [
        str(path.relative_to(ROOT))
        for folder in ("dashboard", "simulator")
        for path in (ROOT / folder).rglob("*.py")
        if named.search(path.read_text("utf-8"))
    ]
    assert found == ["dashboard/feeds/keys.py"]
