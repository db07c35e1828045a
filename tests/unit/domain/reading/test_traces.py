"""What happened to cases, out of their traces: each answer is a filter of the list, and counts as the counters did."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.reading import traces
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.cases import matching
from dashboard.domain.reading.moment import Reading
from tests.support.making import DAY, GRIDS, NOON, fold, reported, state, step

HOUR = 3600.0


def listed(reading: Reading, **query: str) -> list[str]:
    """Returns the ids that `/cases` lists for a query."""
    return [reading.case_id(index) for index in matching(reading, filter_of(reading, query)).tolist()]


def test_who_was_urged_waits_until_there_is_a_reply() -> None:
    city = state()
    raws = [reported(f"C-{n}", NOON - 20 * DAY) for n in range(5)]
    raws += [step("urged", f"C-{n}", NOON - 2 * HOUR, by="x") for n in range(4)]
    raws += [step("replied", "C-0", NOON - HOUR, by="y"), step("closed", "C-1", NOON - HOUR)]
    raws += [step("replied", "C-2", NOON - HOUR, by="y"), step("urged", "C-2", NOON - 60, by="x")]
    fold(city, raws)
    assert city.dead_letters == 0
    reading = Reading(city, NOON)
    waiting: dict[str, Any] = {reading.case_id(each.index): each.at for each in traces.unanswered(reading)}
    assert waiting == {"C-2": NOON - 60, "C-3": NOON - 2 * HOUR}
    assert sorted(listed(reading, unanswered="true")) == ["C-2", "C-3"]
    assert len(listed(reading, unanswered="false")) == 3


def test_step_counts_on_the_day_on_which_it_happened() -> None:
    city = state()
    raws = [reported("C-1", NOON - 2 * DAY), step("handled", "C-1", NOON - 1.4 * DAY)]
    raws += [step("returned", "C-1", NOON - DAY), step("closed", "C-1", NOON - 60), step("rated", "C-1", NOON, score=1)]
    fold(city, raws)
    reading = Reading(city, NOON)
    today = reading.today
    assert [traces.returned(reading, day, day).any() for day in (today - 2, today - 1, today)] == [False, True, False]
    assert [traces.badly_rated(reading, day, day).any() for day in (today - 1, today)] == [False, True]


@pytest.mark.parametrize("counter", traces.FROM_TRACES)
def test_traces_count_what_the_counters_counted(counter: str) -> None:
    city, raws = state(), []
    for n in range(6):
        case, at, grid = f"C-{n}", NOON - n * 0.7 * DAY, GRIDS[n % 4]
        raws.append(reported(case, at - HOUR, grid=grid, self_handled=n == 5))
        raws += [] if n == 5 else [step("handled", case, at - 900), step("returned", case, at - 800)][: 1 + n % 2]
        raws.append(step("closed", case, at - 300))
        raws.append(step("rated", case, at - 200, score=3 + n % 3))
    fold(city, raws)
    reading = Reading(city, NOON)
    first, last = reading.today - 9, reading.today
    for area in (city.tree.root, city.tree.by_code["420503"]):
        found = traces.counted_steps(reading, counter, first, last, area)
        assert len(found) == city.counters.window(counter, first, last)[area.start : area.stop].sum()
        assert [entry.day for entry in found] == sorted((entry.day for entry in found), reverse=True)
