"""What a state starts from, part by part: a snapshot fits what is the same, and says what is not.

Names, shapes and the limits of the rules are no part of it: a state keeps none of them, and due times are computed
when a snapshot is loaded.
"""

from __future__ import annotations

from typing import Any

import msgspec
from xxhash import xxh3_128_hexdigest

from dashboard.domain.state.carrying import Start
from dashboard.domain.state.city import CityState

# Parts in which a state may differ from today's and still be carried over, if the log cannot be folded anew; what is
# not here decides on which day, in which stream or whether at all a report counted.
CARRIED = ("areas", "adjusted", "counted", "residents", "dwellings", "categories", "receipts", "clock", "kept", "held")
EXACT = ("residents", "dwellings")  # what is carried over is the same as what would be folded anew


class Origin(msgspec.Struct, frozen=True):
    """What a state was made of; `parts` are hashes by name, `start` its grids, categories and counts."""

    parts: dict[str, str]
    start: Start

    def changed(self, other: Origin) -> list[str]:
        """Returns the names of the parts in which another origin differs."""
        names = {**self.parts, **other.parts}
        return [name for name in names if other.parts.get(name) != self.parts.get(name)]


def origin_of(state: CityState, shards: int) -> Origin:
    """Returns what an empty state starts from."""
    tree, rules, horizon = state.tree, state.rules, state.horizon
    categories = [category.id for category in rules.categories]
    counted = {tree.grids[grid]: day for grid, day in state.succession.counted_from.items()}
    start = Start(list(tree.grids), categories, tree.ages.tobytes(), tree.dwellings.tobytes(), counted)
    return Origin(
        {
            **_adjusted(state),
            "areas": _digest(list(tree.by_code), list(tree.grids)),
            "residents": _digest(start.ages),
            "dwellings": _digest(start.dwellings),
            "categories": _digest(categories),
            "receipts": _digest(rules.order_receipt_limit_s),
            "timezone": _digest(state.days.timezone),
            "clock": _digest(*msgspec.structs.astuple(horizon)),
            "kept": _digest(state.counters.keep_days, state.case_days),
            "held": _digest(state.hold_s, state.early.most_bytes),
            "shards": _digest(shards),
        },
        start,
    )


def _adjusted(state: CityState) -> dict[str, str]:
    """Returns the parts that only a city with adjusted areas has, so that earlier snapshots of all others still fit."""
    tree, parts = state.tree, {}
    if tree.retired:
        ends = [(code, one.until.isoformat(), one.into) for code, one in tree.retired.items()]
        heirs = sorted({heir for one in tree.retired.values() if len(one.into) > 1 for heir in one.into})
        parts["adjusted"] = _digest(ends, [tree.outline_of(heir) for heir in heirs])
    if tree.counted_on:
        parts["counted"] = _digest([(code, on.isoformat()) for code, on in tree.counted_on.items()])
    return parts


def _digest(*values: Any) -> str:
    return xxh3_128_hexdigest(msgspec.msgpack.encode(values))
