"""Levels: which of the five a tree has, which one gets a case next, and what a city calls them.

A city has the levels `city` and `grid`; those between may be missing, everywhere or above some grids only. Nobody
stands on a level that is not there: what was handed to it is with the next one above it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.rules.mistyped import mistyped
from dashboard.errors import RulesError

Level = Literal["city", "district", "street", "community", "grid"]
LEVELS: tuple[Level, ...] = ("city", "district", "street", "community", "grid")
LADDER: tuple[Level, ...] = tuple(reversed(LEVELS))  # a level's place here is its number: grid 0 … city 4
TOP = len(LADDER) - 1

_LONGEST = 40
_MARKS = "{}‹›"  # places in messages

Numbers = npt.NDArray[np.uint8]
Slices = Iterable[tuple[Level, int, int]]


class LevelName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a city calls one of its levels; the plural is for languages that have one."""

    name: str
    name_en: str
    plural_en: str = ""


def parse_levels(table: Any) -> dict[Level, LevelName]:
    """Returns the names in a table `[levels]`; raises RulesError naming the entry at fault."""
    if not isinstance(table, dict):
        raise RulesError("levels", "must be a table")
    return {_level(name): _named(f"levels.{name}", entry) for name, entry in table.items()}


def _level(name: str) -> Level:
    for level in LEVELS:
        if level == name:
            return level
    raise RulesError(f"levels.{name}", f"is not one of {', '.join(LEVELS)}")


def _named(where: str, entry: Any) -> LevelName:
    """Returns one entry; a name in one language stands for both, and an English plural is made where none is given."""
    if not isinstance(entry, dict):
        raise RulesError(where, "must be a table with name, name_en and plural_en")
    try:
        given = dict(entry)
        either = given.get("name_en") or given.get("name")
        found = msgspec.convert({"name": either, "name_en": either, **given}, LevelName)
    except (TypeError, ValueError) as error:
        raise RulesError(where, f"needs name, name_en and plural_en as texts: {mistyped(error)}") from None
    named = msgspec.structs.replace(found, plural_en=found.plural_en or plural(found.name_en))
    for field, text in msgspec.structs.asdict(named).items():
        if not _fits(text):
            raise RulesError(f"{where}.{field}", f"is not a line of 1 to {_LONGEST} letters without any of {_MARKS}")
    return named


def _fits(text: str) -> bool:
    """Says whether a name can stand in the middle of a message."""
    return 0 < len(text.strip()) <= _LONGEST and text.isprintable() and not set(text) & set(_MARKS)


def plural(word: str) -> str:
    """Returns the regular English plural of a word; a word of another script has none."""
    if not word.isascii():
        return word
    if word[-1:] == "y" and word[-2:-1].lower() not in ("a", "e", "i", "o", "u"):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def present(areas: Slices, grids: int) -> npt.NDArray[np.bool_]:
    """Returns which levels each grid has above it, itself included, bool [grids, 5] by number."""
    has = np.zeros((grids, len(LADDER)), np.bool_)
    for level, start, stop in areas:
        has[start:stop, LADDER.index(level)] = True
    return has


def standing(has: npt.NDArray[np.bool_]) -> Numbers:
    """Returns which level has what was handed to a level, uint8 [grids, 5]: that one, or the next one that is there."""
    found = np.full(has.shape, TOP, np.uint8)
    for number in range(TOP - 1, -1, -1):
        found[:, number] = np.where(has[:, number], number, found[:, number + 1])
    return found


def above(stands: Numbers) -> Numbers:
    """Returns which level gets what the time of a level has run out for, uint8 [grids, 5]; the city keeps it."""
    beyond = np.minimum(stands + 1, TOP).astype(np.intp)
    return np.take_along_axis(stands, beyond, axis=1)
