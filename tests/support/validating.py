"""After every test that folds, what must hold for every state is checked for the states that it folded into."""

from __future__ import annotations

from typing import Any

from dashboard.domain.state.city import CityState
from dashboard.domain.state.door import Door
from dashboard.domain.state.validity import validate
from dashboard.errors import Fault

_folded: dict[int, CityState] = {}
_MOST = 50  # states of property tests that are kept before they are looked at
_fold = Door.fold


def _watched(door: Door, entries: list[Any], shard: int, touched: set[int]) -> Any:
    if len(_folded) >= _MOST and id(door.city) not in _folded:
        check_all()
    _folded[id(door.city)] = door.city
    try:
        return _fold(door, entries, shard, touched)
    except Fault:  # then the state is worth nothing, and nobody goes on with it
        del _folded[id(door.city)]
        raise


def check_all() -> None:
    """Raises Contradiction when a state that was folded into contradicts itself."""
    cities = list(_folded.values())
    _folded.clear()
    for city in cities:
        validate(city)


def watch() -> None:
    """From now on each fold of this process is noted."""
    Door.fold = _watched  # type: ignore[method-assign]
