"""Instants of a day follow its hours, and grids their weights."""

from __future__ import annotations

import numpy as np

from simulator.life.arrivals import Day, draw_grids
from simulator.life.office import DAY, HOUR

START = 1_795_536_000.0  # 2026-11-25 00:00 in Shanghai
WEDNESDAY = Day(739_945, START, 8 * HOUR, 1.0, START)
MORNING = np.array([0.0] * 8 + [3.0, 1.0] + [0.0] * 14)


def test_instants_are_whole_seconds_in_order_in_the_hours_that_have_a_rate() -> None:
    at = np.array(WEDNESDAY.instants(np.random.default_rng(1), 4_000, MORNING))
    assert np.all(np.diff(at) >= 0)
    assert np.all(at == np.floor(at))
    hours = ((at - START) // HOUR).astype(int)
    assert set(hours.tolist()) == {8, 9}
    assert 0.70 < (hours == 8).mean() < 0.80
    assert 3_700 < len(at) < 4_300


def test_nothing_begins_before_the_start() -> None:
    late = Day(739_945, START, 8 * HOUR, 1.0, START + 9 * HOUR)
    at = late.instants(np.random.default_rng(1), 4_000, MORNING)
    assert at
    assert min(at) >= START + 9 * HOUR
    assert max(at) < START + DAY


def test_a_day_knows_its_date() -> None:
    assert WEDNESDAY.date.isoformat() == "2026-11-25"


def test_grids_are_drawn_by_weight_and_one_without_never() -> None:
    drawn = draw_grids(np.random.default_rng(1), np.cumsum([0.5, 0.0, 0.25, 0.25]), 8_000)
    counts = np.bincount(drawn, minlength=4)
    assert counts[1] == 0
    assert 0.46 < counts[0] / 8_000 < 0.54
