"""A rules file is taken as a whole or refused with the entry at fault."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain.rules.limits import Limit
from dashboard.domain.rules.rules import parse_rules
from dashboard.errors import RulesError
from tests.support.making import ROOT, rules

TABLES = tomllib.loads((ROOT / "dashboard/rules/default.toml").read_text("utf-8"))


def test_categories_keep_the_order_of_the_file() -> None:
    parsed = rules()
    assert [category.id for category in parsed.categories] == list(TABLES["categories"])
    assert parsed.category_index()["dispute"] == list(TABLES["categories"]).index("dispute")


def test_a_category_has_three_limits_for_each_step_that_has_any() -> None:
    dispute = next(category for category in rules().categories if category.id == "dispute")
    assert dispute.dispute
    assert dispute.department in rules().departments
    assert {len(limits) for limits in dispute.limits.values()} == {3}
    assert all(isinstance(limit, Limit) for limits in dispute.limits.values() for limit in limits)


def _broken(path: str, value: Any) -> dict[str, Any]:
    """Returns the default rules with the entry at a dotted path replaced, or left out for None."""
    tables = copy.deepcopy(TABLES)
    *folders, name = path.split(".")
    table = tables
    for folder in folders:
        table = table[folder]
    if value is None:
        del table[name]
    else:
        table[name] = value
    return tables


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("categories", {}, "categories"),
        ("categories", [], "categories"),
        ("duties", {"x": 1}, "duties"),
        ("categories.dispute.name", None, "categories.dispute"),
        ("categories.dispute.duty", "none", "categories.dispute.duty"),
        ("categories.dispute.department", "none", "categories.dispute.department"),
        ("categories.dispute.limits", {"file": ["1 day"] * 3}, "categories.dispute.limits"),
        ("categories.dispute.limits.close", ["1 day"] * 2, "categories.dispute.limits.close"),
        ("categories.dispute.limits.close", ["1 day", "1 day", "soon"], "categories.dispute.limits.close"),
        ("indicators.window_days", "thirty", "indicators"),
    ],
)
def test_what_cannot_be_used_is_named(path: str, value: Any, where: str) -> None:
    with pytest.raises(RulesError) as refused:
        parse_rules(_broken(path, value))
    assert refused.value.where == where


@pytest.mark.parametrize("name", ["", "a\nb", "a\x1fb", "\x7f"])
def test_a_category_whose_id_no_address_can_carry_is_refused(name: str) -> None:
    tables = copy.deepcopy(TABLES)
    tables["categories"][name] = next(iter(tables["categories"].values()))
    with pytest.raises(RulesError, match="control characters"):
        parse_rules(tables)


@pytest.mark.parametrize("name", ["", ".", "..", "a\tb"])
def test_a_department_whose_id_no_address_can_carry_is_refused(name: str) -> None:
    tables = copy.deepcopy(TABLES)
    tables["departments"][name] = {"name": "x", "name_en": "x"}
    with pytest.raises(RulesError, match="address"):
        parse_rules(tables)


@pytest.mark.parametrize("name", ["a/b?c#d", "R&D, 50%", "...", "\u202e<b>", "a\\b"])
def test_ids_with_commas_slashes_and_the_like_are_taken(name: str) -> None:
    tables = copy.deepcopy(TABLES)
    tables["departments"][name] = {"name": "x", "name_en": "x"}
    tables["categories"][name] = next(iter(tables["categories"].values())) | {"department": name}
    assert name in parse_rules(tables).category_index()


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.sampled_from(["", "3 day", "dispute", "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "x", "grid"]), inner),
    max_leaves=6,
)
_PLACES = [[table] for table in TABLES]
_PLACES += [[table, entry] for table in TABLES if isinstance(TABLES[table], dict) for entry in TABLES[table]]
_PLACES += [
    ["categories", "dispute", entry] for entry in [*TABLES["categories"]["dispute"], "departments", "escalation"]
]
_PLACES += [[table] for table in ("levels", "wall", "appraisal", "services", "escalation", "indicators")]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_PLACES), _JUNK)
def test_anything_anywhere_makes_rules_or_words(path: list[str], value: Any) -> None:
    tables = copy.deepcopy(TABLES)
    table = tables
    for folder in path[:-1]:
        table = table[folder]
    table[path[-1]] = value
    refused = ""
    try:
        parse_rules(tables)
    except RulesError as error:
        refused = error.reason.replace("`.` and `..`", "")
    assert "`" not in refused, "words of a converter"
    assert "object" not in refused
