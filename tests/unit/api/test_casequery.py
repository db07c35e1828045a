"""Lists and files of cases can be asked over HTTP for what every filter of cases is."""

from __future__ import annotations

from dashboard.api.casequery import CasePage, CaseQuery, texts_of
from dashboard.domain.reading.casefilter import FILTERS


def test_every_filter_is_a_parameter_of_lists_and_files() -> None:
    assert set(FILTERS) | {"archived", "lang"} == set(CaseQuery.model_fields)
    assert set(CaseQuery.model_fields) | {"limit", "cursor"} == set(CasePage.model_fields)
    asked = CaseQuery.model_validate({"overdue": "true", "severity": "2", "category": ["labour"], "archived": "true"})
    assert texts_of(asked) == {"category": "labour", "severity": "2", "overdue": "true"}
