"""Cases that ended long ago leave the memory for the archive, and none gets lost on the way."""

from __future__ import annotations

from dashboard.domain.rules.lifecycle import unpack
from dashboard.domain.state.city import CityState
from dashboard.feeds.follower import Replica
from tests.support.making import DAY, NOON, copied, fold, packed, reported, state, step

OLD = NOON - 100 * DAY


def aged() -> CityState:
    """Returns a city whose old case C-1 has left, with C-2 closed lately and C-3 open since long ago."""
    city = state(case_days=92)
    raws = [
        reported("C-1", OLD),
        reported("C-3", OLD + 1),
        step("handled", "C-1", OLD + 60),
        step("closed", "C-1", OLD + 120),
        reported("C-2", NOON - 40 * DAY),
        step("closed", "C-2", NOON - 39 * DAY),
        reported("C-4", NOON),
    ]
    fold(city, raws)
    return city


def test_only_what_ended_before_the_window_leaves() -> None:
    city = aged()
    assert sorted(city.cases.rows) == ["C-2", "C-3", "C-4"]
    (ended,) = city.ended
    assert ended.ids == ["C-1"]
    assert [s.at for s in unpack(ended.traces[0])] == [OLD, OLD + 60, OLD + 120]
    assert ended.columns["closed_at"].tolist() == [OLD + 120]
    owner, steps = ended.steps()
    assert owner.tolist() == [0, 0, 0]
    assert steps["at"].tolist() == [OLD, OLD + 60, OLD + 120]


def test_line_is_drawn_at_the_start_of_a_day() -> None:
    (ended,) = aged().ended
    assert ended.before_s == NOON // DAY * DAY - 92 * DAY


def test_day_without_ended_cases_leaves_nothing_to_archive() -> None:
    city = state(case_days=92)
    fold(city, [reported("C-1", NOON), reported("C-2", NOON + DAY)])
    assert city.ended == []


def test_what_waits_survives_a_snapshot() -> None:
    """A server that is killed between forgetting and writing finds them in the snapshot, or folds them again."""
    city, again = aged(), state(case_days=92)
    copied(city, again)
    assert packed(again) == packed(city)
    (ended,) = again.ended
    assert (ended.ids, ended.traces) == (city.ended[0].ids, city.ended[0].traces)
    assert ended.columns["due_at"].tolist() == city.ended[0].columns["due_at"].tolist()


def test_what_waits_survives_a_log_that_starts_anew() -> None:
    replica = Replica(lambda: state(case_days=92))
    replica.state = aged()
    replica.start_over()
    assert [ended.ids for ended in replica.state.ended] == [["C-1"]]
    assert len(replica.state.cases) == 0
