"""Lists that numbers open into: what a report said is told in the words of the page, and areas are linked."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.reading.workers import worker_list
from dashboard.layouts.lists import reports_page, workers_page
from dashboard.words import Words
from tests.support.making import GRIDS
from tests.support.pages import LANGUAGES, Memory, attributes, sound, text_of, view


def _report(kind: str, subject: str = GRIDS[0], **data: Any) -> dict[str, Any]:
    return {"type": kind, "subject": subject, "time": "2026-11-22T12:00:00+08:00", "data": data, "stream_id": "5-0"}


REPORTS = [
    _report("population.birth", sex="f", occurred_on="2026-11-20"),
    _report("case.rated", case="C-1", score=5),
    _report("case.reported", case="C-2", category="dispute", severity=1),
    _report("odd.type", "999"),
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_reports_are_told_with_their_places_and_cases(lang: str) -> None:
    found = {"reports": REPORTS, "total": 4, "from": "2026-11-22", "to": "2026-11-22", "next": "abc"}
    made = reports_page(Words(lang), view(), view().tree.root, {"counter": "births"}, found)
    assert sound(made)
    links = attributes(made, "href")
    assert {f"/area/{GRIDS[0]}", "/cases/C-1", "/reports?counter=births&cursor=abc"} <= set(links)
    assert "999" in text_of(made)
    assert "odd.type" in text_of(made)


def test_nothing_found_is_said() -> None:
    found: dict[str, Any] = {"reports": [], "total": 0, "from": None, "next": None}
    made = reports_page(Words("en"), view(), view().tree.root, {}, found)
    assert Words("en")("nothing-here") in text_of(made)


@pytest.mark.parametrize("state", [None, "silent", "on-shift"])
def test_workers_are_listed_by_grid_and_never_by_name(state: str | None) -> None:
    query = {} if state is None else {"state": state}
    found = worker_list(Memory().reading(), view().tree.root, state)
    made = workers_page(Words("en"), view(), view().tree.root, query, found)
    assert sound(made)
    assert [href for href in attributes(made, "href") if href in {f"/area/{code}" for code in GRIDS}] == [
        f"/area/{worker['area']}" for worker in found
    ]
