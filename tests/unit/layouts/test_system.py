"""The page of the system: a place for each value, in both languages."""

from __future__ import annotations

import pytest

from dashboard.layouts.system import GROUPS, system_page
from dashboard.words import Words
from tests.support.pages import LANGUAGES, attributes, data_of, ids_of, sound, text_of, view


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_value_has_its_place(lang: str) -> None:
    made = system_page(Words(lang), view())
    assert sound(made)
    assert attributes(made, "data-system") == [name for names in GROUPS.values() for name in names]
    assert data_of(made)["kind"] == "system"
    assert {"system-state", "system-todo", "system-shards", "system-alike", "system-letters"} <= set(ids_of(made))
    assert Words(lang)("system-group-kept") in text_of(made)
