"""The rows of the worklist: those in sight and no more, and in words why there are none."""

from __future__ import annotations

from typing import Any

from dash import no_update

from dashboard import ids
from dashboard.callbacks.asked import Asked
from dashboard.callbacks.cases import MOST_ROWS, page, register
from dashboard.errors import ArchiveUnavailable
from dashboard.words import Words
from tests.support.pages import Memory, ids_of, text_of, view
from tests.support.registered import Registered

FIRST = {"startRow": 0, "endRow": 100, "sortModel": [{"colId": "id", "sort": "asc"}]}


async def _rows(asked: Any, query: dict[str, str], source: Any = None, lang: str = "en") -> Any:
    app = Registered()
    register(app, view(), source or Memory())
    return await app.functions["rows"](asked, query, lang)


async def test_the_page_is_there_before_its_rows() -> None:
    made = await page(Asked(Words("en"), view(), Memory(), query={"state": "open"}))
    assert ids.WORKLIST in ids_of(made)


async def test_rows_come_sorted_with_their_number() -> None:
    answer, said, _ = await _rows(FIRST, {})
    assert [row["id"] for row in answer["rowData"]] == ["C-1", "C-2"]
    assert answer["rowCount"] == 2
    assert "2" in text_of(said)
    answer, _, _ = await _rows({**FIRST, "sortModel": [{"colId": "id", "sort": "desc"}], "endRow": 1}, {})
    assert [row["id"] for row in answer["rowData"]] == ["C-2"]


async def test_each_answer_says_when_it_was_made() -> None:
    for query in ({}, {"state": "odd"}):
        assert (await _rows(FIRST, query))[2] == str(Memory().now_s())


async def test_nobody_has_asked_yet() -> None:
    assert await _rows(None, {}) == (no_update, no_update, no_update)


async def test_a_filter_that_makes_no_sense_is_named() -> None:
    answer, said, _ = await _rows(FIRST, {"state": "odd"})
    assert (answer["rowCount"], said[:7]) == (0, "state: ")


async def test_an_archive_that_cannot_be_read_is_said() -> None:
    class Broken(Memory):
        async def cases(self, *_: Any) -> Any:
            raise ArchiveUnavailable("/x", "is gone")

    answer, said, _ = await _rows(FIRST, {"archived": "true"}, Broken())
    assert (answer["rowData"], said) == ([], Words("en")("no-archive"))


async def test_nobody_gets_more_than_a_screen_can_show() -> None:
    class Counting(Memory):
        asked: tuple[int, int] | None = None

        async def cases(self, query: Any, sort: str, descending: bool, start: int, stop: int) -> Any:
            self.asked = (start, stop)
            return [], 0

    source = Counting()
    await _rows({"startRow": 7, "endRow": 10**9}, {}, source)
    assert source.asked == (7, 7 + MOST_ROWS)
    await _rows({"startRow": -5}, {}, source)
    assert source.asked is not None
    assert source.asked[0] == 0
