"""Kinds of cases are those of the rules, with the limits that the rules give them."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.life.kinds import AROUND_THE_CLOCK, BY_DAY, KINDS, WEEKDAYS
from tests.support.making import rules


def test_every_category_of_the_default_rules_has_cases() -> None:
    assert list(KINDS) == [category.id for category in rules().categories]


@pytest.mark.parametrize("name", KINDS)
def test_who_works_knows_the_limits_of_the_rules(name: str) -> None:
    category = next(category for category in rules().categories if category.id == name)
    hours = {"hour": 1.0, "day": 24.0}
    limits = tuple(limit.amount * hours[limit.unit] for limit in category.limits["close"])
    assert KINDS[name].limit_hours == limits
    assert KINDS[name].department == category.department


def test_odds_and_profiles_are_whole() -> None:
    assert np.mean(WEEKDAYS) == pytest.approx(1.0, abs=0.01)
    for kind in KINDS.values():
        assert sum(kind.severities) == pytest.approx(1.0)
        assert kind.profile.shape == (24,)
        assert (kind.profile is AROUND_THE_CLOCK) == kind.round_the_clock
    assert BY_DAY[3] == 0 < AROUND_THE_CLOCK[3]
