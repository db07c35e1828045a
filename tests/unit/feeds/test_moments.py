"""The door out gives readings of one replica by one clock, and never now for another moment."""

from __future__ import annotations

import pytest

from dashboard.errors import MomentUnavailable
from dashboard.feeds.follower import Replica
from dashboard.feeds.moments import Moments
from tests.support.making import NOON, fold, reported, state


def test_now_is_the_state_at_the_moment_of_the_clock() -> None:
    replica, clock = Replica(state), [NOON]
    moments = Moments(replica, lambda: clock[0])
    assert moments.now().now_s == NOON
    fold(replica.state, [reported("C-1")])
    clock[0] += 3600
    reading = moments.now()
    assert (reading.now_s, len(reading.cases.rows)) == (NOON + 3600, 1)


def test_a_log_that_was_replaced_is_another_city() -> None:
    replica = Replica(state)
    moments = Moments(replica, lambda: NOON)
    fold(replica.state, [reported("C-1")])
    replica.start_over()
    assert len(moments.now().cases.rows) == 0
    assert moments.counts().reports == 0


def test_counts_are_those_of_the_state() -> None:
    replica = Replica(state)
    fold(replica.state, [reported("C-1"), reported("C-1"), b"{"])
    counts = Moments(replica, lambda: NOON).counts()
    assert (counts.reports, counts.duplicates, counts.dead_letters, counts.cases) == (1, 1, 1, 1)


def test_no_past_moment_is_answered_with_now() -> None:
    with pytest.raises(MomentUnavailable, match="2026-11-21T04:00:00") as raised:
        Moments(Replica(state), lambda: NOON).at(NOON - 86_400)
    assert raised.value.moment == "2026-11-21T04:00:00.000Z"
