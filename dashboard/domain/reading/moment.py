"""What is read from the state at a moment: the numbers of one area, as HTTP and topics give them.

A `Reading` computes what all areas share once; an area is then the sum of a slice.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.indicators import AGE_BUCKETS, CaseColumns, age_heat, rate, rates, read_cases
from dashboard.domain.rules.areas import Area, AreaTree
from dashboard.domain.state.city import CityState

PEOPLE_KINDS = {"newborns": "births", "deaths": "deaths", "move_ins": "move_ins", "move_outs": "move_outs"}


def instant(at_s: float) -> str:
    """Returns an instant (epoch seconds) as RFC 3339 in UTC with milliseconds."""
    moment = dt.datetime.fromtimestamp(at_s, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def place_of(tree: AreaTree, code: str | None) -> dict[str, str] | None:
    """Returns what people call an area in both languages, a grid with its community before it; None if unknown."""
    area = tree.by_code.get(code or "")
    if area is None:
        return None
    path = [area] if area.level != "grid" or area.parent is None else [tree.by_code[area.parent], area]
    return {
        "name": " ".join(each.name for each in path),
        "name_en": " ".join(each.name_en or each.name for each in path),
    }


class Reading:
    """The state at one moment; everything in it is computed at most once.

    Attributes:
        now_s: the moment, epoch seconds of the city's clock.
        today: number of the local day.
        cases: the cases at that moment.
    """

    def __init__(self, state: CityState, now_s: float) -> None:
        self.state, self.now_s = state, now_s
        self.today = state.days.day(now_s)
        self.cases: CaseColumns = read_cases(state, now_s)
        self._rates: dict[str, tuple[Any, Any]] | None = None
        self._silent: npt.NDArray[np.bool_] | None = None

    @property
    def rates(self) -> dict[str, tuple[Any, Any]]:
        """Numerators and denominators per grid of every rate."""
        if self._rates is None:
            self._rates = rates(self.state, self.cases)
        return self._rates

    @property
    def silent(self) -> npt.NDArray[np.bool_]:
        """Which grids are silent, bool [grids]."""
        if self._silent is None:
            self._silent = self.state.workers.silent(self.now_s)
        return self._silent

    def case_id(self, index: int) -> str:
        """Returns the id of the case at an index into the columns of `cases`."""
        return self.state.cases.ids[int(self.cases.rows[index])]

    def within(self, area: Area) -> npt.NDArray[np.bool_]:
        """Returns which cases lie in an area, bool [cases]."""
        grid = self.cases.columns["grid"]
        inside: npt.NDArray[np.bool_] = (grid >= area.start) & (grid < area.stop)
        return inside

    def counted(self, name: str, area: Area, days_ago: int = 0) -> int:
        """Returns a day's count of one kind in an area."""
        return int(self.state.counters.day(name, self.today - days_ago)[area.start : area.stop].sum())

    def closed_on(self, area: Area, days_ago: int = 0) -> int:
        """Returns how many cases of an area were closed on a day and are closed still."""
        start = self.state.days.start(self.today - days_ago)
        stop = self.state.days.start(self.today - days_ago + 1)
        closed_at = self.cases.columns["closed_at"]
        mask = self.cases.closed & (closed_at >= start) & (closed_at < stop) & self.within(area)
        return int(np.count_nonzero(mask))


def log_counts(state: CityState) -> dict[str, int]:
    """Returns the counts of the log; early reports that are held count as reports."""
    return {
        "reports": state.reports,
        "duplicates": state.duplicates,
        "dead_letters": state.dead_letters,
        "held": state.early.count,
        "differing_duplicates": state.differing,
    }


def area_header(state: CityState, area: Area) -> dict[str, Any]:
    """Returns who an area is, with the areas above it."""
    path = [
        {"code": a.code, "level": a.level, "name": a.name, "name_en": a.name_en} for a in state.tree.path(area.code)
    ]
    return {"code": area.code, "level": area.level, "name": area.name, "name_en": area.name_en, "path": path}


def people_of(reading: Reading, area: Area) -> dict[str, Any]:
    """Returns residents by sex and age band, and today's and yesterday's births, deaths and moves."""
    ages = reading.state.people.ages[area.start : area.stop].sum(axis=0)
    male, female = int(ages[0].sum()), int(ages[1].sum())
    people: dict[str, Any] = {
        "population": male + female,
        "male": male,
        "female": female,
        "ages": {"m": ages[0].tolist(), "f": ages[1].tolist()},
    }
    for name, counter in PEOPLE_KINDS.items():
        people[name] = {
            "today": reading.counted(counter, area),
            "yesterday": reading.counted(counter, area, 1),
        }
    return people


def cases_of(reading: Reading, area: Area) -> dict[str, Any]:
    """Returns open and overdue cases, the day's reported and closed ones, and open cases by category and age."""
    within = reading.within(area)
    cases, categories = reading.cases, reading.state.rules.categories
    counts, overdue = age_heat(cases, cases.columns["category"], len(categories), within)
    rows = [
        {"category": category.id, "counts": counts[index].tolist(), "overdue": overdue[index].tolist()}
        for index, category in enumerate(categories)
    ]
    return {
        "open": int(counts.sum()),
        "overdue": int(overdue.sum()),
        "reported": {
            "today": reading.counted("cases_reported", area),
            "yesterday": reading.counted("cases_reported", area, 1),
        },
        "closed": {"today": reading.closed_on(area), "yesterday": reading.closed_on(area, 1)},
        "by_age": {"buckets": list(AGE_BUCKETS), "rows": rows},
    }


def indicators_of(reading: Reading, area: Area) -> dict[str, Any]:
    """Returns every rate with both counts, its target (or None) and its window."""
    rules = reading.state.rules
    shown = {}
    for name, (numerators, denominators) in reading.rates.items():
        part = int(numerators[area.start : area.stop].sum())
        whole = int(denominators[area.start : area.stop].sum())
        shown[name] = {
            "numerator": part,
            "denominator": whole,
            "rate": rate(part, whole),
            "target": rules.targets.get(name),
            "window_days": rules.window_days,
        }
    return shown


def workers_of(reading: Reading, area: Area) -> dict[str, int]:
    """Returns how many workers there are, are on shift, and are silent while on shift."""
    on_shift = reading.state.workers.columns["on_shift"][area.start : area.stop]
    return {
        "all": area.stop - area.start,
        "on_shift": int(on_shift.sum()),
        "silent": int(reading.silent[area.start : area.stop].sum()),
    }


def grid_of(reading: Reading, grid: int) -> dict[str, Any]:
    """Returns what only a single grid has: its worker, its last report, its homes."""
    state = reading.state
    columns = state.workers.columns
    last, battery = float(columns["last_at"][grid]), float(columns["battery"][grid])
    male, female = (int(n) for n in state.people.ages[grid].sum(axis=1))
    return {
        "last_report": int(last * 1000) if last else None,
        "on_shift": bool(columns["on_shift"][grid]),
        "silent": bool(reading.silent[grid]),
        "battery": None if np.isnan(battery) else round(battery, 2),
        "dwellings": int(state.homes.dwellings[grid].sum()),
        "households": int(state.tree.households[grid]),
        "sex_ratio": round(100 * male / female, 1) if female else None,
    }


def area_body(reading: Reading, area: Area, behind: int) -> dict[str, Any]:
    """Returns all numbers of one area, in the form of `GET /api/v1/areas/{code}`."""
    state = reading.state
    body = {
        "area": area_header(state, area),
        "at": instant(reading.now_s),
        "watermark": instant(state.watermark) if state.watermark else None,
        "behind": behind,
        "log": log_counts(state),
        "people": people_of(reading, area),
        "cases": cases_of(reading, area),
        "indicators": indicators_of(reading, area),
        "workers": workers_of(reading, area),
    }
    if area.level == "grid":
        body["grid"] = grid_of(reading, area.start)
    return body
