"""Services at the desk: lists by page, counts by kind, and all of it to take along."""

from __future__ import annotations

import pytest

from dashboard.errors import InvalidReport, Unknown
from dashboard.words import Words
from tests.support.desks import Office
from tests.support.making import NOON, event, rules

KIND = next(iter(rules().services))


def _asked(request: str, at: float = NOON) -> bytes:
    return event("service.requested", {"request": request, "service": KIND, "off_hours": False}, at=at)


async def test_requests_come_page_by_page(office: Office) -> None:
    office.write(_asked("R-1"), _asked("R-2", NOON + 60))
    first = office.desk.services.page("city", {}, 1, None)
    second = office.desk.services.page("city", {}, 1, first["next"])
    assert [page["services"][0]["request"] for page in (first, second)] == ["R-2", "R-1"]
    assert (first["total"], second["next"]) == (2, None)


async def test_counts_and_the_list_of_a_page_are_of_one_reading(office: Office) -> None:
    office.write(_asked("R-1"))
    summary, (shown, total), start = office.desk.services.shown(office.running.city.tree.root, {"days": "7"}, 50)
    assert (summary["window_days"], len(shown), total, start) == (7, 1, 1, 0)
    assert office.desk.services.summary("city", 7)["all"] == summary["all"]


async def test_what_makes_no_sense_is_refused(office: Office) -> None:
    with pytest.raises(Unknown):
        office.desk.services.page("odd", {}, 1, None)
    for query in ({"days": "many"}, {"cursor": "-1"}, {"state": "odd"}):
        with pytest.raises(InvalidReport):
            office.desk.services.shown(office.running.city.tree.root, query, 50)


async def test_kinds_are_those_of_the_rules_and_lists_can_be_taken_along(office: Office) -> None:
    office.write(_asked("R-1"))
    assert [kind["id"] for kind in office.desk.services.kinds()] == list(rules().services)
    [row] = office.desk.services.table(Words("en"), "city", {}).rows()
    assert (row["request"], row["kind"]) == ("R-1", rules().services[KIND].name_en)
