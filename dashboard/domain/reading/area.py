"""The numbers of one area at a moment, as HTTP and topics give them."""

from __future__ import annotations

from typing import Any

import numpy as np

from dashboard.domain.reading.columns import AGE_BUCKETS, age_heat
from dashboard.domain.reading.indicators import rate
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.rules.areas import Area
from dashboard.domain.state.city import CityState

PEOPLE_KINDS = {"newborns": "births", "deaths": "deaths", "move_ins": "move_ins", "move_outs": "move_outs"}


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
    ages = reading.field.ages[area.start : area.stop].sum(axis=0)
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
    on_shift = reading.field.workers.columns["on_shift"][area.start : area.stop]
    return {
        "all": reading.workers_in(area),
        "on_shift": int(on_shift.sum()),
        "silent": int(reading.silent[area.start : area.stop].sum()),
    }


def grid_of(reading: Reading, grid: int) -> dict[str, Any]:
    """Returns what only a single grid has: its worker, its last report, its homes."""
    columns = reading.field.workers.columns
    last, battery = float(columns["last_at"][grid]), float(columns["battery"][grid])
    male, female = (int(n) for n in reading.field.ages[grid].sum(axis=1))
    return {
        "last_report": int(last * 1000) if last else None,
        "on_shift": bool(columns["on_shift"][grid]),
        "silent": bool(reading.silent[grid]),
        "battery": None if np.isnan(battery) else round(battery, 2),
        "dwellings": int(reading.field.homes.dwellings[grid].sum()),
        "households": int(reading.field.households[grid]),
        "sex_ratio": round(100 * male / female, 1) if female else None,
    }


def area_body(reading: Reading, area: Area, behind: int) -> dict[str, Any]:
    """Returns all numbers of one area, in the form of `GET /api/v1/areas/{code}`."""
    state = reading.state
    body = {
        "area": area_header(state, area),
        "at": instant(reading.now_s),
        "watermark": instant(reading.watermark) if reading.watermark else None,
        "behind": behind,
        "log": log_counts(state) | {"ahead": reading.ahead},
        "people": people_of(reading, area),
        "cases": cases_of(reading, area),
        "indicators": indicators_of(reading, area),
        "workers": workers_of(reading, area),
    }
    if area.level == "grid":
        body["grid"] = grid_of(reading, area.start)
    return body
