"""About: figures with their aims, and a dash or a sentence for what is not known."""

from __future__ import annotations

import pytest

from dashboard.layouts.about import Part, about_page
from dashboard.words import Words
from tests.support.making import NOON
from tests.support.pages import LANGUAGES, attributes, sound, text_of, view

MEASURED = {
    "machine": "2 cores",
    "at": "2026-11-24T23:42:56Z",
    "rows": [{"what": "fold", "measured": "90,092/s", "to_reach": None, "met": False}],
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_and_parts_are_there(lang: str) -> None:
    made = about_page(Words(lang), view(), Part("gridwall", "1.2", "MIT"), [Part("x", "3", "BSD")], MEASURED, NOON)
    assert sound(made)
    assert attributes(made, "data-met") == ["false"]
    said = text_of(made)
    assert all(text in said for text in ("1.2", "BSD", "90,092/s", "2 cores", "2026-11-25 07:42", "–"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_known_is_said(lang: str) -> None:
    made = about_page(Words(lang), view(), Part("gridwall", None, None), [Part("x", None, None)], None, NOON)
    assert sound(made)
    assert Words(lang)("about-no-figures") in text_of(made)
    assert attributes(made, "data-met") == []
