"""Names of indicators, and how they are spelled where people see them."""

from __future__ import annotations

from dashboard.domain.rules.indicators import CASE_RATES, COUNTER_RATES, RATES, dashed, underscored


def test_every_rate_is_counted_in_exactly_one_way() -> None:
    assert sorted([*CASE_RATES, *COUNTER_RATES]) == sorted(RATES)


def test_a_name_is_found_again_however_it_was_spelled() -> None:
    assert dashed("on_time_closing_rate") == "on-time-closing-rate"
    assert [underscored(dashed(name)) for name in RATES] == [underscored(name) for name in RATES] == list(RATES)
