"""Why a report does not count: each reason names the field, and the intake judges like the fold."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.reports import decode
from dashboard.domain.state.door import Door
from dashboard.domain.state.horizon import Horizon
from dashboard.domain.state.refusals import check
from dashboard.errors import InvalidReport
from tests.support.making import DAY, GRIDS, NOON, event, fold_one, reported, state

BIRTH = {"sex": "f", "occurred_on": "2026-11-20"}


def _born(on: str) -> bytes:
    return event("population.birth", {**BIRTH, "occurred_on": on})


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (reported("C-1", at=NOON - 401 * DAY), "time"),
        (reported("C-1", at=NOON + 2 * DAY), "time"),
        (reported("C-1", grid="4205029"), "subject"),
        (reported("C-1", grid="420502"), "subject"),  # a district is no place for a case
        (reported("C-1", category="none"), "data.category"),
        (reported("."), "data.case"),
        (reported(".."), "data.case"),
        (event("order.issued", {"order": "o", "to": ["420502"]}), "data.to"),
        (_born("2026-11-23"), "data.occurred_on"),
        (_born("2025-10-01"), "data.occurred_on"),
    ],
)
def test_intake_and_fold_refuse_for_the_same_reason(raw: bytes, field: str) -> None:
    city = state(horizon=Horizon())
    with pytest.raises(InvalidReport) as refused:
        check(city, decode(raw), 0, int(NOON * 1000))
    assert refused.value.field == field
    [letter] = fold_one(Door(city), raw, b"%d-0" % int(NOON * 1000)).dead
    assert (letter.field, letter.reason) == (field, refused.value.reason)


@pytest.mark.parametrize(
    "raw",
    [
        reported("C-1", at=NOON + 0.9 * DAY),
        _born("2026-11-22"),
        event("task.opened", {"task": "t", "department": "civil", "cause": "c", "by": "keeper"}, grid="4205"),
    ],
)
def test_intake_and_fold_take_the_same(raw: bytes) -> None:
    city: Any = state(horizon=Horizon())
    check(city, decode(raw), 0, int(NOON * 1000))
    assert fold_one(Door(city), raw, b"%d-0" % int(NOON * 1000)).outcome == "applied"


def test_a_report_about_a_larger_area_counts_where_its_type_allows_it() -> None:
    order = event("order.issued", {"order": "o", "to": [GRIDS[0]]}, grid="420502")
    check(state(), decode(order), 0, int(NOON * 1000))
