"""The side of a city of requests: numbers that open, and places that its scripts fill."""

from __future__ import annotations

import pytest

from dashboard import ids
from dashboard.layouts.wall.requests import departments, requests
from dashboard.words import Words
from tests.support.pages import LANGUAGES, attributes, ids_of, sound


@pytest.mark.parametrize("lang", LANGUAGES)
def test_today_has_its_numbers_and_its_hours(lang: str) -> None:
    made = requests(Words(lang))
    assert sound(made)
    assert attributes(made, "data-kpi") == ["cases-reported-today", "cases-closed-today"]
    assert ids.HOURS in ids_of(made)
    assert all(href.startswith(("/reports?", "/cases?")) for href in attributes(made, "href"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_departments_have_their_place(lang: str) -> None:
    made = departments(Words(lang))
    assert sound(made)
    assert ids.DEPARTMENTS_LIST in ids_of(made)
