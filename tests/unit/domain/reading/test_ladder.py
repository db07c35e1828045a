"""The ladder board, what happened to cases in a window, and who has not replied: each count is a filter of the list."""

from __future__ import annotations

import pytest

from dashboard.domain.acting import urging
from dashboard.domain.reading import ladder
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.cases import matching
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.state.city import CityState
from dashboard.errors import InvalidReport
from tests.support.making import DAY, NOON, fold, reported, state, step

HOUR = 3600.0


def listed(reading: Reading, **query: str) -> list[str]:
    """Returns the ids that `/cases` lists for a query."""
    found = matching(reading, filter_of(reading, query))
    return [reading.case_id(index) for index in found.tolist()]


def on_all_rungs() -> CityState:
    """Returns a city with disputes on every rung, one suspended, one closed, and cases of other categories."""
    city, raws = state(), []
    for number, level in enumerate(("grid", "community", "street", "district", "city")):
        for each in range(number + 1):
            case = f"C-{level}-{each}"
            raws.append(reported(case, NOON - 4 * DAY - each * 9 * HOUR, severity=1 + each % 3))
            if level != "grid":
                raws.append(step("escalated", case, NOON - 5 * HOUR - each * 60, to_level=level, reason="x"))
    raws += [reported("C-soon", NOON - 5 * DAY + 1800), reported("C-day", NOON - 5 * DAY + 20 * HOUR)]
    raws += [reported("C-stands", NOON - 4 * DAY), step("suspended", "C-stands", NOON - 3 * DAY, reason="x")]
    raws += [reported("C-paused", NOON - 5 * DAY), step("escalated", "C-paused", NOON - DAY, to_level="street")]
    raws += [step("suspended", "C-paused", NOON - 9 * HOUR), step("resumed", "C-paused", NOON - HOUR)]
    raws += [reported("C-closed", NOON - DAY), step("closed", "C-closed", NOON - HOUR)]
    raws += [reported("C-food", NOON - DAY, "food-safety"), reported("C-fire", NOON - DAY, "emergency")]
    fold(city, raws)
    assert city.dead_letters == 0
    return city


@pytest.mark.parametrize("category", [None, "dispute", "food-safety", "dispute,emergency"])
def test_every_number_of_a_rung_is_a_filter_of_the_list(category: str | None) -> None:
    reading = Reading(on_all_rungs(), NOON)
    rungs = ladder.board(reading, category)
    assert [rung["level"] for rung in rungs] == ["grid", "community", "street", "district", "city"]
    for rung in rungs:
        asked = {"state": "open", "level": rung["level"], "category": category or ""}
        assert len(listed(reading, **asked)) == rung["open"]
        assert len(listed(reading, **asked, overdue="true")) == rung["overdue"]
        for within in ("hour", "day"):
            assert len(listed(reading, **asked, climbs=within)) == rung[f"climbs_{within}"]
    everything = len(listed(reading, state="open", category=category or ""))
    assert sum(rung["open"] for rung in rungs) == everything


def test_the_next_to_climb_is_the_one_that_the_keeper_lifts_next() -> None:
    city = on_all_rungs()
    reading, rungs = Reading(city, NOON), city.rungs
    for level, rung in enumerate(ladder.board(reading, "dispute")):
        cases, columns = city.cases, city.cases.columns
        here = [
            row
            for row in cases.rows.values()
            if columns["level"][row] == level
            and columns["state"][row] <= 4
            and columns["category"][row] == 0
            and not columns["paused_since"][row]
        ]
        ends = {cases.ids[row]: rungs.ends(cases, row) for row in here}
        if level == 4:
            assert rung["next"] is None
            continue
        assert rung["next"]["at"] == instant(min(ends.values()))
        assert ends[rung["next"]["case"]] == min(ends.values())


def test_an_empty_city_has_empty_rungs() -> None:
    rungs = ladder.board(Reading(state(), NOON), "dispute")
    assert [(rung["open"], rung["next"], rung["oldest"]) for rung in rungs] == [(0, None, None)] * 5
    with pytest.raises(InvalidReport):
        ladder.board(Reading(state(), NOON), "nonsense")


def test_whoever_was_urged_is_left_in_peace_until_the_reply_is_due() -> None:
    city = state()
    fold(city, [reported("C-1", NOON - 20 * DAY), step("urged", "C-1", NOON, by="x")])
    assert urging.left_in_peace(Reading(city, NOON + 23 * HOUR), 0)
    assert not urging.left_in_peace(Reading(city, NOON + 25 * HOUR), 0)


def test_the_most_overdue_come_first_and_a_standing_clock_counts_as_it_stands() -> None:
    city = state()
    raws = [reported(f"C-{n}", NOON - (10 + n) * DAY) for n in range(3)]
    raws += [step("suspended", "C-2", NOON - 6 * DAY, reason="x")]
    fold(city, raws)
    reading = Reading(city, NOON)
    assert [reading.case_id(index) for index in urging.most_overdue(reading, 9)] == ["C-1", "C-0", "C-2"]
