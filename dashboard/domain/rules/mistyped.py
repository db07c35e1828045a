"""What was found where something else is wanted, in words for who writes the file and knows no program's types."""

from __future__ import annotations

import re

_KINDS = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}
_TYPES = re.compile(r"^Expected `(?P<wanted>[^`]+)`, got `(?P<found>[^`]+)`")
_MISSING = re.compile(r"^Object missing required field `(?P<name>[^`]+)`")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>[^`]+)`")
_OUTSIDE = re.compile(r"^Expected `(?P<kind>[^`]+)` (?P<how>of length )?(?P<bound>[<>]?=?) ?(?P<value>[-\d.]+)")
_PATH = re.compile(r" - at `\$?\.?(?P<path>[^`]*)`$")


def mistyped(error: Exception | str) -> str:
    """Returns in words what the error of a converter says, with the entry inside of what was converted.

    Words of other errors are returned as they are.
    """
    said = str(error)
    path = _PATH.search(said)
    at = path["path"].replace("[...]", "").strip(".") if path else ""
    said = _PATH.sub("", said)
    if found := _TYPES.match(said):
        return _at(at, f"is {_kinds(found['found'])}; wanted is {_kinds(found['wanted'])}")
    if found := _MISSING.match(said):
        return _at(f"{at}.{found['name']}" if at else found["name"], "is missing")
    if found := _UNKNOWN.match(said):
        return _at(at, f"has no entry {found['name']!r}")
    if found := _OUTSIDE.match(said):
        length = "with a length " if found["how"] else ""
        return _at(at, f"is out of range; wanted is {_kinds(found['kind'])} {length}{found['bound']} {found['value']}")
    return _at(at, said) if at else said


def _at(path: str, said: str) -> str:
    return f"{path} {said}" if path else said


def _kinds(types: str) -> str:
    return " or ".join(_KINDS.get(kind.strip(), kind.strip()) for kind in types.split("|"))
