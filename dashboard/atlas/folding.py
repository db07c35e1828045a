"""Lines for people: those that say the same of many features become one, with their number."""

from __future__ import annotations

import re

_EACH = 5  # lines of one kind that are said in full
_FIRST = 8  # features that are named by number where they are folded
_VALUE = re.compile(r"'[^']*'|\"[^\"]*\"|\d[\d.,]*")
_FEATURE = re.compile(r"^feature (\d+)( \(.*?\))?: ")


def folded(lines: list[str]) -> list[str]:
    """Returns the lines in their order; of many of one kind some are said, and the others counted.

    Of a kind are lines that differ in nothing but the feature they are about and in values.
    """
    equal: dict[str, list[str]] = {}
    for line in lines:
        equal.setdefault(_FEATURE.sub("", line), []).append(line)
    kinds: dict[str, list[list[str]]] = {}
    for text, same in equal.items():
        kinds.setdefault(_VALUE.sub("#", text), []).append(same)
    return [_printable(line) for kind in kinds.values() for line in _said(kind)]


def _printable(line: str) -> str:
    """Returns a line without what would change the terminal or the lines around; codes may hold anything."""
    return line if line.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


def _said(kind: list[list[str]]) -> list[str]:
    """Returns the lines of one kind, given groups of those that say the same."""
    said = [same[0] + (_more("the same of", same[1:]) if len(same) > 1 else "") for same in kind[:_EACH]]
    if rest := [line for same in kind[_EACH:] for line in same]:
        said[-1] += _more("of this kind", rest)
    return said


def _more(what: str, lines: list[str]) -> str:
    numbers = [found[1] for line in lines if (found := _FEATURE.match(line))]
    named = f": features {', '.join(numbers[:_FIRST])}{' …' if len(numbers) > _FIRST else ''}" if numbers else ""
    return f" (and {len(lines):,} more {what.removesuffix(' of')}{named})"
