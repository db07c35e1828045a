"""Rules of the appraisal: what a table leaves out is as in the default rules, and nonsense is named."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.rules.appraisal import WEIGHTS, AppraisalRules, Threshold, parse_appraisal
from dashboard.errors import RulesError


def test_nothing_given_is_the_default() -> None:
    assert parse_appraisal({}) == AppraisalRules()


def test_one_weight_and_one_threshold_leave_all_others_as_they_are() -> None:
    parsed = parse_appraisal({"weights": {"rework_rate": 0}, "signs": {"travel": {"least": 4}}})
    assert parsed.weights == {**WEIGHTS, "rework_rate": 0.0}
    default = AppraisalRules().signs.travel
    assert parsed.signs.travel == Threshold(4, default.out, default.extreme)
    assert parsed.signs.burst == AppraisalRules().signs.burst


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ("x", "appraisal"),
        ({"weights": {"speed": 1}}, "appraisal.weights.speed"),
        ({"weights": {"closing_rate": -1}}, "appraisal.weights.closing_rate"),
        ({"weights": {"closing_rate": float("nan")}}, "appraisal.weights.closing_rate"),
        ({"weights": dict.fromkeys(WEIGHTS, 0)}, "appraisal.weights"),
        ({"least": 0}, "appraisal.least"),
        ({"least_weight": 2}, "appraisal.least_weight"),
        ({"signs": {"travel": {"out": 0.9}}}, "appraisal.signs.travel.extreme"),
        ({"signs": {"window_days": 3}}, "appraisal.signs.window_days"),
    ],
)
def test_what_cannot_be_used_is_named(table: Any, where: str) -> None:
    with pytest.raises(RulesError) as refused:
        parse_appraisal(table)
    assert refused.value.where == where
