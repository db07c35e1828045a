"""How work is appraised, as data: weights, least counts, and the thresholds of the signs that need a look."""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from dashboard.domain.rules.mistyped import mistyped
from dashboard.errors import RulesError

LESS_IS_BETTER = ("rework_rate",)
TASKS_ON_TIME = "tasks_on_time"  # of departments only
SIGNS = ("burst", "same_text", "in_seconds", "travel")
_PATH = re.compile(r" - at `\$\.?([^`]*)`")
_MOST_WEIGHT = 1e6
Whole = Annotated[int, Meta(ge=1, le=100_000)]
Positive = Annotated[float, Meta(gt=0, le=1e6)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a sign is out: at least `least` were found and the value is `out` or more.

    It is extreme, and enough by itself, when at least twice as many were found and the value is `extreme` or more.
    """

    least: Whole
    out: Positive
    extreme: Positive


class SignRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds of the signs (`domain.reading.signs` says what each measures and where its numbers come from)."""

    window_days: Annotated[int, Meta(ge=7, le=400)] = 62
    month_end_days: Annotated[int, Meta(ge=1, le=10)] = 3
    seconds: Positive = 60.0
    metres: Positive = 300.0
    metres_per_s: Positive = 30.0
    burst: Threshold = Threshold(8, 3.0, 6.0)
    same_text: Threshold = Threshold(8, 0.5, 0.9)
    in_seconds: Threshold = Threshold(5, 0.3, 0.9)
    travel: Threshold = Threshold(3, 0.1, 0.6)


WEIGHTS = {
    "community_resolution_rate": 20.0,
    "dispute_resolution_rate": 20.0,
    "closing_rate": 15.0,
    "on_time_closing_rate": 20.0,
    "rework_rate": 10.0,
    "satisfaction_rate": 10.0,
    "order_receipt_rate": 5.0,
    TASKS_ON_TIME: 15.0,
}


class AppraisalRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a score is made.

    Attributes:
        weights: of each indicator; 0 leaves it out of the score.
        least: the least denominator with which a rate counts.
        least_weight: the share of all weights that must count for there to be a score.
    """

    weights: dict[str, float] = msgspec.field(default_factory=lambda: dict(WEIGHTS))
    least: Whole = 5
    least_weight: Share = 0.5
    signs: SignRules = SignRules()


def parse_appraisal(table: Any) -> AppraisalRules:
    """Returns the rules of a table `[appraisal]`; what it leaves out is as in the default rules.

    Raises:
        RulesError: naming the entry at fault.
    """
    if not isinstance(table, dict):
        raise RulesError("appraisal", "must be a table")
    given = dict(table)
    weights = given.get("weights", {})
    unknown = sorted(set(weights) - set(WEIGHTS)) if isinstance(weights, dict) else []
    if unknown:
        raise RulesError(f"appraisal.weights.{unknown[0]}", f"is not one of {', '.join(WEIGHTS)}")
    try:
        rules = msgspec.convert(_merged(msgspec.to_builtins(AppraisalRules()), given), AppraisalRules)
    except msgspec.ValidationError as error:
        found = _PATH.search(str(error))
        where = f"appraisal.{found.group(1)}" if found and found.group(1) else "appraisal"
        raise RulesError(where, mistyped(_PATH.sub("", str(error)))) from None
    _check(rules)
    return rules


def _merged(defaults: Any, given: Any) -> Any:
    """Returns `given` with the defaults of what it leaves out."""
    if not isinstance(defaults, dict) or not isinstance(given, dict):
        return given
    return {**defaults, **{name: _merged(defaults.get(name), value) for name, value in given.items()}}


def _check(rules: AppraisalRules) -> None:
    for name, weight in rules.weights.items():
        if not 0 <= weight <= _MOST_WEIGHT:
            raise RulesError(f"appraisal.weights.{name}", f"{weight:g} is not a number from 0 to {_MOST_WEIGHT:g}")
    if sum(weight for name, weight in rules.weights.items() if name != TASKS_ON_TIME) <= 0:
        raise RulesError("appraisal.weights", "at least one must be above 0")
    for name in SIGNS:
        threshold: Threshold = getattr(rules.signs, name)
        if threshold.extreme < threshold.out:
            raise RulesError(f"appraisal.signs.{name}.extreme", f"must not be below out ({threshold.out:g})")
