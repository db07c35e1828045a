"""The filters of cases: each finds exactly what it names, and HTTP, archive and pages know the same ones."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.api.casequery import CaseQuery, texts_of
from dashboard.callbacks.routing import query_of
from dashboard.domain.reading.casefilter import FILTERS, SEVERAL, filter_of, joined, mask_of, several
from dashboard.domain.reading.cases import matching
from dashboard.domain.reading.moment import Reading
from dashboard.errors import InvalidReport
from dashboard.feeds.archive.files import SCHEMA
from dashboard.words import LANGUAGES, Words, messages_of
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, rules, state, step, tree

KNOWN = ["a", "b", "a,b", "Animal, Known/Owner & more?#%"]


@given(st.lists(st.sampled_from(KNOWN) | st.text(st.characters(codec="utf-8", exclude_characters=SEVERAL), min_size=1),
                min_size=1, unique=True))  # fmt: skip
def test_ids_of_any_characters_come_back_from_the_address_of_a_page_and_of_the_api(ids: list[str]) -> None:
    address = "?" + urlencode([("category", each) for each in ids])
    assert several(query_of(address)["category"], ids) == tuple(ids)
    assert several(texts_of(CaseQuery(category=ids))["category"], ids) == tuple(ids)


def test_a_value_is_first_one_id_and_only_then_several() -> None:
    assert several("a,b", KNOWN) == ("a,b",)
    assert several("b,a", KNOWN) == ("b", "a")
    assert several(SEVERAL.join(["a", "b"]), KNOWN) == ("a", "b")
    assert joined(["a", "b"]) == "a,b"
    assert several(joined(KNOWN), KNOWN) == tuple(KNOWN)


def test_filters_find_exactly_what_they_name() -> None:
    city = state()
    fold(
        city,
        [
            reported("C-a1", NOON - 5 * 3600),
            reported("C-a2", NOON - 3600, severity=1, category="emergency"),
            reported("C-b3", NOON - 30 * DAY, grid=GRIDS[3]),
            step("closed", "C-b3", NOON - 3600),
            step("escalated", "C-a1", NOON - 60, to_level="street"),
        ],
    )
    reading = Reading(city, NOON)

    def found(**query: str) -> set[str]:
        wanted = filter_of(reading, query)
        return {reading.case_id(index) for index in matching(reading, wanted).tolist()}

    assert found(state="open") == {"C-a1", "C-a2"}
    assert found(age="1", state="open") == {"C-a1"}
    assert found(severity="1") == {"C-a2"}
    assert found(level="street") == {"C-a1"}
    assert found(q="A") == {"C-a1", "C-a2"}
    assert found(closed_on="today") == {"C-b3"}
    assert found(area="420503") == {"C-b3"}
    assert found(due_soon="true") == set()
    assert found(indicator="on-time-closing-rate") == {"C-b3"}
    assert found(indicator="on-time-closing-rate", part="numerator") == set()
    assert found(indicator="on-time-closing-rate", part="rest") == {"C-b3"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("age", "9"), ("age", "x"), ("state", "odd"), ("level", "moon"), ("area", "9"), ("overdue", "maybe"),
     ("closed_on", "someday"), ("indicator", "luck"), ("category", "none")],
)  # fmt: skip
def test_filters_that_make_no_sense_are_refused_by_name(name: str, value: str) -> None:
    city = state()
    reading = Reading(city, NOON)
    with pytest.raises(InvalidReport) as refused:
        matching(reading, filter_of(reading, {name: value}))
    assert refused.value.field == name


@pytest.mark.parametrize("digits", ["9" * 5000, "-1", "1.5", " 1", "²"])
def test_number_that_is_none_is_refused_and_never_raises_anything_else(digits: str) -> None:
    for name in ("severity", "age", "days"):
        with pytest.raises(InvalidReport) as refused:
            filter_of(Reading(state(), NOON), {name: digits})
        assert refused.value.field == name


def test_empty_and_unknown_names_ask_for_nothing() -> None:
    assert filter_of(Reading(state(), NOON), {"state": "", "lang": "en", "cursor": "9"}) == {}


def test_several_categories_find_what_each_of_them_does() -> None:
    city = state()
    fold(city, [reported(f"C-{category}", NOON, category) for category in ("dispute", "labour", "emergency")])
    reading = Reading(city, NOON)
    both = mask_of(reading, filter_of(reading, {"category": "dispute,labour"}))
    each = [mask_of(reading, filter_of(reading, {"category": name})) for name in ("dispute", "labour")]
    assert both.tolist() == (each[0] | each[1]).tolist()
    assert both.sum() == 2


def test_what_the_archive_can_be_asked_for_are_its_columns() -> None:
    assert {name for name, each in FILTERS.items() if each.archived} <= set(SCHEMA) | {"q"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_choice_is_read_by_its_own_filter_and_has_a_heading(lang: str) -> None:
    reading, say = Reading(state(), NOON), Words(lang)
    for each in FILTERS.values():
        for value in each.options(rules(), tree()) if each.options is not None else ():
            assert each.read(reading, value, each.name) is not None
            assert f"filter-{each.name}" in messages_of(say.lang)


def test_channels_part_all_cases_among_them() -> None:
    city = state()
    ways = {
        "handset": "/handsets/x",
        "department": "/departments/x",
        "desk": "/desk",
        "open311": "/open311",
        "other": "/y",
    }
    data = {"category": "dispute", "severity": 2}
    fold(city, [event("case.reported", {"case": f"C-{name}", **data}, source=way) for name, way in ways.items()])
    reading = Reading(city, NOON)
    for name in ways:
        found = matching(reading, filter_of(reading, {"channel": name})).tolist()
        assert [reading.case_id(index) for index in found] == [f"C-{name}"]
    assert not mask_of(reading, filter_of(reading, {"channel": "unknown"})).any()
