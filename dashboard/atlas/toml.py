"""The tables of a TOML file that a city hands in (rules, calendar), or the line of it that is wrong."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from dashboard.atlas.text import text_of
from dashboard.errors import UnreadableFile

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_SHOWN = 60  # characters of a line


def tables_of(path: Path) -> dict[str, Any]:
    """Returns what a TOML file says; raises UnreadableFile with the line that is wrong, and how lines look."""
    text, _ = text_of(path)
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(path.name, _in_words(text, error)) from None


def _in_words(text: str, error: Exception) -> str:
    place = _PLACE.search(str(error))
    what = _PLACE.sub("", str(error))
    if isinstance(error, RecursionError):
        return "is nested deeper than any rules are"
    if place is None or place.group(1) is None:
        return f'is not TOML: at its end, {what}; lines look like `name = "text"` below a `[table]`'
    number = int(place.group(1))
    line = text.splitlines()[number - 1].strip() if number <= len(text.splitlines()) else ""
    shown = f"`{line[:_SHOWN]}`" if line.isprintable() else ascii(line[:_SHOWN])
    return f'is not TOML in line {number}, {shown}: {what}; lines look like `name = "text"` below a `[table]`'
