"""The tree of areas: city › district › street › community › grid.

Grids are numbered along one axis in tree order, so that every area is a slice of
that axis and every total is a reduction over the slice. Codes are opaque strings:
the tree comes from explicit parents only.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.rules.levels import LADDER, LEVELS, Level, Numbers, above, present, standing
from dashboard.domain.rules.retiring import problems as retiring_problems
from dashboard.domain.rules.retiring import retired_of
from dashboard.errors import AreasError

_AROUND_A_GRID = 0.6  # of its own size, on each side
AGE_BANDS = 18  # five-year bands 0–4 … 80–84, and 85+
_NOBODY = ([0] * AGE_BANDS, [0] * AGE_BANDS)

IntArray = npt.NDArray[np.int64]


class Placer(Protocol):
    """Knows the geometry of grids."""

    def __call__(self, codes: Sequence[str], lat: float, lon: float, /) -> str | None:
        """Returns which of several grids holds a place; None when none does."""

    def shape_of(self, code: str, /) -> bytes:
        """Returns the shape of a grid as bytes that are the same for the same shape."""


class AreaRecord(msgspec.Struct, frozen=True):
    """One area as an areas file gives it.

    Attributes:
        ages: residents by sex (m, f) and five-year band, two lists of 18 counts; grids only.
        until: the day from which on it is retired.
        into: codes of the areas that take over.
        counted_on: the day of the count in `ages`; None: they are those at the start.
    """

    code: str
    level: Level
    name: str
    name_en: str | None = None
    parent: str | None = None
    ages: tuple[list[int], list[int]] | None = None
    dwellings: int = 0
    households: int = 0
    until: dt.date | None = None
    into: tuple[str, ...] = ()
    counted_on: dt.date | None = None


class Area(msgspec.Struct, frozen=True):
    """An area in the tree; its grids are `start` (included) to `stop` (excluded) on the grid axis."""

    code: str
    level: Level
    name: str
    name_en: str | None
    parent: str | None
    start: int
    stop: int


def framed(area: Area, west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
    """Returns what a map of an area shows of the world, given its bounds: of a grid also what lies around it."""
    if area.level != "grid":
        return west, south, east, north
    across, up = (east - west) * _AROUND_A_GRID, (north - south) * _AROUND_A_GRID
    return west - across, south - up, east + across, north + up


def _below(by_code: dict[str, Area]) -> dict[str, list[Area]]:
    """Returns the areas directly below each, in the order of all areas."""
    below: dict[str, list[Area]] = {code: [] for code in by_code}
    for area in by_code.values():
        if area.parent is not None:
            below[area.parent].append(area)
    return below


def _levels(by_code: dict[str, Area], grids: int) -> tuple[tuple[Level, ...], Numbers]:
    """Returns the levels that there are, and `standing` of each grid."""
    has = present(((area.level, area.start, area.stop) for area in by_code.values()), grids)
    return tuple(level for level in LEVELS if has[:, LADDER.index(level)].any()), standing(has)


def _counted_on(records: dict[str, AreaRecord]) -> dict[str, dt.date]:
    return {code: one.counted_on for code, one in records.items() if one.counted_on is not None}


class AreaTree:
    """All areas of one city.

    Attributes:
        root: the city.
        by_code: every area by its code, parents before children.
        grids: codes of the grids in axis order.
        grid_index: position of each grid's code on the axis.
        levels: those that there are, the city first, the grid last.
        standing: uint8 [grids, 5], which level (0 grid … 4 city) has what was handed to a level (levels.py).
        above: uint8 [grids, 5], which level gets it next; the city keeps what it has.
        ages: int64 [grids, 2, 18], residents at the start, sex in the order m, f.
        dwellings, households: int64 [grids].
        bounds: west, south, east, north of the whole city, where its geometry is known.
        retired: the areas that have an end, by code, those that end first before the others.
        counted_on: the day on which the residents of a grid were counted, by code, where that is told.
        place: which of several grids holds a place, where their geometry is known.
        gone: codes of the areas that are left out among children and levels, see `on`.
    """

    def __init__(self, by_code: dict[str, Area], records: dict[str, AreaRecord]) -> None:
        self.by_code = by_code
        self.root = next(iter(by_code.values()))
        self.grids = tuple(code for code, area in by_code.items() if area.level == "grid")
        self.grid_index = {code: index for index, code in enumerate(self.grids)}
        self.bounds: tuple[float, float, float, float] | None = None
        self.place: Placer | None = None
        self.retired = retired_of(records)
        self.gone: frozenset[str] = frozenset()
        self._on: dict[frozenset[str], AreaTree] = {self.gone: self}
        self.counted_on = _counted_on(records)
        self._children = _below(by_code)
        self.levels, self.standing = _levels(by_code, len(self.grids))
        self.above = above(self.standing)
        grids = [records[code] for code in self.grids]
        self.ages: IntArray = np.array([g.ages or _NOBODY for g in grids], dtype=np.int64)
        self.dwellings: IntArray = np.array([g.dwellings for g in grids], dtype=np.int64)
        self.households: IntArray = np.array([g.households for g in grids], dtype=np.int64)

    def outline_of(self, code: str) -> bytes:
        """Returns the shape of a grid as bytes, where it is known."""
        return b"" if self.place is None or code not in self.grid_index else self.place.shape_of(code)

    def on(self, day: dt.date) -> AreaTree:
        """Returns the tree as it is on a day: the same areas on the same axis, but those retired are nobody's children.

        They can be asked for by their code still, and what was counted there is in the sums above.
        """
        gone = frozenset(code for code, one in self.retired.items() if one.until <= day)
        if gone not in self._on:
            tree = self._on[gone] = copy.copy(self)
            tree.gone = gone
            tree._children = {
                code: [area for area in below if area.code not in gone] for code, below in self._children.items()
            }
        return self._on[gone]

    def standing_in(self, area: Area) -> list[int]:
        """Returns the grids of an area that are not gone, by their places on the axis; all when there is none else."""
        grids = range(area.start, area.stop)
        return [grid for grid in grids if self.grids[grid] not in self.gone] or list(grids)

    def uppers(self) -> list[Area]:
        """Returns the areas that are no grids and not gone, parents before children."""
        return [area for area in self.by_code.values() if area.level != "grid" and area.code not in self.gone]

    def children(self, code: str) -> tuple[Area, ...]:
        """Returns the areas directly below `code`, in axis order."""
        return tuple(self._children[code])

    def path(self, code: str) -> tuple[Area, ...]:
        """Returns the areas above `code`, from the city down to its parent."""
        above: list[Area] = []
        parent = self.by_code[code].parent
        while parent is not None:
            above.append(self.by_code[parent])
            parent = above[-1].parent
        return tuple(reversed(above))

    def levels_of(self, area: Area) -> tuple[Level, ...]:
        """Returns the levels that at least one grid of an area has above it, the grid first, the city last."""
        numbers = np.unique(self.standing[area.start : area.stop])
        return tuple(LADDER[number] for number in numbers.tolist())

    def parts(self) -> tuple[Area, ...]:
        """Returns the largest parts of the city in axis order; none where all grids lie directly below it."""
        return tuple(area for area in self.children(self.root.code) if area.level != "grid")

    def is_small(self, area: Area) -> bool:
        """Says whether an area is a grid, or holds nothing but grids; the city never is."""
        below = {child.level for child in self._children[area.code]}
        return area is not self.root and below <= {"grid"}

    def called(self, area: Area) -> tuple[Area, ...]:
        """Returns the areas whose names make the name of one: a grid is called after what it lies in, too.

        It is the same on all pages and in all scripts (assets/map/names.js). Wider areas have names of their own, and
        that of the city would stand before all of them.
        """
        above = self.by_code.get(area.parent or "")
        return (above, area) if area.level == "grid" and above is not None and above is not self.root else (area,)

    @property
    def part_level(self) -> Level | None:
        """The highest level of the largest parts; None where all grids lie directly below the city."""
        found = {area.level for area in self.parts()}
        return next((level for level in LEVELS if level in found), None)

    def at_level(self, level: Level) -> tuple[Area, ...]:
        """Returns all areas of one level in axis order."""
        return tuple(area for area in self.by_code.values() if area.level == level and area.code not in self.gone)


def build_tree(records: Iterable[AreaRecord]) -> AreaTree:
    """Returns the tree of `records`; raises AreasError with every problem found."""
    by_code: dict[str, AreaRecord] = {}
    problems: list[str] = []
    for record in records:
        if record.code in by_code:
            problems.append(f"code {record.code} is given twice")
        by_code[record.code] = record
    problems += _tree_problems(by_code)
    problems += retiring_problems(by_code)
    if problems:
        raise AreasError(problems)
    return AreaTree(_number(by_code), by_code)


def _tree_problems(records: dict[str, AreaRecord]) -> list[str]:
    """Returns in words what keeps `records` from being one tree."""
    problems = []
    roots = [r.code for r in records.values() if r.parent is None]
    if len(roots) != 1:
        problems.append(f"there must be exactly one area without a parent, found {len(roots)}: {', '.join(roots[:5])}")
    if not any(r.level == "grid" for r in records.values()):
        problems.append("there is no grid")
    for record in records.values():
        problem = _parent_problem(record, records)
        if problem:
            problems.append(problem)
    return problems


def _parent_problem(record: AreaRecord, records: dict[str, AreaRecord]) -> str | None:
    """Returns what is wrong between one area and its parent, or None."""
    if record.parent is None:
        return None if record.level == "city" else f"area {record.code} ({record.level}) has no parent"
    parent = records.get(record.parent)
    if parent is None:
        return f"area {record.code} names the parent {record.parent}, which is not in the file"
    if LEVELS.index(parent.level) >= LEVELS.index(record.level):
        return f"area {record.code} ({record.level}) cannot lie inside {parent.code} ({parent.level})"
    return None


def _number(records: dict[str, AreaRecord]) -> dict[str, Area]:
    """Returns the areas in depth-first order with their slices of the grid axis."""
    below: dict[str | None, list[str]] = {}
    for record in records.values():
        below.setdefault(record.parent, []).append(record.code)
    ordered: dict[str, Area] = {}

    def place(code: str, start: int) -> int:
        record = records[code]
        ordered[code] = Area(code, record.level, record.name, record.name_en, record.parent, start, start)
        stop = start + (record.level == "grid")
        for child in sorted(below.get(code, ())):
            stop = place(child, stop)
        ordered[code] = Area(code, record.level, record.name, record.name_en, record.parent, start, stop)
        return stop

    place(below[None][0], 0)
    return ordered
