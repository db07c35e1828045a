"""Limits are read as the rules write them, and nothing is guessed."""

from __future__ import annotations

import pytest

from dashboard.domain.rules.limits import UNITS, Limit, parse_limit
from dashboard.errors import RulesError


@pytest.mark.parametrize("unit", UNITS)
def test_a_limit_is_a_number_and_a_unit(unit: str) -> None:
    assert parse_limit("x", f"2.5 {unit}") == Limit(2.5, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["", "3", "day", "three day", "3 days", "3 day day", "0 day", "-1 day", "nan day", "inf hour", "1e9 day", None],
)
def test_anything_else_is_refused_where_it_stands(text: str | None) -> None:
    with pytest.raises(RulesError) as refused:
        parse_limit("categories.dispute.limits.close", text)
    assert refused.value.where == "categories.dispute.limits.close"
