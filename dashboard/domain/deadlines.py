"""When a case is due, and why.

Due times are computed from facts: the reporting instant, the row of the limits
table, and the pauses. `hour` runs round the clock; `day` is a calendar day of
24 hours. A due time that the source promised beats the table. While a case is
suspended its clock stands still; the pause is added when it resumes.
"""

from __future__ import annotations

import msgspec

from dashboard.domain.rules import Category, Limit

UNIT_S = {"hour": 3600.0, "day": 86400.0}


class Deadline(msgspec.Struct, frozen=True):
    """Why a case is due when it is due; instants and lengths in seconds."""

    rule: str
    limit: Limit | None
    reported_at: float
    pauses: tuple[tuple[float, float | None], ...]
    due_at: float


def limit_s(limit: Limit) -> float:
    """Returns the length of a limit in seconds of calendar time."""
    return limit.amount * UNIT_S[limit.unit]


def base_due(category: Category, severity: int, reported_at: float, promised_at: float | None) -> float:
    """Returns the due instant (epoch seconds) before any pause."""
    if promised_at is not None:
        return promised_at
    return reported_at + limit_s(category.limits["close"][severity - 1])


def explain(
    category: Category,
    severity: int,
    reported_at: float,
    promised_at: float | None,
    pauses: tuple[tuple[float, float | None], ...],
) -> Deadline:
    """Returns the deadline with the row and the pauses that made it; an open pause has no end."""
    rule = "promised" if promised_at is not None else f"limits/{category.id}/severity-{severity}/close"
    limit = None if promised_at is not None else category.limits["close"][severity - 1]
    paused = sum(end - start for start, end in pauses if end is not None)
    due = base_due(category, severity, reported_at, promised_at) + paused
    return Deadline(rule, limit, reported_at, pauses, due)


def explanation(deadline: Deadline) -> str:
    """Returns the deadline as one English sentence."""
    if deadline.limit is None:
        text = "Due at the instant that the source promised, which beats the limits table"
    else:
        text = f"Due {deadline.limit.amount:g} {deadline.limit.unit} after the report (row {deadline.rule})"
    for start, end in deadline.pauses:
        if end is None:
            text += "; the clock stands still since the case was suspended"
        else:
            text += f"; moved by a pause of {(end - start) / 3600:.1f} h"
    return text + "."
