"""The supervision's page has a rung for each level, and each table its departments before their counts."""

from __future__ import annotations

import pytest

from dashboard.domain.rules.lifecycle import LEVEL_NAMES
from dashboard.layouts.supervision import DAY_TABLES, NOW_TABLES, disputes, supervision_page
from dashboard.words import Words
from tests.support.pages import LANGUAGES, attributes, components, data_of, sound, view


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_has_rungs_tables_and_what_its_scripts_need(lang: str) -> None:
    page = supervision_page(Words(lang), view())
    assert sound(page)
    assert attributes(page, "data-rung") == list(reversed(LEVEL_NAMES))
    assert set(attributes(page, "data-supervision")) == {*NOW_TABLES, *DAY_TABLES}
    assert [key for key, _ in data_of(page)["departments"]] == list(view().rules.departments)
    assert data_of(page)["disputes"] == disputes(view())


def test_each_table_has_the_rows_that_it_will_have() -> None:
    page = supervision_page(Words("en"), view())
    for table in (part for part in components(page) if hasattr(part, "data-supervision")):
        head, body = table.children
        assert len(head.children.children) == len(LEVEL_NAMES) + 2
        assert len(body.children) == len(view().rules.departments) + 1
