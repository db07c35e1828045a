"""One case as a row: what lists, single cases, topics and files all show of it, whether it is in memory or archived."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dashboard.domain.reading.moment import instant
from dashboard.domain.rules.channel import CHANNELS, Channel
from dashboard.domain.rules.lifecycle import LAST_OPEN, LEVEL_NAMES, STATE_NAMES
from dashboard.domain.rules.rules import Category

# Columns of a reading that a row is made of; with them goes whether it is `overdue` at that moment.
NEEDED = (
    "grid", "category", "severity", "state", "level", "reported_at", "due_at", "closed_at", "paused_since", "score",
    "lat", "lon", "channel",
)  # fmt: skip


class CaseRow(msgspec.Struct, frozen=True):
    """A case without its trace; instants in epoch seconds.

    Attributes:
        category: its id in the rules of the city.
        severity: 1 (urgent) to 3.
        area: code of its grid.
        state, level: their names.
        closed_at: when it ended, in whatever way; None while it is open.
        overdue: open and late; of an archived one: closed late.
        score: 1 to 5; None while nobody has rated it.
        channel: where it came from, by name.
    """

    id: str
    category: str
    severity: int
    area: str
    state: str
    level: str
    reported_at: float
    due_at: float
    closed_at: float | None
    overdue: bool
    suspended: bool
    score: int | None
    lat: float | None
    lon: float | None
    channel: Channel


def row_of(grids: Sequence[str], categories: Sequence[Category], case_id: str, cell: Mapping[str, Any]) -> CaseRow:
    """Returns the row of a case.

    Args:
        grids: codes of the grids, in the order of the axis.
        categories: those of the rules, in their order.
        case_id: its id.
        cell: the values of NEEDED and `overdue`, as Python's own numbers.
    """
    return CaseRow(
        id=case_id,
        category=categories[cell["category"]].id,
        severity=cell["severity"],
        area=grids[cell["grid"]],
        state=STATE_NAMES[cell["state"]],
        level=LEVEL_NAMES[cell["level"]],
        reported_at=cell["reported_at"],
        due_at=cell["due_at"],
        closed_at=cell["closed_at"] if cell["state"] > LAST_OPEN else None,
        overdue=cell["overdue"],
        suspended=cell["paused_since"] > 0,
        score=cell["score"] or None,
        lat=None if math.isnan(cell["lat"]) else cell["lat"],
        lon=None if math.isnan(cell["lon"]) else cell["lon"],
        channel=CHANNELS[cell["channel"]],
    )


def as_listed(row: CaseRow) -> dict[str, Any]:
    """Returns a row as HTTP, pages and topics have it: instants as text."""
    listed = msgspec.structs.asdict(row)
    ended = None if row.closed_at is None else instant(row.closed_at)
    return listed | {"reported_at": instant(row.reported_at), "due_at": instant(row.due_at), "closed_at": ended}
