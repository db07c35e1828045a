"""Heatmaps of open cases: the largest rows by name, the others as one: what is sent does not grow with the city."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard.domain.reading.columns import BUCKETS, age_heat
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import Area

MOST_ROWS = 40  # more than any wall has room for
Body = dict[str, Any]
Ints = npt.NDArray[Any]


def heats(reading: Reading, area: Area, most: int | None = MOST_ROWS) -> Body:
    """Returns open cases by age bucket, by category and by the areas directly below the city.

    `category` and `district` are {row: [counts, overdue]} of the largest rows, `rest` has for both
    [how many others, counts, overdue]: with them the rows add up to all open cases of the area.
    """
    tree, cases, categories = reading.state.tree, reading.cases, reading.state.rules.categories
    parts = tree.children(tree.root.code) or (tree.root,)
    inside = None if area.level == "city" else reading.within(area)
    starts = np.array([part.start for part in parts])
    part = np.searchsorted(starts, cases.columns["grid"], side="right") - 1
    by_category = age_heat(cases, cases.columns["category"], len(categories), inside)
    by_part = age_heat(cases, np.maximum(part, 0), len(parts), inside)
    category, others = _largest([each.id for each in categories], *by_category, most)
    district, elsewhere = _largest([each.code for each in parts], *by_part, most)
    gone = reading.tree.gone  # one that is retired is a row only as long as something is left in it
    district = {code: row for code, row in district.items() if code not in gone or any(row[0])}
    return {"category": category, "district": district, "rest": {"category": others, "district": elsewhere}}


def _largest(names: list[str], counts: Ints, overdue: Ints, most: int | None) -> tuple[Body, list[Any]]:
    """Returns the rows with most open cases, as many as there is room for anywhere, and all others as one."""
    chosen = np.arange(len(names))
    if most is not None and len(names) > most:
        chosen = np.sort(np.argsort(-counts.sum(axis=1), kind="stable")[:most])
    rows = {names[row]: [counts[row].tolist(), overdue[row].tolist()] for row in chosen.tolist()}
    others = np.ones(len(names), np.bool_)
    others[chosen] = False
    if not others.any():
        return rows, [0, [0] * BUCKETS, [0] * BUCKETS]
    rest = [counts[others].sum(axis=0).tolist(), overdue[others].sum(axis=0).tolist()]
    return rows, [len(names) - len(chosen), *rest]
