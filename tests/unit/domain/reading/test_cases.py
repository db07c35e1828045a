"""Lists of cases: in which order."""

from __future__ import annotations

import pytest

from dashboard.domain.reading.cases import matching
from dashboard.domain.reading.moment import Reading
from dashboard.errors import InvalidReport
from tests.support.making import NOON, fold, reported, state


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
