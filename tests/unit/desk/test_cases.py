"""Cases at the desk: lists, single ones with what their steps said, and what is done to them."""

from __future__ import annotations

import pytest

from dashboard.errors import NotAllowed, Overtaken, Unknown
from dashboard.words import Words
from tests.support.desks import ELSEWHERE, HERE, Office
from tests.support.making import NOON, reported, step
from tests.support.traffic import log_of

CASES = (reported("C-1"), step("filed", "C-1", NOON + 60, by="desk", note="seen"), reported("C-2", category="labour"))


async def test_a_list_is_of_what_is_asked_for_page_by_page(office: Office) -> None:
    office.write(*CASES)
    page = await office.desk.cases.page({"state": "open"}, False, 1, None)
    rest = await office.desk.cases.page({"state": "open"}, False, 1, page["next"])
    assert page["total"] == rest["total"] == 2
    assert {case["id"] for case in [*page["cases"], *rest["cases"]]} == {"C-1", "C-2"}
    assert rest["next"] is None
    with pytest.raises(Unknown):
        await office.desk.cases.page({"area": "odd"}, False, 1, None)


async def test_a_case_tells_what_its_steps_said(office: Office) -> None:
    office.write(*CASES)
    trace = (await office.desk.cases.one("C-1"))["trace"]
    assert [(one["by"], one["note"]) for one in trace] == [(None, None), ("desk", "seen")]
    with pytest.raises(Unknown):
        await office.desk.cases.one("odd")


async def test_an_act_is_a_report_and_counts_for_the_version_that_was_seen(office: Office) -> None:
    office.write(*CASES)
    version = office.desk.cases.actions("C-2")["version"]
    stream_id = await office.desk.cases.act(HERE, "C-2", {"action": "file", "version": version})
    assert b'"case.filed"' in log_of(office.log)[-1]
    assert stream_id
    with pytest.raises(Overtaken):
        await office.desk.cases.act(HERE, "C-2", {"action": "reject", "version": version, "reason": "x"})
    seen = office.desk.cases.actions("C-1")["version"]
    with pytest.raises(NotAllowed):
        await office.desk.cases.act(ELSEWHERE, "C-1", {"action": "close", "version": seen})


async def test_all_cases_can_be_taken_along_in_words(office: Office) -> None:
    office.write(*CASES)
    rows = list(office.desk.cases.table(Words("en"), {}, False).rows())
    assert {row["id"] for row in rows} == {"C-1", "C-2"}
    assert {row["area_name"] for row in rows} == {"Xiling / 一街道 / 甲社区 / 001"}
