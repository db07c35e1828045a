"""The appraisal's page keeps the place of its table: as many rows as it will have."""

from __future__ import annotations

import pytest

from dashboard import ids
from dashboard.domain.reading.appraisal import KINDS, indicators_of
from dashboard.layouts.performance import performance_page
from dashboard.words import Words
from tests.support.pages import LANGUAGES, attributes, components, data_of, sound, view

ROWS = {"worker": 4, "community": 3, "street": 2, "district": 2, "department": len(view().rules.departments)}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_table_waits_with_its_rows_and_columns(kind: str, lang: str) -> None:
    page = performance_page(Words(lang), view(), view().tree.root, {"kind": kind})
    assert sound(page)
    assert data_of(page)["kinds"] == list(KINDS)
    (table,) = (part for part in components(page) if getattr(part, "id", None) == ids.APPRAISAL)
    head, body = table.children
    assert len(body.children) == ROWS[kind]
    assert len(head.children.children) == 3 + len(indicators_of(kind))


def test_window_of_the_address_is_among_the_choices() -> None:
    page = performance_page(Words("en"), view(), view().tree.root, {"days": "11"})
    assert "11" in attributes(page, "data-value")
