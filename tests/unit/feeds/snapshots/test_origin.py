"""What a state starts from is told part by part, so that it can be said what is another."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dashboard.domain.rules.areas import AreaRecord, build_tree
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.feeds.snapshots.origin import CARRIED, EXACT, Origin, origin_of
from tests.support.making import rules, state


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"keep_days": 36}, "kept"),
        ({"case_days": 40}, "kept"),
        ({"hold_s": 1.0}, "held"),
        ({"hold_bytes": 1}, "held"),
        ({"horizon": Horizon(None, None, 1.0)}, "clock"),
    ],
)
def test_each_setting_alone_is_one_part(given: dict[str, Any], part: str) -> None:
    assert origin_of(state(**given), 1).changed(origin_of(state(), 1)) == [part]


def test_ends_and_days_of_counts_are_parts_that_others_do_not_have() -> None:
    def of(**more: Any) -> Origin:
        grids = [AreaRecord("a", "grid", "A", None, "c", **more), AreaRecord("b", "grid", "B", None, "c")]
        tree = build_tree([AreaRecord("c", "city", "C"), *grids])
        return origin_of(CityState(tree, rules(), horizon=Horizon(None, None)), 1)

    on = dt.date(2026, 11, 20)
    assert of(until=on, into=("b",)).changed(of()) == of().changed(of(until=on, into=("b",))) == ["adjusted"]
    assert of(until=on).changed(of(until=on, into=("b",))) == ["adjusted"]
    assert of(counted_on=on).changed(of()) == of().changed(of(counted_on=on)) == ["counted"]


def test_the_same_is_the_same_and_shards_are_a_part() -> None:
    assert origin_of(state(), 1).changed(origin_of(state(), 1)) == []
    assert origin_of(state(), 2).changed(origin_of(state(), 1)) == ["shards"]


def test_what_decides_on_the_day_or_the_stream_is_never_carried_over() -> None:
    parts = set(origin_of(state(), 1).parts) | {"adjusted", "counted"}  # these only where areas are adjusted
    assert set(EXACT) < set(CARRIED) < parts
    assert parts - set(CARRIED) == {"timezone", "shards"}
