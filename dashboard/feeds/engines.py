"""Which program holds the log: its name, its version, and until when its makers mend it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import msgspec

# By (major, minor), as the makers have announced it: Valkey mends each minor version for three years from its first
# release, the last one of a major for five. Redis ends a version when it chooses to; of others nothing is announced.
_UNTIL: dict[str, dict[tuple[int, int], dt.date]] = {
    "Valkey": {
        (7, 2): dt.date(2029, 4, 16),
        (8, 0): dt.date(2027, 9, 15),
        (8, 1): dt.date(2030, 3, 31),
        (9, 0): dt.date(2028, 10, 21),
        (9, 1): dt.date(2029, 5, 19),
    },
    "Redis": {
        (5, 0): dt.date(2022, 4, 27),
        (6, 0): dt.date(2022, 5, 31),
        (7, 0): dt.date(2024, 7, 29),
        (8, 0): dt.date(2026, 2, 11),
    },
}


class Engine(msgspec.Struct, frozen=True):
    """The program that holds the log; `until` is when its makers stop mending it, None when they have not said."""

    name: str
    version: str
    until: dt.date | None

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def engine_of(told: Mapping[str, Any]) -> Engine:
    """Returns the program from what it answers to INFO; Valkey also names the Redis that it stands in for."""
    name = "Valkey" if "valkey_version" in told else "Redis"
    version = str(told["valkey_version" if name == "Valkey" else "redis_version"])
    found = re.match(r"(\d+)\.(\d+)", version)
    until = _UNTIL[name].get((int(found[1]), int(found[2]))) if found else None
    return Engine(name, version, until)
