"""Deltas applied to a snapshot give the next snapshot, whatever a body is made of."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard.feeds.live.frames import Moment, TopicFrames, diff, merge

VALUES = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=2) | st.lists(st.integers(0, 3), max_size=2)
BODIES = st.recursive(
    st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner | VALUES, max_size=4),
    max_leaves=8,
)
NOW = Moment(5, 4)


@given(BODIES, BODIES)
def test_what_has_to_be_merged_leads_to_the_new_body(old: dict[str, Any], new: dict[str, Any]) -> None:
    merged = merge(old, diff(old, new))
    assert diff(merged, new) == {}
    assert diff(old, old) == {}


def test_only_what_changed_is_told_and_nothing_is_deleted() -> None:
    old = {"kpi": {"open": 1, "overdue": 2}, "list": [1, 2], "left": None}
    new = {"kpi": {"open": 1, "overdue": 3}, "list": [1, 2, 3]}
    assert diff(old, new) == {"kpi": {"overdue": 3}, "list": [1, 2, 3]}
    assert merge(old, {"kpi": {"open": 0}}) == {"kpi": {"open": 0, "overdue": 2}, "list": [1, 2], "left": None}
    assert old["kpi"] == {"open": 1, "overdue": 2}


def test_frames_count_on_and_a_snapshot_has_the_number_of_the_last() -> None:
    frames = TopicFrames("city", "e.1")
    first = json.loads(frames.delta({"a": 1}, NOW, {"pulse": [3]}) or "")
    assert first == {
        "type": "delta", "topic": "city", "epoch": "e.1", "seq": 1, "prev": 0, "at": 5, "watermark": 4,
        "body": {"a": 1, "pulse": [3]},
    }  # fmt: skip
    assert frames.delta({"a": 1}, NOW, {"pulse": [4]}) is None
    assert json.loads(frames.snapshot(NOW)) == {
        "type": "snapshot", "topic": "city", "epoch": "e.1", "seq": 1, "at": 5, "watermark": 4, "body": {"a": 1},
    }  # fmt: skip
