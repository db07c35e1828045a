"""Which cases are wanted: the filters of the worklist, which are also what a number on a screen counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.domain.reading import signs, traces
from dashboard.domain.reading.climbs import WITHIN_S, climbs_within
from dashboard.domain.reading.columns import BUCKETS, age_bucket
from dashboard.domain.reading.indicators import CASE_RATES, rate_masks
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.wall import DUE_SOON_S
from dashboard.domain.rules.appraisal import SIGNS
from dashboard.domain.rules.areas import Area, AreaTree
from dashboard.domain.rules.lifecycle import LEVEL_CODES, LEVEL_NAMES, STATE_NAMES
from dashboard.errors import InvalidReport

_LONGEST_WINDOW = 4  # characters
_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # as for the times of reports
_DAYS = ("closed_on", "returned_on", "badly_rated_on")
Mask = npt.NDArray[np.bool_]
SORTS = ("reported_at", "due_at", "closed_at", "severity", "level", "state", "category", "area", "id")


class CaseFilter(msgspec.Struct, frozen=True):
    """Which cases are wanted; None = all.

    Attributes:
        state: `open` or the name of one state.
        category: an id, or several with commas.
        age: age bucket 0–5 of an open case.
        due_soon: running, not overdue, due within the hour.
        text: part of the id, upper and lower case alike.
        closed_on: first and last local day (numbers) on which the case was closed.
        department: whose categories.
        indicator: one of the rates that cases are counted for; `part` is `numerator`, `rest` or None (denominator).
        days: the window of the indicator ends today and is so long; that of the rules if it is None.
        sign: own cases of one grid's worker that stand behind a sign (see `domain.signs`).
        climbs: goes up to the next level within the `hour` or the `day`, if nobody closes it.
        returned_on, badly_rated_on: first and last local day on which a check sent it back, a resident rated it low.
        unanswered: open, urged, and no reply since.
    """

    area: Area | None = None
    state: str | None = None
    category: str | None = None
    overdue: bool | None = None
    severity: int | None = None
    level: str | None = None
    age: int | None = None
    due_soon: bool | None = None
    text: str | None = None
    closed_on: tuple[int, int] | None = None
    indicator: str | None = None
    part: str | None = None
    department: str | None = None
    days: int | None = None
    sign: str | None = None
    climbs: str | None = None
    returned_on: tuple[int, int] | None = None
    badly_rated_on: tuple[int, int] | None = None
    unanswered: bool | None = None


def filter_of(tree: AreaTree, reading: Reading, query: Mapping[str, str]) -> CaseFilter:
    """Returns the filter that the query of an address asks for; empty values ask for nothing.

    Raises:
        InvalidReport: a value cannot be what its name says, or there is no such area.
    """
    given = {name: value for name, value in query.items() if value}
    area = None
    if given.get("area", "city") != "city":
        area = tree.by_code.get(given["area"])
        if area is None:
            raise InvalidReport("area", f"there is no area {given['area'][:40]!r}")
    return CaseFilter(
        area=area,
        state=given.get("state"),
        category=given.get("category"),
        overdue=_flag(given, "overdue"),
        severity=_whole(given, "severity"),
        level=given.get("level"),
        age=_whole(given, "age"),
        due_soon=_flag(given, "due_soon"),
        text=given.get("q"),
        **{name: days_of(reading, given[name], name) for name in _DAYS if name in given},
        indicator=given.get("indicator"),
        part=given.get("part"),
        department=given.get("department"),
        days=_days(reading, given),
        sign=given.get("sign"),
        climbs=given.get("climbs"),
        unanswered=_flag(given, "unanswered"),
    )


def _flag(given: Mapping[str, str], name: str) -> bool | None:
    if name in given and given[name] not in ("true", "false"):
        raise InvalidReport(name, "is true or false")
    return given[name] == "true" if name in given else None


def _whole(given: Mapping[str, str], name: str) -> int | None:
    if name in given and not given[name].isdecimal():
        raise InvalidReport(name, "is a whole number")
    return int(given[name]) if name in given else None


def _days(reading: Reading, given: Mapping[str, str]) -> int | None:
    """Returns the length of the window that goes with an indicator."""
    days = _whole(given, "days")
    if days is not None and not 1 <= days <= reading.state.case_days:
        raise InvalidReport("days", f"is a number from 1 to {reading.state.case_days}")
    return days


def days_of(reading: Reading, text: str, field: str) -> tuple[int, int]:
    """Returns first and last day (numbers of local days) that a text names.

    `today`, `yesterday`, `week` (the last seven whole days), `window` (that of the indicators), a window such
    as `90d` that ends today, or a date.

    Raises:
        InvalidReport: it names none.
    """
    today, window = reading.today, reading.state.rules.window_days
    named = {
        "today": (today, today),
        "yesterday": (today - 1, today - 1),
        "week": (today - 7, today - 1),
        "window": (today - window + 1, today),
    }
    if text in named:
        return named[text]
    if text.endswith("d") and text[:-1].isdecimal() and len(text) <= _LONGEST_WINDOW:
        return today - max(1, int(text[:-1])) + 1, today
    try:
        date = dt.date.fromisoformat(text)
        if not _FIRST_YEAR <= date.year <= _LAST_YEAR:
            raise ValueError(text)
        day = reading.state.days.number(date)
    except ValueError:
        told = f"{text[:20]!r} is not {', '.join(named)} 90d, or a date such as 2026-11-23"
        raise InvalidReport(field, told) from None
    return day, day


def matching(reading: Reading, wanted: CaseFilter, sort: str = "reported_at", descending: bool = True) -> Any:
    """Returns indexes into the columns of the reading, in order, equal ones by table row; int [matches].

    Raises:
        InvalidReport: a filter or the order names something that does not exist.
    """
    return _ordered(reading, np.flatnonzero(mask_of(reading, wanted)), sort, descending)


def mask_of(reading: Reading, wanted: CaseFilter) -> Mask:
    """Returns which cases match, bool [cases]; raises InvalidReport as `matching` does."""
    mask = np.ones(len(reading.cases.rows), np.bool_)
    for name, value in msgspec.structs.asdict(wanted).items():
        if value is not None and name not in ("part", "days"):
            mask &= _MASKS[name](reading, value, wanted)
    return mask


def _ordered(reading: Reading, found: Any, sort: str, descending: bool) -> Any:
    if sort not in SORTS:
        raise InvalidReport("sort", f"{sort!r} is not one of {', '.join(SORTS)}")
    columns, rows = reading.cases.columns, reading.cases.rows
    if sort == "id":
        keys = np.array([reading.case_id(index) for index in found.tolist()], dtype=np.str_)
        order = np.argsort(keys, kind="stable")
        return found[order[::-1] if descending else order]
    key = columns["grid" if sort == "area" else sort][found].astype(np.float64)
    return found[np.lexsort((rows[found], -key if descending else key))]


def _state(reading: Reading, name: str, _: CaseFilter) -> Mask:
    if name == "open":
        return reading.cases.open
    if name not in STATE_NAMES:
        raise InvalidReport("state", f"{name!r} is not open or one of {', '.join(STATE_NAMES)}")
    return _equal(reading, "state", STATE_NAMES.index(name))


def _category(reading: Reading, names: str, _: CaseFilter) -> Mask:
    known, mask = reading.state.rules.category_index(), np.zeros(len(reading.cases.rows), np.bool_)
    for name in names.split(","):
        if name not in known:
            raise InvalidReport("category", f"{name!r} is not one of {', '.join(known)}")
        mask |= _equal(reading, "category", known[name])
    return mask


def _department(reading: Reading, name: str, _: CaseFilter) -> Mask:
    rules = reading.state.rules
    if name not in rules.departments:
        raise InvalidReport("department", f"{name!r} is not one of {', '.join(rules.departments)}")
    theirs = np.array([category.department == name for category in rules.categories])
    mine: Mask = theirs[reading.cases.columns["category"]]
    return mine


def _level(reading: Reading, name: str, _: CaseFilter) -> Mask:
    if name not in LEVEL_CODES:
        raise InvalidReport("level", f"{name!r} is not one of {', '.join(LEVEL_NAMES)}")
    return _equal(reading, "level", LEVEL_CODES[name])


def _equal(reading: Reading, column: str, value: int) -> Mask:
    equal: Mask = reading.cases.columns[column] == value
    return equal


def _age(reading: Reading, bucket: int, _: CaseFilter) -> Mask:
    if not 0 <= bucket < BUCKETS:
        raise InvalidReport("age", f"is a bucket from 0 to {BUCKETS - 1}")
    cases = reading.cases
    aged: Mask = cases.open & (age_bucket(cases.now_s - cases.columns["reported_at"]) == bucket)
    return aged


def _due_soon(reading: Reading, wanted: bool, _: CaseFilter) -> Mask:
    cases = reading.cases
    running = cases.open & ~cases.overdue & (cases.columns["paused_since"] == 0)
    soon: Mask = running & (cases.columns["due_at"] - cases.now_s < DUE_SOON_S)
    return soon if wanted else ~soon


def _text(reading: Reading, text: str, _: CaseFilter) -> Mask:
    """Looks through the ids in Python: they are text of any length, and this is a few ms for 100,000."""
    ids, part = reading.state.cases.ids, text.casefold()
    found: Mask = np.fromiter((part in ids[row].casefold() for row in reading.cases.rows.tolist()), np.bool_)
    return found


def _closed_on(reading: Reading, wanted: tuple[int, int], _: CaseFilter) -> Mask:
    days, closed_at = reading.state.days, reading.cases.columns["closed_at"]
    first, last = wanted
    on: Mask = reading.cases.closed & (closed_at >= days.start(first)) & (closed_at < days.start(last + 1))
    return on


def _indicator(reading: Reading, name: str, wanted: CaseFilter) -> Mask:
    name = name.replace("-", "_")
    if name not in CASE_RATES:
        raise InvalidReport("indicator", f"{name!r} is not one of {', '.join(CASE_RATES)}")
    part, whole = rate_masks(reading.state, reading.cases, name, window_days=wanted.days)
    if wanted.part not in (None, "numerator", "rest"):
        raise InvalidReport("part", "is numerator or rest")
    return whole if wanted.part is None else part if wanted.part == "numerator" else whole & ~part


def _sign(reading: Reading, name: str, wanted: CaseFilter) -> Mask:
    name = name.replace("-", "_")
    if name not in SIGNS:
        raise InvalidReport("sign", f"{name[:40]!r} is not one of {', '.join(SIGNS)}")
    if wanted.area is None or wanted.area.level != "grid":
        raise InvalidReport("sign", "needs the area of one grid")
    found: Mask = np.isin(reading.cases.rows, signs.rows_behind(reading.state, reading.now_s, name, wanted.area))
    return found


def _climbs(reading: Reading, name: str, _: CaseFilter) -> Mask:
    if name not in WITHIN_S:
        raise InvalidReport("climbs", f"{name[:20]!r} is not one of {', '.join(WITHIN_S)}")
    return climbs_within(reading, name)


def _unanswered(reading: Reading, wanted: bool, _: CaseFilter) -> Mask:
    mask = np.zeros(len(reading.cases.rows), np.bool_)
    mask[[urging.index for urging in traces.unanswered(reading)]] = True
    return mask if wanted else ~mask


_MASKS: dict[str, Callable[[Reading, Any, CaseFilter], Mask]] = {
    "area": lambda reading, area, _: reading.within(area),
    "state": _state,
    "category": _category,
    "overdue": lambda reading, wanted, _: reading.cases.overdue == wanted,
    "severity": lambda reading, severity, _: _equal(reading, "severity", severity),
    "level": _level,
    "age": _age,
    "due_soon": _due_soon,
    "text": _text,
    "closed_on": _closed_on,
    "indicator": _indicator,
    "department": _department,
    "sign": _sign,
    "climbs": _climbs,
    "returned_on": lambda reading, days, _: traces.returned(reading, *days),
    "badly_rated_on": lambda reading, days, _: traces.badly_rated(reading, *days),
    "unanswered": _unanswered,
}
