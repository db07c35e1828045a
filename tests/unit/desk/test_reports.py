"""Reports at the desk: what a number counted, the newest of the log, and today's of a grid."""

from __future__ import annotations

import pytest

from dashboard.errors import InvalidReport, Unknown
from dashboard.words import Words
from tests.support.desks import Office
from tests.support.making import DAY, GRIDS, NOON, event, reported

BIRTH = {"sex": "f", "occurred_on": "2026-11-22"}


async def test_a_counter_opens_into_what_it_counted(office: Office) -> None:
    office.write(reported("C-1"), event("population.birth", BIRTH), event("population.birth", BIRTH, grid=GRIDS[3]))
    found = await office.desk.reports.page({"counter": "births", "day": "today", "area": "420503"})
    assert [(one["type"], one["subject"]) for one in found["reports"]] == [("population.birth", GRIDS[3])]
    assert (found["total"], found["from"], found["to"]) == (1, "2026-11-22", "2026-11-22")


async def test_without_a_counter_the_newest_come_first(office: Office) -> None:
    office.write(reported("C-1"), reported("C-2"))
    found = await office.desk.reports.page({"limit": "1"})
    assert [one["data"]["case"] for one in found["reports"]] == ["C-2"]


@pytest.mark.parametrize(
    "query", [{"counter": "odd"}, {"limit": "0"}, {"limit": "many"}, {"counter": "births", "area": "x"}]
)
async def test_what_makes_no_sense_is_refused(query: dict[str, str], office: Office) -> None:
    with pytest.raises(InvalidReport):
        await office.desk.reports.page(query)


async def test_today_is_of_one_grid_and_of_today(office: Office) -> None:
    office.write(reported("C-1", at=NOON - DAY), reported("C-2"), reported("C-3", grid=GRIDS[1]))
    assert [one["data"]["case"] for one in await office.desk.reports.today(GRIDS[0])] == ["C-2"]
    with pytest.raises(InvalidReport) as refused:
        await office.desk.reports.today("420502")
    assert refused.value.kind == "not-a-grid"
    with pytest.raises(Unknown):
        await office.desk.reports.today("odd")


async def test_they_can_be_taken_along(office: Office) -> None:
    office.write(reported("C-1"))
    [row] = (await office.desk.reports.table(Words("en"), {})).rows()
    assert (row["case"], row["area"]) == ("C-1", GRIDS[0])
    assert "severity 2" in row["said"]
