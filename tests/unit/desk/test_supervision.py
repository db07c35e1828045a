"""Supervision at the desk: what is late, what stands on each rung, and what went wrong, each as the worklist has it."""

from __future__ import annotations

import pytest

from dashboard.errors import InvalidReport
from tests.support.desks import Office
from tests.support.making import DAY, NOON, reported, step


async def test_late_cases_are_counted_as_the_worklist_does(office: Office) -> None:
    office.write(reported("C-1", at=NOON - 30 * DAY), reported("C-2"))
    overview = office.desk.supervision.overview()
    late = await office.desk.cases.page({"state": "open", "overdue": "true"}, False, 10, None)
    assert sum(map(sum, overview["overdue"])) == late["total"] == 1
    assert sum(map(sum, overview["open"])) == 2


async def test_rungs_go_from_the_grid_to_the_city(office: Office) -> None:
    office.write(reported("C-1"), reported("C-2", category="labour"))
    rungs = office.desk.supervision.rungs("dispute")["rungs"]
    assert [rung["level"] for rung in rungs] == ["grid", "community", "street", "district", "city"]
    assert sum(rung["open"] for rung in rungs) == 1
    assert sum(rung["open"] for rung in office.desk.supervision.rungs(None)["rungs"]) == 2


async def test_steps_are_told_with_their_number_of_cases(office: Office) -> None:
    office.write(reported("C-1"), step("closed", "C-1", NOON + 60))
    assert (await office.desk.supervision.step_shares())["cases"] == 1


async def test_days_that_make_no_sense_are_refused(office: Office) -> None:
    assert await office.desk.supervision.over_days("today")
    with pytest.raises(InvalidReport):
        await office.desk.supervision.over_days("odd")
