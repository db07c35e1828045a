"""What the page of an area shows beside the wall's numbers: comparisons, children, the ledger, one grid's details.

Comparisons are with the area above (the same figure there), with the week before (环比) and
with the same week a year before (同比), each only where there is data. A week is the last
seven whole days, so that today's part of a day is never held against whole ones.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading import handing
from dashboard.domain.reading.area import grid_of
from dashboard.domain.reading.days import TREND_DAYS, by_day, closed_by_day, counted_by_day
from dashboard.domain.reading.indicators import rates
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.services import panel
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.indicators import dashed
from dashboard.domain.rules.lifecycle import LEVEL_NAMES, STATE_NAMES

WEEK = 7
YEAR = 364  # days: the same days of the week
WEEKLY = ("births", "deaths", "move_ins", "move_outs", "cases_reported", "closed")
SHOWN_CASES = 300

Body = dict[str, Any]
Ints = npt.NDArray[Any]


class ChildRow(NamedTuple):
    """One line of the table of children; on the wire a list, whose columns are named once beside it.

    Attributes:
        newborns: yesterday's.
        net: today's move-ins without its move-outs.
        community, on_time, satisfied: numerators of the rates of community resolution, on-time closing and
            satisfaction; the denominator of each is behind it.
        workers: all of them, on shift or not.
    """

    population: int
    newborns: int
    net: int
    open: int
    overdue: int
    community: int
    community_of: int
    on_time: int
    on_time_of: int
    satisfied: int
    satisfied_of: int
    on_shift: int
    silent: int
    workers: int


CHILD_COLUMNS = [dashed(name) for name in ChildRow._fields]


class Panels:
    """Computes area panels from one reading; what all areas share is computed once."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._week_before: dict[str, tuple[Ints, Ints]] | None = None

    def body(self, area: Area) -> Body:
        """Returns all panels of an area, in the form of the topic `panels/<code>`."""
        reading, tree = self.reading, self.reading.tree
        parent = tree.by_code[area.parent] if area.parent else None
        body: Body = {
            "rates": {dashed(name): self._rate(name, area, parent) for name in reading.rates},
            "weeks": {dashed(name): self._weeks(name, area, parent) for name in WEEKLY},
            "standing": self._standing(area, parent),
            "children_columns": CHILD_COLUMNS,
            "children": {child.code: child_row(reading, child) for child in tree.children(area.code)},
            "rate_days": rate_days(reading, area),
            "ledger": ledger(reading, area),
            "homes": reading.field.homes.shown(area.start, area.stop)
            | {"households": int(reading.field.households[area.start : area.stop].sum())},
            "services": panel(reading, area),
            "ages": reading.field.ages[area.start : area.stop].sum(axis=0).tolist(),
        }
        if tree.is_small(area):
            body["open"] = open_cases(reading, area)
        if area.level == "grid":
            body["grid"] = grid_of(reading, area.start)
        return body

    def _rate(self, name: str, area: Area, parent: Area | None) -> list[int | None]:
        """Returns [numerator, denominator] now, of the parent, and as they stood a week ago."""
        now = _sums(self.reading.rates[name], area)
        above = _sums(self.reading.rates[name], parent) if parent else [None, None]
        if self._week_before is None:
            self._week_before = rates(self.reading.state, self.reading.cases, self.reading.now_s - WEEK * 86_400.0)
        return [*now, *above, *_sums(self._week_before[name], area)]

    def _weeks(self, name: str, area: Area, parent: Area | None) -> list[int | None]:
        """Returns counts of the last seven whole days, the seven before, those a year ago, and the parent's."""
        last = self.reading.today - 1
        before = self._week(name, area, last - WEEK)
        year = self._week(name, area, last - YEAR) if self._has_days(last - YEAR - WEEK + 1) else None
        above = self._week(name, parent, last) if parent else None
        has_before = self._has_days(last - 2 * WEEK + 1)
        return [self._week(name, area, last), before if has_before else None, year, above]

    def _has_days(self, first: int) -> bool:
        """Says whether the counters reach back to a day."""
        rows = self.reading.field.counters.rows
        return bool(rows) and min(rows) <= first

    def _week(self, name: str, area: Area, last: int) -> int:
        if name == "closed":
            return int(closed_by_day(self.reading, area, last - WEEK + 1, last).sum())
        counted = self.reading.field.counters.window(name, last - WEEK + 1, last)
        return int(counted[area.start : area.stop].sum())

    def _standing(self, area: Area, parent: Area | None) -> Body:
        """Returns [now, a week ago, the parent's now] of residents and of open and overdue cases."""
        reading = self.reading
        columns, inside = reading.cases.columns, reading.within(area)
        then_s = reading.now_s - WEEK * 86_400.0
        ended = ~reading.cases.open & (columns["closed_at"] <= then_s)
        open_then = inside & (columns["reported_at"] <= then_s) & ~ended
        overdue_then = open_then & (columns["due_at"] < then_s)
        above = reading.within(parent) if parent else None
        standing: Body = {}
        for name, now, then in (
            ("cases-open", reading.cases.open, open_then),
            ("cases-overdue", reading.cases.overdue, overdue_then),
        ):
            wider = None if above is None else int(np.count_nonzero(now & above))
            standing[name] = [int(np.count_nonzero(now & inside)), int(np.count_nonzero(then)), wider]
        ages = reading.field.ages
        residents = int(ages[area.start : area.stop].sum())
        change = _net_change(reading, area, reading.today - WEEK + 1, reading.today)
        wider = int(ages[parent.start : parent.stop].sum()) if parent else None
        standing["population"] = [residents, residents - change, wider]
        return standing


def _sums(counts: tuple[Ints, Ints], area: Area) -> list[int]:
    return [int(part[area.start : area.stop].sum()) for part in counts]


def _net_change(reading: Reading, area: Area, first: int, last: int) -> int:
    """Returns by how much births, deaths and moves of the days `first` to `last` have changed its residents."""
    changed = handing.changes(reading.state, reading.field.counters, first, last)
    handed = reading.state.succession.handed_over(changed, reading.now_s)
    return int(handed[area.start : area.stop].sum())


def child_row(reading: Reading, child: Area) -> ChildRow:
    """Returns one line of the table of children."""
    cut, inside = slice(child.start, child.stop), reading.within(child)
    none = np.zeros(cut.stop, np.int64)
    community, community_of = _sums(reading.rates.get("community_resolution_rate", (none, none)), child)
    on_time, on_time_of = _sums(reading.rates["on_time_closing_rate"], child)
    satisfied, satisfied_of = _sums(reading.rates["satisfaction_rate"], child)
    return ChildRow(
        population=int(reading.field.ages[cut].sum()),
        newborns=reading.counted("births", child, 1),
        net=reading.counted("move_ins", child) - reading.counted("move_outs", child),
        open=int(np.count_nonzero(reading.cases.open & inside)),
        overdue=int(np.count_nonzero(reading.cases.overdue & inside)),
        community=community,
        community_of=community_of,
        on_time=on_time,
        on_time_of=on_time_of,
        satisfied=satisfied,
        satisfied_of=satisfied_of,
        on_shift=int(reading.field.workers.columns["on_shift"][cut].sum()),
        silent=int(reading.silent[cut].sum()),
        workers=reading.workers_in(child),
    )


def rate_days(reading: Reading, area: Area) -> Body:
    """Returns for each of the last 30 days what the daily rates are made of, oldest first, today last.

    `due` cases came due on the day, `on_time` of them were closed by then; `scored` ratings came in,
    `satisfied` of them with 4 or 5.
    """
    first, last, cases = reading.today - TREND_DAYS + 1, reading.today, reading.cases
    due_at, inside = cases.columns["due_at"], reading.within(area)
    due = inside & (cases.open | cases.closed) & (due_at <= reading.now_s)
    on_time = due & cases.closed & (cases.columns["closed_at"] <= due_at)
    return {
        "due": by_day(reading, due_at[due], first, last).tolist(),
        "on_time": by_day(reading, due_at[on_time], first, last).tolist(),
        **{name: counted_by_day(reading, name, area, first, last) for name in ("scored", "satisfied")},
    }


def ledger(reading: Reading, area: Area) -> Body:
    """Returns the month so far: residents at its start, what came and went, and residents now.

    What should live there now is counted from the areas file and all days since, so `balances` tells whether the
    ledger holds: residents now are counted apart from it.
    """
    days = reading.state.days
    first = days.number(days.date(reading.today).replace(day=1))
    cut, window = slice(area.start, area.stop), reading.field.counters.window
    moved = {name: int(window(name, first, reading.today + 1)[cut].sum()) for name in WEEKLY[:4]}
    counters, last = reading.field.counters, reading.today + 1
    computed = int(handing.expected(reading.state, counters, last, reading.now_s)[cut].sum())
    start = computed - moved["births"] + moved["deaths"] - moved["move_ins"] + moved["move_outs"]
    end = int(reading.field.ages[cut].sum())
    return {
        "month": days.date(reading.today).isoformat()[:7],
        "start": start,
        **moved,
        "end": end,
        "balances": computed == end,
    }


def open_cases(reading: Reading, area: Area) -> list[list[Any]]:
    """Returns open cases, the first to be due first, at most 300: see docs/protocol.md, topic `panels/<code>`."""
    columns = reading.cases.columns
    found = np.flatnonzero(reading.cases.open & reading.within(area))
    found = found[np.argsort(columns["due_at"][found], kind="stable")][:SHOWN_CASES]
    return [_open_case(reading, index) for index in found.tolist()]


def _open_case(reading: Reading, index: int) -> list[Any]:
    columns = reading.cases.columns
    lat, lon = float(columns["lat"][index]), float(columns["lon"][index])
    placed = not np.isnan(lat)
    return [
        reading.case_id(index),
        reading.state.rules.categories[int(columns["category"][index])].id,
        int(columns["severity"][index]),
        STATE_NAMES[int(columns["state"][index])],
        LEVEL_NAMES[int(columns["level"][index])],
        int(columns["due_at"][index] * 1000),
        bool(reading.cases.overdue[index]),
        round(lat, 6) if placed else None,
        round(lon, 6) if placed else None,
    ]
