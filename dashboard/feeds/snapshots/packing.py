"""The bytes of a snapshot: a head that says what it was made of, the state, and a checksum over all of it."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec
from xxhash import xxh3_128

from dashboard.domain.state.city import CityState
from dashboard.domain.state.seen import compact
from dashboard.errors import SnapshotError
from dashboard.feeds.snapshots.origin import Origin

FORMAT = 7
_SUMMED = 6  # from this format on there is a checksum
_EARLIEST = 5  # read, too; up to format 6 the head said less


class Head(msgspec.Struct, frozen=True):
    """What a snapshot was made of.

    Attributes:
        origin: what its state started from.
        shards: how many streams there were.
        marks: by shard, by what its log is known again (identity.py).
        format: of the whole.
    """

    origin: Origin
    shards: int
    marks: dict[int, Any]
    format: int = FORMAT


class EarlierHead(msgspec.Struct, frozen=True):
    """What formats 5 and 6 said of the same."""

    format: int
    grids: int
    areas_digest: str
    categories: list[str]
    timezone: str
    shards: int


class Kept(msgspec.Struct):
    """A snapshot as it was read: the dumped state (snapshot.py) and what its head said."""

    dumped: dict[str, Any]
    shards: int
    origin: Origin | None = None
    marks: dict[int, Any] = {}
    earlier: EarlierHead | None = None

    @property
    def positions(self) -> dict[int, bytes]:
        """By shard, the id of the last entry that was folded."""
        return {int(shard): bytes(position) for shard, position in self.dumped["positions"].items()}

    @property
    def entries(self) -> dict[int, int]:
        """By shard, how many entries were folded."""
        return {int(shard): count for shard, count in self.dumped["entries"].items()}

    def earlier_fits(self, state: CityState, shards: int) -> bool:
        """Says whether a snapshot of an earlier version fits an empty state, as far as such a one tells."""
        head, dumped = self.earlier, self.dumped
        categories = [category.id for category in state.rules.categories]
        said = head is not None and (head.categories, head.timezone, head.shards) == (
            categories,
            state.days.timezone,
            shards,
        )
        return said and list(dumped["grids"]) == list(state.tree.grids)

    def replaced(self, dumped: dict[str, Any]) -> Kept:
        """Returns the same with another state."""
        return msgspec.structs.replace(self, dumped=dumped)


def encode(kept: Kept, head: Head) -> dict[str, bytes]:
    """Returns the fields of a snapshot; slow for a large state, so call it in a thread."""
    pack = msgspec.msgpack.encode
    rest = {name: value for name, value in kept.dumped.items() if name != "seen"}
    parts = {"head": pack(head), "state": zlib.compress(pack(rest), 1), "seen": pack(compact(kept.dumped["seen"]))}
    return {**parts, "sum": _sum(*parts.values())}


def decode(fields: dict[bytes, bytes]) -> Kept:
    """Returns what a snapshot holds; raises SnapshotError when it cannot be read."""
    try:
        unpack = msgspec.msgpack.decode
        told = unpack(fields[b"head"], strict=False)
        number = told["format"]
        if not _EARLIEST <= number <= FORMAT:
            raise SnapshotError(f"it has format {number}, which this version does not know")
        if number >= _SUMMED and fields[b"sum"] != _sum(fields[b"head"], fields[b"state"], fields[b"seen"]):
            raise SnapshotError("its checksum does not fit")
        dumped: dict[str, Any] = unpack(zlib.decompress(fields[b"state"]), strict=False)
        dumped["seen"] = unpack(fields[b"seen"], strict=False)
        if number < FORMAT:
            earlier = msgspec.convert(told, EarlierHead)
            return Kept(dumped, earlier.shards, earlier=earlier)
        head = msgspec.msgpack.decode(fields[b"head"], type=Head, strict=False)
        return Kept(dumped, head.shards, head.origin, head.marks)
    except (KeyError, TypeError, UnicodeDecodeError, zlib.error, msgspec.DecodeError) as error:
        raise SnapshotError(f"it is unreadable: {error}") from None


def _sum(*parts: bytes) -> bytes:
    """Returns the checksum of all parts; at 10 GB/s it costs nothing."""
    whole = xxh3_128()
    for part in parts:
        whole.update(len(part).to_bytes(8) + part)
    return whole.digest()
