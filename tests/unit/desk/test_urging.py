"""Urging at the desk: who was urged owes a reply by the time that the log names, and is left in peace until then."""

from __future__ import annotations

import pytest

from dashboard.errors import InvalidReport
from tests.support.desks import HERE, Office
from tests.support.making import DAY, NOON, instant, reported, step
from tests.support.traffic import log_of


async def test_a_case_is_urged_once_until_its_reply_is_due(office: Office) -> None:
    office.write(reported("C-1", at=NOON - 30 * DAY), reported("C-2", at=NOON - 29 * DAY))
    assert await office.desk.urgings.urge(HERE, {"overdue": "true"}) == {"urged": 2, "skipped": 0}
    raws = log_of(office.log)[-2:]
    assert all(b'"case.urged"' in raw for raw in raws)
    office.fold(*raws)
    assert await office.desk.urgings.urge(HERE, {"case": "C-1"}) == {"urged": 0, "skipped": 1}


async def test_replies_that_are_late_come_first(office: Office) -> None:
    office.write(
        reported("C-1"),
        step("urged", "C-1", NOON + 60, reply_due=instant(NOON + DAY)),
        reported("C-2"),
        step("urged", "C-2", NOON + 60, reply_due=instant(NOON + 600)),
    )
    overview = await office.desk.urgings.overview(10)
    assert [case["id"] for case in overview["waiting"]] == ["C-2", "C-1"]
    assert (overview["waiting_total"], overview["waiting_late"]) == (2, 1)


async def test_only_open_cases_can_be_urged(office: Office) -> None:
    office.write(reported("C-1"), step("closed", "C-1", NOON + 60))
    for case in ("C-1", "odd"):
        with pytest.raises(InvalidReport) as refused:
            await office.desk.urgings.urge(HERE, {"case": case})
        assert refused.value.field == "case"
