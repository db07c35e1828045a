"""Rates equal their definition, recomputed with pandas from the reports alone, whenever cases were closed and due."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain.reading.appraisal import count, freeze
from dashboard.domain.reading.indicators import rates
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.rules.indicators import CASE_RATES
from dashboard.domain.state.city import CityState
from tests.support.making import DAY, NOON, copied, fold, reported, state, step

CASE_DAYS = 92
ZONE = "Asia/Shanghai"

# Days from the present on which a case was reported, ended and was to be closed: minutes apart, so that none are equal.
lives = st.lists(
    st.tuples(
        st.integers(0, 300),  # reported so many days ago
        st.one_of(st.none(), st.integers(0, 200)),  # ended after so many days, if it has
        st.one_of(st.none(), st.integers(0, 400)),  # promised so many days after the report; None: the limits say
        st.sampled_from(["closed", "closed", "closed", "rejected"]),
        st.sampled_from(["dispute", "labour"]),
    ),
    min_size=1,
    max_size=30,
)


def _cases(given_: list[tuple[int, int | None, int | None, str, str]]) -> pd.DataFrame:
    """Returns a row per case: what its reports will say, instants in epoch seconds, NaN for never."""
    frame = pd.DataFrame(given_, columns=["ago", "after", "promise", "ending", "category"])
    frame["id"] = [f"C-{number}" for number in range(len(frame))]
    frame["reported_at"] = NOON - frame["ago"].astype(float) * DAY - np.arange(len(frame)) * 60.0 - 60
    frame["ended_at"] = frame["reported_at"] + frame["after"].astype(float) * DAY + 1800
    frame.loc[frame["ended_at"] > NOON, "ended_at"] = math.nan
    frame["due_at"] = frame["reported_at"] + frame["promise"].astype(float) * DAY + 900
    return frame


def _folded(cases: pd.DataFrame) -> CityState:
    """Returns the city after all reports in the order in which they happened, and one of now."""
    raws = []
    for case in cases.itertuples():
        due = {} if math.isnan(case.due_at) else {"due": instant(case.due_at)}
        raws.append((case.reported_at, reported(case.id, case.reported_at, case.category, **due)))
        if not math.isnan(case.ended_at):
            more = {"reason": "none"} if case.ending == "rejected" else {}
            raws.append((case.ended_at, step(case.ending, case.id, case.ended_at, by="x", **more)))
    city = state(case_days=CASE_DAYS)
    fold(city, [raw for _, raw in sorted(raws)])
    fold(city, [reported("C-now", NOON, "labour")])
    return city


def _by_definition(cases: pd.DataFrame, days: int) -> dict[str, tuple[int, int]]:
    """Returns (numerator, denominator) of the case rates over the last `days` city days up to NOON."""
    today = pd.Timestamp(NOON, unit="s", tz="UTC").tz_convert(ZONE).normalize()
    start = (today - pd.Timedelta(days=days - 1)).timestamp()
    counted = cases[(cases["ending"] == "closed") | cases["ended_at"].isna()]
    due = counted[counted["due_at"].between(start, NOON)]
    closed = counted[counted["ended_at"].between(start, NOON)]
    disputes = due[due["category"] == "dispute"]
    return {
        "community_resolution_rate": (len(closed), len(closed)),
        "dispute_resolution_rate": (int(disputes["ended_at"].notna().sum()), len(disputes)),
        "closing_rate": (int(due["ended_at"].notna().sum()), len(due)),
        "on_time_closing_rate": (int((due["ended_at"] <= due["due_at"]).sum()), len(due)),
    }


def _with_limits(cases: pd.DataFrame, city: CityState) -> pd.DataFrame:
    """Fills in when cases without a promise are due: the limits table has its own tests."""
    categories = city.categories
    bases = [city.deadlines.base(categories[c.category], 2, c.reported_at) for c in cases.itertuples()]
    return cases.assign(due_at=cases["due_at"].fillna(pd.Series(bases, index=cases.index)))


@given(lives)
@settings(max_examples=60, deadline=None)
def test_rates_of_any_window_are_those_of_the_definition(given_: list[tuple[int, int | None, int | None, str, str]]):
    cases = _cases(given_)
    city = _folded(cases)
    cases = _with_limits(cases, city)
    for days in (7, 30, CASE_DAYS):
        counts = count(freeze(city, NOON, days)).cases
        shown = {
            name: (int(counts[name][0].per_grid.sum()), int(counts[name][1].per_grid.sum())) for name in CASE_RATES
        }
        assert shown == _by_definition(cases, days), days


@pytest.mark.parametrize("loaded", [False, True])
def test_closed_half_a_year_early_counts_when_it_was_due(loaded: bool) -> None:
    """A real city: 5,850 of 6,937 were counted instead of 6,002 of 7,089, for want of those closed long before."""
    cases = _cases([(200, 2, 190, "closed", "dispute")] * 152 + [(40, None, 35, "closed", "dispute")] * 10)
    city = _folded(cases)
    if loaded:
        city = copied(city, state(case_days=CASE_DAYS))
    part, whole = rates(city, Reading(city, NOON).cases)["closing_rate"]
    assert (int(part.sum()), int(whole.sum())) == (152, 162)
    part, whole = rates(city, Reading(city, NOON).cases)["on_time_closing_rate"]
    assert (int(part.sum()), int(whole.sum())) == (152, 162)


def test_once_no_window_holds_its_due_time_a_case_leaves() -> None:
    cases = _cases([(200, 2, 20, "closed", "labour"), (200, 2, 150, "closed", "labour")])
    city = _folded(cases)
    assert set(city.cases.rows) == {"C-1", "C-now"}
    later = NOON + (CASE_DAYS - 48) * DAY
    fold(city, [reported("C-later", later, "labour")])
    assert "C-1" not in city.cases.rows
    assert [case for batch in city.ended for case in batch.ids] == ["C-0", "C-1"]
