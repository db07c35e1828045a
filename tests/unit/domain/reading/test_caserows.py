"""A table is made from one moment, whatever is folded meanwhile."""

from __future__ import annotations

from dashboard.domain.reading.caserows import FrozenCases
from dashboard.domain.reading.cases import page
from dashboard.domain.reading.moment import Reading
from tests.support.making import DAY, NOON, fold, reported, state, step


def test_rows_are_those_of_the_moment_in_the_order_of_the_list() -> None:
    city = state(case_days=31)
    fold(city, [reported(f"C-{n}", NOON - n * 60, lat=30.0, lon=111.0) for n in range(5)])
    fold(city, [step("closed", "C-3", NOON - 10)], first_ms=int(NOON * 1000) + 60_000)
    listed = page(Reading(city, NOON), {}, 100, None)["cases"]
    frozen = FrozenCases(Reading(city, NOON), {})
    rows = frozen.rows()
    first = next(rows)
    later = [step("closed", "C-1", NOON + 1), reported("C-new", NOON + 60 * DAY), reported("C-more", NOON + 60 * DAY)]
    fold(city, later, first_ms=int(NOON * 1000) + 120_000)
    assert "C-3" not in city.cases.rows
    told = [first, *rows]
    assert [row["id"] for row in told] == [case["id"] for case in listed] == [f"C-{n}" for n in range(5)]
    assert [row["state"] for row in frozen.rows()] == [case["state"] for case in listed]
    assert [row["closed_at"] for row in told] == [None, None, None, NOON - 10, None]
    assert set(told[0]) == set(listed[0])
