"""Snapshots that the version before has written are still read."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.state import snapshot
from dashboard.domain.state.city import CityState
from dashboard.domain.state.door import Door
from dashboard.domain.state.validity import validate
from dashboard.feeds.snapshots.packing import decode
from tests.support.making import DAY, NOON, ROOT, event, fold, reported, state, step


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    """What version 0.1.0 wrote in format 5, and the entries of the log that it had folded."""
    raw = (ROOT / "tests/golden/snapshot-format-5.msgpack").read_bytes()
    found: dict[str, Any] = msgspec.msgpack.decode(raw)
    return found


@pytest.fixture
def before(golden: dict[str, Any]) -> CityState:
    """The state that the snapshot of the version before is read into."""
    city = state(case_days=30)
    fields = {name.encode(): value for name, value in golden["fields"].items()}
    kept = decode(fields)
    assert kept.earlier_fits(city, 1)
    snapshot.load(city, kept.dumped)
    return city


@pytest.fixture
def folded(golden: dict[str, Any]) -> CityState:
    """The state after folding the same entries now."""
    door = Door(state(case_days=30))
    door.fold([[position, [b"event", raw]] for position, raw in golden["entries"]], 0, set())
    return door.city


def numbers(city: CityState) -> list[dict[str, Any]]:
    reading = Reading(city, NOON + DAY)
    return [area_body(reading, area, 0) for area in city.tree.by_code.values()]


def without_channel(city: CityState) -> dict[str, Any]:
    """Returns what a snapshot holds but for what the version before did not keep."""
    dumped = snapshot.dump(city)
    del dumped["cases"]["columns"]["channel"]
    for ended in dumped["ended"]:
        ended["columns"].pop("channel", None)
        assert int(np.frombuffer(ended["columns"]["category"][1], ended["columns"].pop("category")[0])[0]) == 0
    dumped["early"] = [step[:5] for step in dumped["early"]]  # without the key
    del dumped["next_turns"], dumped["later"], dumped["newest"]
    plain: dict[str, Any] = msgspec.msgpack.decode(msgspec.msgpack.encode(dumped), strict=False)
    plain["seen"] = {day: sorted(hashes) for day, (hashes, _) in plain["seen"]["by_day"].items()}
    return plain


def test_snapshot_of_the_version_before_is_read(before: CityState, folded: CityState) -> None:
    validate(before)
    assert (before.reports, before.dead_letters, len(before.cases), len(before.ended)) == (19, 1, 3, 1)
    assert numbers(before) == numbers(folded)
    assert without_channel(before) == without_channel(folded)
    assert list(before.newest) == list(folded.newest)[-len(before.newest) :], "but for tasks that were opened"


def test_tail_behind_it_comes_to_the_same(before: CityState, folded: CityState) -> None:
    tail = [reported("C-9", NOON + 60), step("closed", "C-2", NOON + 90), event("order.read", {"order": "O-1"})]
    for city in (before, folded):
        assert {one.outcome for one in fold(city, tail)} == {"applied"}
    assert numbers(before) == numbers(folded)
    validate(before)
