"""When cases go up is computed for whole columns as it is for one case."""

from __future__ import annotations

import numpy as np

from dashboard.domain.reading.climbs import climbs_at
from dashboard.domain.reading.moment import Reading
from tests.support.making import DAY, NOON, fold, reported, state, step

HOUR = 3600.0


def test_ends_for_all_rows_are_those_of_each() -> None:
    city, raws = state(), []
    for n, level in enumerate(("community", "street", "district", "city")):
        raws += [reported(f"C-{level}", NOON - (4 + n) * DAY, severity=1 + n % 3)]
        raws += [step("escalated", f"C-{level}", NOON - 5 * HOUR, to_level=level, reason="x")]
    raws += [reported("C-grid", NOON - DAY), reported("C-stands", NOON - DAY), reported("C-closed", NOON - DAY)]
    raws += [step("suspended", "C-stands", NOON - HOUR, reason="x"), step("closed", "C-closed", NOON - HOUR)]
    fold(city, raws)
    assert city.dead_letters == 0
    reading, rungs = Reading(city, NOON), city.rungs
    ends = dict(zip((reading.case_id(n) for n in range(len(reading.cases.rows))), climbs_at(reading), strict=True))
    never = {case for case, end in ends.items() if not np.isfinite(end)}
    assert never == {"C-stands", "C-closed", "C-city"}, "its clock stands still, it has ended, nobody is above"
    for case in ends.keys() - never:
        assert ends[case] == rungs.ends(city.cases, city.cases.rows[case])
