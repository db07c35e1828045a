"""Cases as columns: what a case is depends on the moment at which it is read."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.domain.reading.columns import AGE_BUCKETS, age_bucket, age_heat, read_cases
from tests.support.making import DAY, GRIDS, NOON, fold, reported, state, step

HOUR = 3600.0


def test_open_case_becomes_due_soon_then_overdue_and_closing_ends_it() -> None:
    city = state()
    fold(city, [reported("C-1", NOON)])  # due after five days
    seen = []
    for now in (NOON, NOON + 5 * DAY - HOUR + 1, NOON + 5 * DAY + 1):
        cases = read_cases(city, now)
        seen.append((bool(cases.open[0]), bool(cases.due_soon[0]), bool(cases.overdue[0])))
    assert seen == [(True, False, False), (True, True, False), (True, False, True)]
    fold(city, [step("closed", "C-1", NOON + 6 * DAY)])
    cases = read_cases(city, NOON + 7 * DAY)
    assert (cases.open[0], cases.due_soon[0], cases.overdue[0], cases.closed[0]) == (False, False, False, True)


def test_clock_that_stands_still_is_neither_due_soon_nor_overdue() -> None:
    city = state()
    fold(city, [reported("C-1", NOON), step("suspended", "C-1", NOON + 5 * DAY - 60, reason="x")])
    for now in (NOON + 5 * DAY - 30, NOON + 50 * DAY):
        cases = read_cases(city, now)
        assert not cases.due_soon[0]
        assert not cases.overdue[0]


def test_free_rows_are_no_cases() -> None:
    assert len(read_cases(state(), NOON).rows) == 0


def test_cases_are_counted_in_their_grids() -> None:
    city = state()
    fold(city, [reported("C-1"), reported("C-2", grid=GRIDS[3]), reported("C-3", grid=GRIDS[3])])
    cases = read_cases(city, NOON)
    assert cases.per_grid(cases.open, len(GRIDS)).tolist() == [1, 0, 0, 2]


@pytest.mark.parametrize(
    ("hours", "bucket"), [(0, 0), (3.99, 0), (4, 1), (24, 2), (71.9, 2), (72, 3), (168, 4), (360, 5), (9999, 5)]
)
def test_age_falls_into_its_bucket(hours: float, bucket: int) -> None:
    assert age_bucket(np.array([hours * HOUR])).tolist() == [bucket]


def test_heat_sums_to_the_open_and_the_overdue_cases() -> None:
    city = state()
    fold(city, [reported(f"C-{n}", NOON - n * DAY, category) for n in range(8) for category in ("dispute",)])
    cases = read_cases(city, NOON)
    counts, overdue = age_heat(cases, cases.columns["category"], len(city.rules.categories))
    assert counts.shape == (len(city.rules.categories), len(AGE_BUCKETS))
    assert (counts.sum(), overdue.sum()) == (cases.open.sum(), cases.overdue.sum())
    assert counts[0].sum() == 8
