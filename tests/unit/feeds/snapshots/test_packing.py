"""The bytes of a snapshot: read as they were written, or not at all."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from dashboard.domain.state import snapshot
from dashboard.errors import SnapshotError
from dashboard.feeds.identity import Marks
from dashboard.feeds.snapshots.origin import origin_of
from dashboard.feeds.snapshots.packing import FORMAT, Head, Kept, decode, encode
from tests.support.making import fold, reported, state


def _fields(**head: Any) -> dict[bytes, bytes]:
    known = state()
    fold(known, [reported("C-1"), reported("C-2")])
    marks = Marks()
    marks.add([b"5-0", [b"event", b"x"]], 2)
    made = msgspec.structs.replace(Head(origin_of(known, 1), 1, {0: marks.dump()}), **head)
    return {name.encode(): value for name, value in encode(Kept(snapshot.dump(known), 1), made).items()}


def test_what_was_written_is_read() -> None:
    kept = decode(_fields())
    assert kept.origin == origin_of(state(), 1)
    assert (kept.shards, kept.entries, list(kept.positions)) == (1, {0: 2}, [0])
    assert [mark.number for mark in Marks(kept.marks[0]).newest_first()] == [2]


@pytest.mark.parametrize("broken", [{b"head": b"\xc1"}, {b"state": b"x"}, {b"seen": b"\xc1"}])
def test_what_cannot_be_read_is_told_and_not_guessed(broken: dict[bytes, bytes]) -> None:
    fields = _fields()
    with pytest.raises(SnapshotError):
        decode({**fields, **broken})
    for name in fields:
        with pytest.raises(SnapshotError):
            decode({other: value for other, value in fields.items() if other != name})


def test_no_byte_of_it_can_change_unnoticed() -> None:
    fields = _fields()
    for name, value in fields.items():
        for place in range(0, len(value), max(1, len(value) // 40)):
            changed = value[:place] + bytes([value[place] ^ 0x10]) + value[place + 1 :]
            with pytest.raises(SnapshotError):
                decode({**fields, name: changed})
            with pytest.raises(SnapshotError):
                decode({**fields, name: value[:place]})


def test_a_format_of_times_to_come_is_not_guessed_at() -> None:
    with pytest.raises(SnapshotError, match=f"format {FORMAT + 1}"):
        decode(_fields(format=FORMAT + 1))
