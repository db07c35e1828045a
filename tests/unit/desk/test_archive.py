"""The archive is asked with the filters of the worklist, and refuses what it cannot know."""

from __future__ import annotations

import pytest

from dashboard.desk.archive import archive_filter
from dashboard.domain.reading.casefilter import FILTERS, filter_of
from dashboard.domain.reading.moment import Reading
from dashboard.errors import InvalidReport
from tests.support.making import GRIDS, NOON
from tests.support.pages import lively

READING = Reading(lively(), NOON + 3600)


def test_an_area_is_asked_by_its_grids_and_the_city_without_any() -> None:
    district = archive_filter(READING, filter_of(READING, {"area": "420502"}))
    assert district.grids == GRIDS[:3]
    assert archive_filter(READING, filter_of(READING, {"area": "city"})).grids is None


def test_what_only_the_memory_knows_is_refused_by_name() -> None:
    for name in ("climbs", "unanswered"):
        assert not FILTERS[name].archived
    for query in ({"climbs": "hour"}, {"unanswered": "true"}):
        with pytest.raises(InvalidReport) as refused:
            archive_filter(READING, filter_of(READING, query))
        assert refused.value.field == next(iter(query))


def test_columns_and_words_are_handed_on() -> None:
    asked = archive_filter(READING, filter_of(READING, {"severity": "2", "q": "C-1"}))
    assert (list(asked.columns), asked.text) == (["severity"], "C-1")
