"""Dates and successors of an areas file are read as people and map tools write them, or told in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dashboard.atlas.dates import date_of, when_of
from dashboard.errors import AreasError

_ON = dt.date(2026, 11, 20)


@pytest.mark.parametrize("text", ["2026-11-20", "2026/11/20", "2026-11-20T00:00:00", " 2026-11-20 00:00:00.000 "])
def test_a_date_is_read_as_tools_write_it(text: str) -> None:
    assert date_of("until", text) == _ON


@pytest.mark.parametrize(
    "value", ["20.11.2026", "2026-13-01", "soon", 20261120, True, ["2026-11-20"], "2026-11-20T08:00"]
)
def test_what_is_no_date_is_told_with_what_is_wanted(value: Any) -> None:
    with pytest.raises(AreasError, match=r"until is .*; wanted is a date such as 2026-11-20"):
        date_of("until", value)


@pytest.mark.parametrize("into", [["a", "b"], '["a", "b"]', "a,b", "a, b", ["a", "b", "a"]])
def test_successors_are_a_list_or_the_text_of_one(into: Any) -> None:
    assert when_of({"until": "2026-11-20", "into": into}) == {"until": _ON, "into": ("a", "b")}


@pytest.mark.parametrize("into", [7, {"a": 1}, [""], [7], "[a", ""])
def test_what_is_no_list_of_codes_is_told(into: Any) -> None:
    with pytest.raises(AreasError, match=r"into is .*; wanted is a list of codes"):
        when_of({"until": "2026-11-20", "into": into})


def test_successors_without_a_date_are_told() -> None:
    with pytest.raises(AreasError, match="into is given without until"):
        when_of({"into": ["a"]})
