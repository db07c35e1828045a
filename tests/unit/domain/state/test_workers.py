"""Who is on shift and who has fallen silent: judged by each grid's own rhythm, never by one clock for all."""

from __future__ import annotations

import msgspec
import numpy as np

from dashboard.domain.state.workers import RING_MINUTES, SILENT_AFTER_AT_LEAST_S, SILENT_AFTER_RHYTHMS, Workers
from tests.support.making import NOON


def test_nobody_is_silent_who_is_not_on_shift() -> None:
    workers = Workers(2)
    workers.shift(0, NOON, True)
    assert workers.silent(NOON + 86_400.0).tolist() == [True, False]
    workers.shift(0, NOON + 100.0, False)
    assert workers.silent(NOON + 86_400.0).tolist() == [False, False]


def test_an_older_change_of_shift_that_arrives_late_changes_nothing() -> None:
    workers = Workers(1)
    workers.shift(0, NOON + 100.0, False)
    workers.shift(0, NOON, True)
    assert workers.columns["on_shift"].tolist() == [0]


def test_a_grid_is_silent_beyond_its_own_rhythm_and_never_before_the_least() -> None:
    workers = Workers(2)
    for grid, gap in enumerate((60.0, 3600.0)):
        workers.shift(grid, NOON, True)
        for number in range(1, 60):
            workers.heard(grid, NOON + number * gap)
    last, rhythm = workers.columns["last_at"], workers.columns["rhythm_s"]
    assert rhythm[0] < 70 < 3500 < rhythm[1]
    after = np.maximum(rhythm * SILENT_AFTER_RHYTHMS, SILENT_AFTER_AT_LEAST_S)
    assert after[0] == SILENT_AFTER_AT_LEAST_S < after[1]
    for grid in range(2):
        assert not workers.silent(float(last[grid] + after[grid] - 1))[grid]
        assert workers.silent(float(last[grid] + after[grid] + 1))[grid]


def test_the_gap_of_a_night_is_no_rhythm() -> None:
    workers = Workers(1)
    workers.heard(0, NOON)
    workers.shift(0, NOON + 40_000.0, True)
    before = float(workers.columns["rhythm_s"][0])
    workers.heard(0, NOON + 40_100.0)
    assert workers.columns["rhythm_s"][0] == before


def test_reports_of_the_last_minutes_are_counted_by_when_they_happened() -> None:
    workers, minute = Workers(1), float(NOON // 60 * 60)
    for at in (minute - 9 * 60, minute - 10 * 60, minute, minute + 59, minute - 1):
        workers.heard(0, at)
    assert workers.recent_counts(minute + 59).tolist() == [4], "the tenth minute before is over"
    workers.heard(0, minute + RING_MINUTES * 60)
    workers.heard(0, minute)  # its row counts another minute by now
    assert workers.recent_counts(minute + RING_MINUTES * 60).tolist() == [1]


def test_a_loaded_copy_goes_on_counting_on_its_own() -> None:
    workers = Workers(2)
    workers.shift(1, NOON, True)
    workers.battery(1, 0.5)
    workers.heard(1, NOON)
    again = Workers.load(msgspec.msgpack.decode(msgspec.msgpack.encode(workers.dump())), 2)
    again.heard(1, NOON + 30.0)
    assert again.recent_counts(NOON + 30.0).tolist() == [0, 2]
    assert workers.recent_counts(NOON + 30.0).tolist() == [0, 1]
    assert again.columns["battery"].tolist()[1] == 0.5
