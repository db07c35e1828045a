"""Which cases are wanted: the filters of lists, addresses and files, which are also what a number on a screen counts.

FILTERS is the one place that knows them. What the HTTP interface takes, what the archive can be asked for and which
choices the page of cases offers are all made of it, so a new filter is one entry, and a word for people.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

from dashboard.domain.reading import signs, traces
from dashboard.domain.reading.climbs import climbs_at
from dashboard.domain.reading.columns import BUCKETS, Mask, age_bucket
from dashboard.domain.reading.cursors import whole
from dashboard.domain.reading.days import days_of
from dashboard.domain.reading.indicators import rate_masks, rates_of
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.appraisal import SIGNS
from dashboard.domain.rules.areas import Area, AreaTree
from dashboard.domain.rules.channel import CHANNELS
from dashboard.domain.rules.indicators import CASE_RATES, underscored
from dashboard.domain.rules.ladder import CLIMBS_WITHIN_S
from dashboard.domain.rules.levels import LADDER
from dashboard.domain.rules.lifecycle import STATE_NAMES
from dashboard.domain.rules.rules import SEVERITIES, Rules
from dashboard.errors import InvalidReport

CaseFilter = Mapping[str, Any]  # values, as `Filter.read` made them, by the names of the filters that are asked for
V = TypeVar("V")
STATES = ("open", *STATE_NAMES)
PARTS = ("numerator", "rest")
FLAGS = ("true", "false")
SEVERAL = "\x1f"  # between values of a name that an address repeats; no id of the rules may hold it
AGES = tuple(map(str, range(BUCKETS)))


@dataclass(frozen=True, slots=True)
class Filter(Generic[V]):
    """One filter.

    Attributes:
        name: its name in an address; it is also the name of the archive's column where that can be asked for it.
        says: what it asks for, in a few words.
        read: (reading, text, name) gives the value that a text means; raises InvalidReport when it means none.
        mask: (reading, value, all that is asked for) gives which cases match, bool [cases]; None: it only says more
            about another filter.
        kind: what the HTTP interface takes it for.
        options: what people are offered to choose from; None where they are not.
        archived: the archive can be asked for it.
        repeated: an address may name it several times, and means any of the values.
    """

    name: str
    says: str
    read: Callable[[Reading, str, str], V]
    mask: Callable[[Reading, V, CaseFilter], Mask] | None
    kind: type = str
    options: Callable[[Rules, AreaTree], tuple[str, ...]] | None = None
    archived: bool = False
    repeated: bool = False


def filter_of(reading: Reading, query: Mapping[str, str]) -> CaseFilter:
    """Returns the filter that the query of an address asks for; empty values ask for nothing.

    Raises:
        InvalidReport: a value cannot be what its name says, or there is no such area.
    """
    return {name: FILTERS[name].read(reading, text, name) for name, text in query.items() if text and name in FILTERS}


def mask_of(reading: Reading, wanted: CaseFilter) -> Mask:
    """Returns which cases match, bool [cases]."""
    mask = np.ones(len(reading.cases.rows), np.bool_)
    for name, value in wanted.items():
        matches = FILTERS[name].mask
        if matches is not None:
            mask &= matches(reading, value, wanted)
    return mask


# ---------------------------------------------------------------------- what a text means


def _text(_: Reading, text: str, name: str) -> str:
    return text


def _flag(_: Reading, text: str, name: str) -> bool:
    if text not in FLAGS:
        raise InvalidReport(name, "is true or false")
    return text == "true"


def _whole(_: Reading, text: str, name: str) -> int:
    return whole(text, name)


def _area(reading: Reading, text: str, name: str) -> Area:
    tree = reading.state.tree
    area = tree.root if text == "city" else tree.by_code.get(text)
    if area is None:
        raise InvalidReport(name, f"there is no area {text[:40]!r}")
    return area


def _one_of(*known: str) -> Callable[[Reading, str, str], str]:
    """Returns a reader that takes these words only, dashes for underscores alike."""

    def read(_: Reading, text: str, name: str) -> str:
        found = text if text in known else underscored(text)
        if found not in known:
            raise InvalidReport(name, f"{text[:40]!r} is not one of {', '.join(known)}")
        return found

    return read


def several(text: str, known: Container[str]) -> tuple[str, ...]:
    """Returns the ids that a text means: each value is first taken as one id, and only then split at commas."""
    return tuple(each for value in text.split(SEVERAL) for each in ((value,) if value in known else value.split(",")))


def joined(ids: Sequence[str]) -> str:
    """Returns a text that `several` reads as these ids; with commas, as people write it, where none holds any."""
    return (SEVERAL if any("," in each for each in ids) else ",").join(ids)


def _categories(reading: Reading, text: str, name: str) -> tuple[str, ...]:
    known = reading.state.rules.category_index()
    return tuple(_one_of(*known)(reading, each, name) for each in several(text, known))


def _department(reading: Reading, text: str, name: str) -> str:
    return _one_of(*reading.state.rules.departments)(reading, text, name)


def _case_rate(reading: Reading, text: str, name: str) -> str:
    known = [rate for rate in rates_of(reading.state) if rate in CASE_RATES]
    return _one_of(*known)(reading, text, name)


def _level(reading: Reading, text: str, name: str) -> str:
    return _one_of(*reversed(reading.state.tree.levels))(reading, text, name)


def _age(reading: Reading, text: str, name: str) -> int:
    bucket = _whole(reading, text, name)
    if bucket >= BUCKETS:
        raise InvalidReport(name, f"is a bucket from 0 to {BUCKETS - 1}")
    return bucket


def _window(reading: Reading, text: str, name: str) -> int:
    days = _whole(reading, text, name)
    if not 1 <= days <= reading.state.case_days:
        raise InvalidReport(name, f"is a number from 1 to {reading.state.case_days}")
    return days


# ---------------------------------------------------------------------- which cases match


def _word(column: str, values: tuple[str, ...]) -> Callable[[Reading, str, CaseFilter], Mask]:
    """Returns a mask of the cases whose code in a column stands for a word."""

    def mask(reading: Reading, word: str, _: CaseFilter) -> Mask:
        equal: Mask = reading.cases.columns[column] == values.index(word)
        return equal

    return mask


def _in_state(reading: Reading, name: str, wanted: CaseFilter) -> Mask:
    return reading.cases.open if name == "open" else _word("state", STATE_NAMES)(reading, name, wanted)


def _of_categories(reading: Reading, names: tuple[str, ...], _: CaseFilter) -> Mask:
    known = reading.state.rules.category_index()
    return np.isin(reading.cases.columns["category"], [known[name] for name in names])


def _of_department(reading: Reading, name: str, _: CaseFilter) -> Mask:
    owners, columns = reading.state.owners, reading.cases.columns
    mine: Mask = owners.of(columns["grid"], columns["category"]) == owners.names.index(name)
    return mine


def _aged(reading: Reading, bucket: int, _: CaseFilter) -> Mask:
    cases = reading.cases
    aged: Mask = cases.open & (age_bucket(cases.now_s - cases.columns["reported_at"]) == bucket)
    return aged


def _named(reading: Reading, text: str, _: CaseFilter) -> Mask:
    """Looks through the ids in Python: they are text of any length, and this is a few ms for 100,000."""
    ids, part = reading.state.cases.ids, text.casefold()
    found: Mask = np.fromiter((part in ids[row].casefold() for row in reading.cases.rows.tolist()), np.bool_)
    return found


def _closed_on(reading: Reading, wanted: tuple[int, int], _: CaseFilter) -> Mask:
    days, closed_at = reading.state.days, reading.cases.columns["closed_at"]
    first, last = wanted
    on: Mask = reading.cases.closed & (closed_at >= days.start(first)) & (closed_at < days.start(last + 1))
    return on


def _of_rate(reading: Reading, name: str, wanted: CaseFilter) -> Mask:
    part, whole = rate_masks(reading.state, reading.cases, name, window_days=wanted.get("days"))
    masks: dict[str | None, Mask] = {None: whole, "numerator": part, "rest": whole & ~part}
    return masks[wanted.get("part")]


def _behind_sign(reading: Reading, name: str, wanted: CaseFilter) -> Mask:
    area: Area | None = wanted.get("area")
    if area is None or area.level != "grid":
        raise InvalidReport("sign", "needs the area of one grid")
    return np.isin(reading.cases.rows, signs.rows_behind(reading.state, reading.now_s, name, area))


def _climbing(reading: Reading, name: str, _: CaseFilter) -> Mask:
    soon: Mask = climbs_at(reading) <= reading.now_s + CLIMBS_WITHIN_S[name]
    return soon


def _unanswered(reading: Reading, wanted: bool, _: CaseFilter) -> Mask:
    mask = np.zeros(len(reading.cases.rows), np.bool_)
    mask[[urging.index for urging in traces.unanswered(reading)]] = True
    return mask if wanted else ~mask


def _equal(column: str) -> Callable[[Reading, int, CaseFilter], Mask]:
    """Returns a mask of the cases that have a number in a column."""

    def mask(reading: Reading, number: int, _: CaseFilter) -> Mask:
        equal: Mask = reading.cases.columns[column] == number
        return equal

    return mask


# In the order in which people are offered them.
_ALL: tuple[Filter[Any], ...] = (
    Filter("area", "code of an area, `city` for the root", _area, lambda now, area, _: now.within(area), archived=True),
    Filter("state", "`open` or one state", _one_of(*STATES), _in_state, options=lambda *_: STATES, archived=True),
    Filter(
        "category", "id of a category; repeated, or with commas, for several", _categories, _of_categories,
        options=lambda rules, _: tuple(rules.category_index()), archived=True, repeated=True,
    ),
    Filter(
        "department", "cases of the categories that a department handles", _department, _of_department,
        options=lambda rules, _: tuple(rules.departments),
    ),
    Filter(
        "severity", "1 urgent, 2, 3", _whole, _equal("severity"),
        kind=int, options=lambda *_: tuple(map(str, SEVERITIES)), archived=True,
    ),
    Filter(
        "level", "one that the city has: " + ", ".join(LADDER), _level, _word("level", LADDER),
        options=lambda _, tree: tuple(reversed(tree.levels)), archived=True,
    ),
    Filter(
        "channel", "where it came from: " + ", ".join(CHANNELS), _one_of(*CHANNELS), _word("channel", CHANNELS),
        options=lambda *_: CHANNELS, archived=True,
    ),
    Filter(
        "overdue", "open and late; in the archive closed late", _flag,
        lambda now, wanted, _: now.cases.overdue == wanted, kind=bool, options=lambda *_: FLAGS, archived=True,
    ),
    Filter(
        "due_soon", "due within the hour", _flag,
        lambda now, wanted, _: now.cases.due_soon == wanted, kind=bool, options=lambda *_: FLAGS,
    ),
    Filter(
        "climbs", "goes up to the next level within the `hour` or the `day`", _one_of(*CLIMBS_WITHIN_S), _climbing,
        options=lambda *_: tuple(CLIMBS_WITHIN_S),
    ),
    Filter("age", "age bucket 0-5 of open cases", _age, _aged, kind=int, options=lambda *_: AGES),
    Filter("q", "part of the id, upper and lower case alike", _text, _named, archived=True),
    Filter("closed_on", "`today`, `yesterday`, `week`, a window such as `7d`, or a date", days_of, _closed_on),
    Filter("indicator", "cases that a rate counts (its denominator)", _case_rate, _of_rate),
    Filter("part", "with `indicator`: `numerator` or `rest`", _one_of(*PARTS), None),
    Filter("days", "with `indicator`: so many days up to today instead of the usual window", _window, None, kind=int),
    Filter("sign", "with the `area` of a grid: own cases behind a sign of its worker", _one_of(*SIGNS), _behind_sign),
    Filter(
        "returned_on", "a check sent it back: days as in `closed_on`", days_of,
        lambda now, days, _: traces.returned(now, *days),
    ),
    Filter(
        "badly_rated_on", "a resident rated it below 4: days as in `closed_on`", days_of,
        lambda now, days, _: traces.badly_rated(now, *days),
    ),
    Filter("unanswered", "open and urged, without a reply since", _flag, _unanswered, kind=bool),
)  # fmt: skip
FILTERS: dict[str, Filter[Any]] = {each.name: each for each in _ALL}
