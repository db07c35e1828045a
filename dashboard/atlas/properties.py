"""What an areas file says of one area: its properties, read as far as they can be, and in words where they cannot.

Tools for maps know no nested properties: they write them as JSON in a text, and counts as decimals. Both are read.
Residents that cannot be read are a problem and no city starts from them; whatever else is not used is named. Nothing
that was given is dropped in silence.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from dashboard.atlas.dates import AS_OF, WHEN, date_of, when_of
from dashboard.domain.rules.areas import AGE_BANDS, AreaRecord
from dashboard.domain.rules.levels import LEVELS
from dashboard.domain.rules.mistyped import mistyped
from dashboard.errors import AreasError

GRID = "grid"
_LONGEST_CODE = 256  # as `subject` of a report
_LARGEST = 1_000_000_000  # of anything in one area
_NAMES = ("code", "level", "name", "name_en", "parent")
_COUNTS = ("dwellings", "households")
_KNOWN = (*_NAMES, "population", *_COUNTS, *WHEN)
_SEXES = ("m", "f")
_WANTED_AGES = f"population.ages needs {AGE_BANDS} counts from 0 to {_LARGEST:,} for m and for f"
_WANTED = f'{{"ages": {{"m": [{AGE_BANDS} counts], "f": [{AGE_BANDS} counts]}}}}'
_SUMS = "larger areas are the sums of their grids"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SHOWN = 60  # characters of what was found


def record_of(properties: dict[str, Any]) -> tuple[AreaRecord, list[str]]:
    """Returns an area, and which of its properties are not used.

    Raises:
        AreasError: what is wrong with it.
    """
    level = properties.get("level")
    if level not in LEVELS:
        raise AreasError([f"level is {_found(level)}; wanted is one of {', '.join(LEVELS)}"])
    given = {name: value for name, value in properties.items() if value is not None and value != ""}
    counted, unused = _counted(given) if level == GRID else _of_a_larger(level, given)
    record = _named({name: properties[name] for name in _NAMES if name in properties} | counted | when_of(given))
    return record, [*(name for name in given if name not in _KNOWN), *unused]


def _named(fields: dict[str, Any]) -> AreaRecord:
    """Returns an area of given fields; raises AreasError when they make none."""
    problems = [line for name in _NAMES if (line := _text_problem(name, fields.get(name)))]
    if problems:
        raise AreasError(problems)
    try:
        record = msgspec.convert(fields, AreaRecord, strict=True)
    except msgspec.ValidationError as error:
        raise AreasError([mistyped(error)]) from None
    problem = _code_problem(record)
    if problem is not None:
        raise AreasError([problem])
    return record


def unused_lines(found: list[tuple[int, list[str]]]) -> list[str]:
    """Returns a line for each name that is not used, given (line of the feature, names) of each feature."""
    lines: dict[str, list[int]] = {}
    for line, names in found:
        for name in names:
            lines.setdefault(name, []).append(line)
    return [
        f"{plain(name)} is not used ({len(at):,} feature{'s' if len(at) > 1 else ''}, first in feature {at[0]}); "
        + (_SUMS if " of a " in name else f"known are {', '.join(_KNOWN)}, and in population only ages and as_of")
        for name, at in lines.items()
    ]


def _of_a_larger(level: str, given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Returns that nothing is counted in a larger area, and what was counted there all the same."""
    return {}, [f"{name} of a {level}" for name in ("population", *_COUNTS) if name in given]


def _counted(given: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Returns what is counted in a grid, and which parts of it are not used."""
    counted: dict[str, Any] = {name: _count(name, given[name]) for name in _COUNTS if name in given}
    if "population" not in given:
        return counted, []
    population = _read(given["population"])
    ages = _read(population.get("ages")) if isinstance(population, dict) else None
    if not isinstance(ages, dict):
        raise AreasError([f"population is {_found(given['population'])}; wanted is {_WANTED}"])
    counted["ages"] = [_bands(sex, ages.get(sex)) for sex in _SEXES]
    if population.get(AS_OF) not in (None, ""):
        counted["counted_on"] = date_of("population.as_of", population[AS_OF])
    return counted, [*_besides("population", population, ("ages", AS_OF)), *_besides("population.ages", ages, _SEXES)]


def _besides(path: str, given: dict[str, Any], used: tuple[str, ...]) -> list[str]:
    """Returns what an object holds besides what is used of it."""
    return [f"{path}.{key}" for key in given if key not in used]


def _bands(sex: str, value: Any) -> list[int]:
    """Returns the residents of one sex by five-year band; raises AreasError when that is not what was given."""
    bands, name = _read(value), f"population.ages.{sex}"
    if not isinstance(bands, list):
        raise AreasError([f"{name} is {_found(value)}; {_WANTED_AGES}"])
    if len(bands) != AGE_BANDS:
        raise AreasError([f"{name} has {len(bands)} counts; {_WANTED_AGES}"])
    if _are_counts(bands):
        return bands
    counts = [_as_count(count) for count in bands]
    wrong = next((place for place, count in enumerate(counts) if count is None), None)
    if wrong is not None:
        raise AreasError([f"{name}[{wrong}] is {_found(bands[wrong])}; {_WANTED_AGES}"])
    return [count for count in counts if count is not None]


def _are_counts(values: list[Any]) -> bool:
    """Says whether values are counts as they stand, as those of nearly all files are."""
    return all(type(value) is int and 0 <= value <= _LARGEST for value in values)


def _count(name: str, value: Any) -> int:
    """Returns a count; raises AreasError for anything else."""
    count = _as_count(value)
    if count is None:
        raise AreasError([f"{name} is {_found(value)}; wanted is a count from 0 to {_LARGEST:,}"])
    return count


def _as_count(value: Any) -> int | None:
    """Returns a count, also one that was written as a decimal (12.0) or as a text; None when it is none."""
    read = _read(value)
    if isinstance(read, float) and read.is_integer():
        read = int(read)
    return read if isinstance(read, int) and not isinstance(read, bool) and 0 <= read <= _LARGEST else None


def _read(value: Any) -> Any:
    """Returns what the JSON in a text says; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _found(value: Any) -> str:
    """Returns in words what was given instead of something."""
    kinds = {str: "the text", bool: "", int: "the number", float: "the number", dict: "the object", list: "the list"}
    shown = json.dumps(value, ensure_ascii=True)
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
    return "not given" if value is None else f"{kinds.get(type(value), '')} {shown}".strip()


def plain(name: str) -> str:
    """Returns a name as it can stand in a line, whatever it holds."""
    return name if name.isprintable() and len(name) <= _SHOWN else ascii(name[:_SHOWN])


def _text_problem(name: str, value: Any) -> str | None:
    """Returns why a property cannot be the text that it is to be, or None."""
    if value is None or (name == "parent" and value == ""):
        needed = name in ("code", "name")
        return f"{name} is not given; wanted is a text" if needed else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        way = f'in QGIS the field calculator makes it one: to_string("{name}")'
        return f'{name} is the number {value}; wanted is a text such as "{value}"; {way}'
    if not isinstance(value, str):
        return f"{name} is {_found(value)}; wanted is a text"
    halves = any("\ud800" <= character <= "\udfff" for character in value)
    return f"{name} holds half a character; write it again" if halves else None


def _code_problem(record: AreaRecord) -> str | None:
    """Returns why an area could not be named in reports and addresses, or None."""
    code, wanted = record.code, "wanted is a text such as 420502001 or ward-7"
    if not 0 < len(code) <= _LONGEST_CODE:
        return f"code is empty or longer than {_LONGEST_CODE} characters; {wanted}"
    if code in (".", "..") or "/" in code or (code == "city" and record.level != "city"):
        return f"code {code!r} cannot stand in an address, which takes it for something else; {wanted}"
    if _CONTROL.search(code):
        return f"code {code!r} holds a control character (a line break or tab?); {wanted}"
    return None
