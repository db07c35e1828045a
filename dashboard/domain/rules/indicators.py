"""Indicators by name, what counts for them, and how their names are written where people see them."""

from __future__ import annotations

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


def dashed(name: str) -> str:
    """Returns a name as topics, addresses and words on screen spell it: closing_rate is closing-rate there."""
    return name.replace("_", "-")


def underscored(text: str) -> str:
    """Returns the name that a text means, spelled with dashes or not."""
    return text.replace("-", "_")
