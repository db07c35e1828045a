"""Topics: what a screen can watch. Each has a name, a scope, a pace and a body; nobody else reads its name.

A new topic is a class here and a line in `_KINDS`; the publisher and the socket know nothing of what it shows.
"""

from __future__ import annotations

import abc
import functools
from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading import cases, wall
from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.heats import heats
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.panels import Panels
from dashboard.domain.rules.areas import Area
from dashboard.domain.state.city import CityState
from dashboard.feeds.live.frames import Body

Pace = Literal["fast", "slow"]
_OF_THE_FRAME = ("at", "watermark")  # every frame has them, so that no body changes by them alone


class Tick:
    """What all topics see on one tick.

    Attributes:
        reading: the city at that moment.
        slow: whether slow topics, and the slow parts of others, are looked at, too.
        behind: entries of the log that are not folded yet.
        pulses: indexes of grids with a new report since the tick before.
    """

    def __init__(self, reading: Reading, *, slow: bool, behind: int = 0, pulses: Sequence[int] = ()) -> None:
        self.reading, self.slow, self.behind, self.pulses = reading, slow, behind, pulses

    @functools.cached_property
    def panels(self) -> Panels:
        """What the panels of all areas share, computed once."""
        return Panels(self.reading)


class Topic(abc.ABC):
    """One topic that somebody watches.

    Attributes:
        name: as screens ask for it, such as `area/420502`.
        scope: the area that it tells of: who has no right to that may not watch it.
        pace: fast ones are looked at on every tick, slow ones twice a second.
    """

    pace: ClassVar[Pace] = "fast"

    def __init__(self, name: str, scope: Area) -> None:
        self.name, self.scope = name, scope

    @abc.abstractmethod
    def body(self, tick: Tick) -> Body:
        """Returns what the topic shows now, or those sections of it that may have changed."""

    def transient(self, tick: Tick) -> Body | None:
        """Returns what belongs to the frame of this tick only and to no snapshot."""
        return None


class Map(Topic):
    """One layer of the map: arrays are compared, and only grids that have changed are told."""

    def __init__(self, name: str, scope: Area, layer: str) -> None:
        """Knows of no value yet, and every grid in the state that is not told: all is quiet."""
        super().__init__(name, scope)
        self._layer = layer
        grids = scope.stop - scope.start
        self._values: npt.NDArray[np.int64] = np.full(grids, np.iinfo(np.int64).min)
        self._states = np.zeros(grids, np.uint8)

    def body(self, tick: Tick) -> Body:
        """Returns the values and states that have changed since the last call, by grid index as text."""
        values, states = wall.layer_values(tick.reading, self._layer).astype(np.int64), wall.grid_states(tick.reading)
        body: Body = {}
        changed = np.flatnonzero(self._values != values)
        if len(changed):
            body["values"] = dict(zip(map(str, changed.tolist()), values[changed].tolist(), strict=True))
        changed = np.flatnonzero(self._states != states)
        if len(changed):
            named = [wall.STATE_NAMES[state] for state in states[changed].tolist()]
            body["states"] = dict(zip(map(str, changed.tolist()), named, strict=True))
        self._values, self._states = values.copy(), states.copy()
        return body

    def transient(self, tick: Tick) -> Body | None:
        """Returns the grids that pulse."""
        return {"pulse": list(tick.pulses)} if tick.pulses else None


class Wall(Topic):
    """What a wall shows of an area: numbers on every tick, charts and lists on slow ones."""

    def __init__(self, name: str, scope: Area) -> None:
        super().__init__(name, scope)
        self._rows: dict[str, set[str]] = {"category": set(), "district": set()}

    def body(self, tick: Tick) -> Body:
        """Returns the numbers, and the rest when it is time."""
        body: Body = {"kpi": wall.kpis(tick.reading, self.scope)}
        if not tick.slow:
            return body
        slow = wall.slow_body(tick.reading, self.scope)
        self._end_rows(slow["heat"])
        return body | slow

    def _end_rows(self, heat: Body) -> None:
        """Says null for rows that are among the largest no more, since a patch never takes anything away."""
        for by, told in self._rows.items():
            heat[by] |= dict.fromkeys(told - heat[by].keys())
            told.update(heat[by])


class Heat(Topic):
    """The whole heatmap of an area, every row of it, for who has opened it."""

    pace = "slow"

    def body(self, tick: Tick) -> Body:
        """Returns all rows."""
        return heats(tick.reading, self.scope, most=None)


class AreaNumbers(Topic):
    """All numbers of an area, as HTTP gives them."""

    pace = "slow"

    def body(self, tick: Tick) -> Body:
        """Returns them, but for what each frame says anyway."""
        shown = area_body(tick.reading, self.scope, tick.behind)
        return {name: value for name, value in shown.items() if name not in _OF_THE_FRAME}


class AreaPanels(Topic):
    """What the page of an area shows beside."""

    pace = "slow"

    def body(self, tick: Tick) -> Body:
        """Returns all panels."""
        return tick.panels.body(self.scope)


class Case(Topic):
    """One case; a case that has left the memory shows nothing new any more."""

    def __init__(self, name: str, scope: Area, case: str) -> None:
        super().__init__(name, scope)
        self._case = case

    def body(self, tick: Tick) -> Body:
        """Returns the case as it stands."""
        known = self._case in tick.reading.state.cases.rows
        return cases.live(tick.reading, self._case) if known else {}


def topic_of(state: CityState, name: str) -> Topic | None:
    """Returns the topic of a name, or None when there is none that can be watched now."""
    kind, _, rest = name.partition("/")
    make = _KINDS.get(kind)
    return None if make is None else make(state, name, rest)


def _city(state: CityState, name: str, rest: str) -> Topic | None:
    return Wall(name, state.tree.root) if name == "city" else None


def _map(state: CityState, name: str, layer: str) -> Topic | None:
    return Map(name, state.tree.root, layer) if layer in wall.LAYERS else None


def _case(state: CityState, name: str, case: str) -> Topic | None:
    row = state.cases.rows.get(case)
    if row is None:
        return None
    return Case(name, state.tree.by_code[state.tree.grids[state.cases.grid_of(row)]], case)


def _of_area(made: Callable[[str, Area], Topic]) -> Callable[[CityState, str, str], Topic | None]:
    def make(state: CityState, name: str, code: str) -> Topic | None:
        area = state.tree.by_code.get(code) or (state.tree.root if code == "city" else None)
        return None if area is None else made(name, area)

    return make


_KINDS: dict[str, Callable[[CityState, str, str], Topic | None]] = {
    "city": _city,
    "map": _map,
    "wall": _of_area(Wall),
    "area": _of_area(AreaNumbers),
    "heat": _of_area(Heat),
    "panels": _of_area(AreaPanels),
    "case": _case,
}
