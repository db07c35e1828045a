"""The ladder: when a case that nobody closed goes up to the next level.

The limits table says by when a case must be closed. At that instant its grid's time is over
and the community gets it; from there each level has a share of the same limit, in the same
unit, counted from when the case came to it and without the time in which its clock stood
still. No level's time ends before the case is due, and the city is the last rung.
"""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.errors import RulesError

CLIMBS_WITHIN_S = {"hour": 3600.0, "day": 86_400.0}  # how far ahead people look
_MOST_SHARE = 100.0


class Ladder(msgspec.Struct, frozen=True):
    """The share of a case's own limit that a level has after the case came to it."""

    community: float
    street: float
    district: float

    def share(self, level: int) -> float:
        """Returns the share of a level from community (1) to district (3)."""
        return (self.community, self.street, self.district)[level - 1]


LADDER = Ladder(0.25, 0.5, 0.5)


def parse_ladder(where: str, entry: Any, base: Ladder) -> Ladder:
    """Returns `base` with the shares in `entry` (a parsed TOML table); raises RulesError naming the one at fault."""
    if not isinstance(entry, dict):
        raise RulesError(where, "must be a table")
    for name, value in entry.items():
        if name not in Ladder.__struct_fields__:
            raise RulesError(f"{where}.{name}", f"is not one of {', '.join(Ladder.__struct_fields__)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _MOST_SHARE:
            raise RulesError(f"{where}.{name}", f"{value!r} is not a share of the limit, such as 0.25")
    return msgspec.structs.replace(base, **{name: float(value) for name, value in entry.items()})
