"""Areas that come to an end: from which day on, who takes over, and in words what keeps that from being carried out."""

from __future__ import annotations

import datetime as dt
import graphlib
from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec


class Ending(Protocol):
    """What has to be known of an area."""

    @property
    def code(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def until(self) -> dt.date | None: ...
    @property
    def into(self) -> tuple[str, ...]: ...


class Retired(msgspec.Struct, frozen=True):
    """From which day on an area is no more, and who takes over, the first named first; nobody when empty."""

    until: dt.date
    into: tuple[str, ...] = ()


def retired_of(records: Mapping[str, Ending]) -> dict[str, Retired]:
    """Returns the areas that have an end, by code, those that end first before the others."""
    ending = sorted((r.until, code) for code, r in records.items() if r.until is not None)
    return {code: Retired(until, records[code].into) for until, code in ending}


def problems(records: Mapping[str, Ending]) -> Iterator[str]:
    """Yields in words what keeps the ends of areas from being carried out."""
    for record in records.values():
        yield from _heir_problems(record, records)
        above = records.get(record.parent or "")
        if above is not None and above.until is not None:
            yield from _parent_problems(record, above.code, above.until)
    if {record.until is None for record in records.values() if record.level == "grid"} == {False}:
        yield "every grid is retired; at least one must have no until"
    yield from _circles(records)


def _circles(records: Mapping[str, Ending]) -> Iterator[str]:
    known = {code: [heir for heir in r.into if heir in records] for code, r in records.items()}
    try:
        graphlib.TopologicalSorter(known).prepare()
    except graphlib.CycleError as error:
        yield f"areas are retired in a circle: {' → '.join(reversed(error.args[1]))}"


def _heir_problems(record: Ending, records: Mapping[str, Ending]) -> Iterator[str]:
    if record.level == "city" and record.until is not None:
        yield f"city {record.code} cannot be retired; wanted is a file of the city that there is"
    for code in record.into:
        heir = records.get(code)
        if heir is None:
            yield f"area {record.code} is retired into {code}, which is not in the file"
        elif (heir.level == "grid") != (record.level == "grid"):
            yield f"area {record.code} ({record.level}) cannot be retired into {code} ({heir.level})"


def _parent_problems(record: Ending, above: str, until: dt.date) -> Iterator[str]:
    if record.until is None:
        said = f"area {record.code} lies in {above}, which is retired on {until}"
        yield f"{said}; it needs another parent, or an until of its own"
    elif record.until > until:
        yield f"area {record.code} is retired on {record.until}, after {above} ({until}) that it lies in"
