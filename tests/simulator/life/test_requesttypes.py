"""Kinds of requests: few are asked for often, most are seldom."""

from __future__ import annotations

from simulator.life.requesttypes import REQUEST_TYPES


def test_most_types_are_seldom_asked_for() -> None:
    per_day = sorted((kind.per_day for kind in REQUEST_TYPES.values()), reverse=True)
    assert 800 < sum(per_day) < 1_000
    assert sum(per_day[:12]) > 0.4 * sum(per_day)
    assert sum(rate < 2.0 for rate in per_day) > 35


def test_each_takes_some_time() -> None:
    assert all(0.1 <= kind.median_days <= 365 for kind in REQUEST_TYPES.values())
