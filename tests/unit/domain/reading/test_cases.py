"""Lists of cases: in which order, and as they were at one moment, whatever is folded meanwhile."""

from __future__ import annotations

import pytest

from dashboard.domain.reading.caserows import as_listed
from dashboard.domain.reading.cases import FrozenCases, matching, page
from dashboard.domain.reading.moment import Reading
from dashboard.errors import InvalidReport
from tests.support.making import DAY, NOON, fold, reported, state, step


def test_orders_of_the_worklist() -> None:
    city = state()
    fold(city, [reported("C-2", NOON - 10), reported("C-1", NOON, severity=1), reported("C-3", NOON - 20, severity=3)])
    reading = Reading(city, NOON)

    def order(sort: str, descending: bool) -> list[str]:
        return [reading.case_id(i) for i in matching(reading, {}, sort, descending).tolist()]

    assert order("reported_at", True) == ["C-1", "C-2", "C-3"]
    assert order("severity", False) == ["C-1", "C-2", "C-3"]
    assert order("id", True) == ["C-3", "C-2", "C-1"]
    with pytest.raises(InvalidReport):
        order("luck", True)


def test_frozen_rows_are_those_of_the_moment_in_the_order_of_the_list() -> None:
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
    given = [first, *rows]
    assert [row.id for row in given] == [f"C-{n}" for n in range(5)]
    assert [row.closed_at for row in given] == [None, None, None, NOON - 10, None]
    assert [as_listed(row) for row in given] == listed, "a file holds what the list shows"
