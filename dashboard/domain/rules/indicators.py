"""Indicators by name, what counts for them, and how their names are written where people see them."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.domain.rules.levels import Level

RATES = (
    "community_resolution_rate",
    "dispute_resolution_rate",
    "closing_rate",
    "on_time_closing_rate",
    "rework_rate",
    "satisfaction_rate",
    "order_receipt_rate",
)
# Rates that are counted from cases, and those that are counted per day: (numerator, denominator).
CASE_RATES = RATES[:4]
COUNTER_RATES = {
    "rework_rate": ("cases_returned", "cases_handled"),
    "satisfaction_rate": ("satisfied", "scored"),
    "order_receipt_rate": ("orders_received", "orders_sent"),
}
COMMUNITY_LEVEL = 1  # closed up to here was resolved within the community
SATISFIED_FROM = 4  # of 5: who scores less is not satisfied
DUE_SOON_S = 3600.0  # what is due within so long, and is not late yet, is due soon


def missing_rates(levels: Collection[Level], disputes: bool) -> frozenset[str]:
    """Returns the rates that mean nothing where an area has these levels, and the rules know disputes or not.

    Without communities nothing is resolved in one, and without a category that is a dispute no dispute.
    """
    without = {"community_resolution_rate": "community" not in levels, "dispute_resolution_rate": not disputes}
    return frozenset(name for name, is_missing in without.items() if is_missing)


def dashed(name: str) -> str:
    """Returns a name as topics, addresses and words on screen spell it: closing_rate is closing-rate there."""
    return name.replace("_", "-")


def underscored(text: str) -> str:
    """Returns the name that a text means, spelled with dashes or not."""
    return text.replace("-", "_")
