"""The appraisal at the desk: a table of a kind in an order, with the addresses of what each cell counts."""

from __future__ import annotations

import pytest

from dashboard.desk.performance import JOURNAL_ONLY, AppraisalWanted, links
from dashboard.domain.reading.appraisal import KINDS, indicators_of
from dashboard.errors import InvalidReport, Unknown
from dashboard.words import Words
from tests.support.desks import Office
from tests.support.making import GRIDS, NOON, reported, step


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_has_its_table_and_its_file(kind: str, office: Office) -> None:
    office.write(reported("C-1"), step("closed", "C-1", NOON + 60))
    page = await office.desk.performance.page(AppraisalWanted(kind=kind), 100, None)
    assert [indicator["id"] for indicator in page["indicators"]] == list(indicators_of(kind))
    rows = list((await office.desk.performance.table(Words("en"), AppraisalWanted(kind=kind))).rows())
    assert len(rows) == page["total"]
    assert rows


@pytest.mark.parametrize(
    "wanted", [AppraisalWanted(kind="odd"), AppraisalWanted(days=0), AppraisalWanted(sort="odd")], ids=str
)
async def test_what_makes_no_sense_is_refused(wanted: AppraisalWanted, office: Office) -> None:
    with pytest.raises(InvalidReport):
        await office.desk.performance.page(wanted, 10, None)
    with pytest.raises(Unknown):
        await office.desk.performance.page(AppraisalWanted(area="odd"), 10, None)


def test_a_cell_opens_the_list_that_it_counts_where_there_is_one() -> None:
    closing = links("worker", "closing_rate", 30, "city", 35)
    assert closing == {
        "numerator": "/cases?indicator=closing-rate&days=30&area={id}&part=numerator",
        "denominator": "/cases?indicator=closing-rate&days=30&area={id}",
    }
    assert links("worker", JOURNAL_ONLY, 36, "city", 35) is None
    assert links("worker", JOURNAL_ONLY, 35, "city", 35) is not None


async def test_without_signs_nobody_needs_a_look(office: Office) -> None:
    found = await office.desk.performance.signs_of("city")
    assert (found["workers"], found["all"], found["flagged"]) == ([], len(GRIDS), 0)
    assert list((await office.desk.performance.signs_table(Words("en"), "city")).rows()) == []
