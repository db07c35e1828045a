"""Opening hours: work passes in them only."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.life import office

HOURS = st.sampled_from([office.COMMUNITY, office.STREET, office.DISTRICT, office.ROUND_THE_CLOCK])


@given(st.integers(1_700_000_000, 1_900_000_000), st.floats(0, 200), HOURS)
@settings(max_examples=300)
def test_work_takes_exactly_its_hours_of_opening_time(at: int, hours: float, opening: office.Hours) -> None:
    end = office.after(at, hours, opening, 28_800.0)
    assert end >= at
    assert office.between(at, end, opening, 28_800.0) == pytest.approx(hours, abs=1e-5)


def test_a_friday_evening_waits_until_monday() -> None:
    friday_20h = 1_795_780_800.0  # 2026-11-27T20:00+08:00
    monday_9h30 = friday_20h + 2.5 * 86400 + 1.5 * 3600
    assert office.after(friday_20h, 1.0, office.DISTRICT, 28_800.0) == monday_9h30
