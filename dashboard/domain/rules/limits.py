"""Limits: how long something may take, as the rules write it ("3 day", "2 work_day")."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from dashboard.errors import RulesError

Unit = Literal["hour", "day", "work_hour", "work_day"]
UNITS: tuple[Unit, ...] = ("hour", "day", "work_hour", "work_day")
CALENDAR_UNIT_S = {"hour": 3600.0, "day": 86400.0}  # those that run round the clock
HOUR_S = 3600.0
_MOST = 100_000


class Limit(msgspec.Struct, frozen=True):
    """How long something may take; `hour` and `day` run round the clock, the others in office hours."""

    amount: float
    unit: Unit


def parse_limit(where: str, value: Any) -> Limit:
    """Returns one limit such as "3 day" or "2 work_day"; raises RulesError naming the entry at `where`."""
    parts = str(value).split()
    if len(parts) != 2 or parts[1] not in UNITS:
        raise RulesError(where, f"{value!r} is not '<number> <{'|'.join(UNITS)}>'")
    try:
        amount = float(parts[0])
    except ValueError:
        raise RulesError(where, f"{parts[0]!r} is not a number") from None
    if not 0 < amount < _MOST:
        raise RulesError(where, f"{parts[0]} is out of range")
    return Limit(amount, parts[1])
