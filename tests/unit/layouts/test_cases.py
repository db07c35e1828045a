"""The worklist: its filters are those of its address, and it says in words what was asked for."""

from __future__ import annotations

import pytest

from dashboard import ids
from dashboard.domain.reading.casefilter import FILTERS
from dashboard.layouts.cases import row, total, worklist
from dashboard.layouts.formats import Formats
from dashboard.words import Words
from tests.support.making import GRIDS, NOON
from tests.support.pages import LANGUAGES, Memory, attributes, ids_of, sound, text_of, view

EN = Words("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_filter_that_offers_choices_has_its_control(lang: str) -> None:
    made = worklist(Words(lang), view(), {"state": "open"})
    assert sound(made)
    offered = {name for name, one in FILTERS.items() if one.options is not None}
    assert offered | {"area", "archived"} == set(attributes(made, "data-filter"))
    assert dict(zip(attributes(made, "data-filter"), attributes(made, "data-chosen"), strict=True))["state"] == "open"
    assert {ids.WORKLIST, ids.WORKLIST_TOTAL, ids.WORKLIST_FILTERS} <= set(ids_of(made))


def test_the_files_are_of_what_is_asked_for() -> None:
    files = [href for href in attributes(worklist(EN, view(), {"level": "street"}), "href") if "/api/" in href]
    assert files == [f"/api/v1/cases.{kind}?level=street&lang=en" for kind in ("xlsx", "csv")]


@pytest.mark.parametrize(
    ("query", "chosen", "name"),
    [({}, "", ""), ({"area": "city"}, "", ""), ({"area": GRIDS[0]}, GRIDS[0], "甲社区 001"), ({"area": "odd"}, "", "")],
)
def test_any_area_can_be_chosen_and_the_chosen_one_is_named(query: dict[str, str], chosen: str, name: str) -> None:
    made = worklist(EN, view(), query)
    assert dict(zip(attributes(made, "data-filter"), attributes(made, "data-chosen"), strict=True))["area"] == chosen
    assert (attributes(made, "data-name"), attributes(made, "data-all")) == ([name], ["Yichang"])


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"indicator": "closing-rate", "days": "30"},
        {"sign": "burst"},
        {"closed_on": "today"},
        {"unanswered": "true"},
    ],
)
def test_what_a_number_asked_for_is_said_with_its_count(query: dict[str, str]) -> None:
    said = {lang: text_of(total(Words(lang), query, 7)) for lang in LANGUAGES}
    assert all("7" in text for text in said.values())
    assert said["en"] != said["zh-CN"]


async def test_a_row_has_what_the_table_shows() -> None:
    source = Memory()
    found, _ = await source.cases({"state": "open"}, "reported_at", True, 0, 10)
    [shown] = [row(EN, view(), Formats(EN, "Asia/Shanghai"), case, NOON) for case in found]
    assert shown["id"] == "C-1"
    assert {"category", "area", "severity", "state", "level", "reported_at", "due_at", "left"} <= set(shown)
