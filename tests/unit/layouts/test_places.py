"""Places that are kept have the shape of what will come."""

from __future__ import annotations

from dashboard.layouts.places import BUCKETS, heat_table, lines, rows
from dashboard.words import Words
from tests.support.pages import components, text_of, view


def test_a_waiting_table_has_a_cell_for_each_number() -> None:
    head, body = rows(["a", "b", "c"], ["x", "y"])
    assert text_of([head, body]).split() == ["a", "b", "c", "x", "–", "–", "y", "–", "–"]


def test_a_waiting_heatmap_has_a_row_for_each_category() -> None:
    table = heat_table(Words("en"), view())
    made = [part for part in components(table) if part._type == "Tr"]
    assert len(made) == 1 + len(view().categories)
    assert {len(line.children) for line in made} == {BUCKETS + 2}


def test_empty_lines_have_their_height() -> None:
    assert [line.children for line in lines(2)] == ["\u00a0", "\u00a0"]
