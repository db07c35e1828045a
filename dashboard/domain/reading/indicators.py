"""Indicators per grid: numerators and denominators as arrays, so that any area is the sum of its slice.

Definitions: DOMAIN of the project (README, "Indicators"). A window is the city days
`today - window_days + 1` to today, up to the present moment. "Due in the window" means that
the due time lies in it and is not in the future; rejected and merged cases have no due time.
"""

from __future__ import annotations

import numpy as np

from dashboard.domain.reading.columns import CaseColumns, Mask, PerGrid
from dashboard.domain.reading.field import Field
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.indicators import CASE_RATES, COMMUNITY_LEVEL, COUNTER_RATES, RATES, missing_rates
from dashboard.domain.state.city import CityState


def rate_masks(
    state: CityState, cases: CaseColumns, name: str, until_s: float | None = None, window_days: int | None = None
) -> tuple[Mask, Mask]:
    """Returns which cases the numerator and the denominator of a rate count, masks [cases].

    Args:
        state: whose rules say what a dispute is and how long the window lasts.
        cases: the cases at a moment.
        name: one of `CASE_RATES`.
        until_s: an earlier moment at which the window ends; levels are those of now.
        window_days: another length of the window than the one of the rules.
    """
    now_s = cases.now_s if until_s is None else until_s
    columns = cases.columns
    days = state.rules.window_days if window_days is None else window_days
    start_s = state.days.start(state.days.day(now_s) - days + 1)
    closed = cases.closed & (columns["closed_at"] <= now_s)
    if name == "community_resolution_rate":
        in_window = closed & (columns["closed_at"] >= start_s)
        in_window &= state.tree.standing[columns["grid"], COMMUNITY_LEVEL] == COMMUNITY_LEVEL  # that have a community
        return in_window & (columns["level"] <= COMMUNITY_LEVEL), in_window
    due = (cases.open | cases.closed) & (columns["due_at"] >= start_s) & (columns["due_at"] <= now_s)
    if name == "dispute_resolution_rate":
        due = due & _dispute_mask(state)[columns["category"]]
    done = due & closed
    return (done & (columns["closed_at"] <= columns["due_at"]) if name == "on_time_closing_rate" else done), due


def rates(state: CityState, cases: CaseColumns, until_s: float | None = None) -> dict[str, tuple[PerGrid, PerGrid]]:
    """Returns (numerator, denominator) of every rate that the city has, int64 [grids]; `until_s` as in `rate_masks`."""
    grids = len(state.tree.grids)
    today = state.days.day(cases.now_s if until_s is None else until_s)
    found = {}
    for name in CASE_RATES:
        part, whole = rate_masks(state, cases, name, until_s)
        found[name] = (cases.per_grid(part, grids), cases.per_grid(whole, grids))
    counted = Field(state, cases.now_s).counters
    for name, counters in COUNTER_RATES.items():
        one, all_ = (counted.window(c, today - state.rules.window_days + 1, today) for c in counters)
        found[name] = (one, all_)
    return {name: found[name] for name in rates_of(state)}


def rates_of(state: CityState, area: Area | None = None) -> tuple[str, ...]:
    """Returns the names of the rates that mean something in the city, or in one area of it."""
    missing = missing_rates(state.tree.levels_of(area or state.tree.root), state.rules.has_disputes)
    return tuple(name for name in RATES if name not in missing)


def _dispute_mask(state: CityState) -> Mask:
    return np.array([category.dispute for category in state.rules.categories], dtype=np.bool_)


def rate(numerator: int, denominator: int) -> float | None:
    """Returns the share, or None when there is nothing to take a share of."""
    return numerator / denominator if denominator else None
