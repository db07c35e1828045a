"""Today by the hour and what lies with whom: each adds up to the counters of the area."""

from __future__ import annotations

from dashboard.domain.reading.backlog import departments, hours
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.wall import kpis
from tests.support.making import DAY, GRIDS, NOON, fold, reported, state, step

HOUR = 3600.0


def _reading() -> Reading:
    city = state()
    raws = [reported(f"C-{n}", NOON - n * HOUR, grid=GRIDS[n % 4]) for n in range(16)]  # four of them yesterday
    raws += [reported("C-late", NOON - 20 * DAY, "labour"), reported("C-fire", NOON - 2 * DAY, "emergency")]
    raws += [step("closed", "C-3", NOON - HOUR), step("closed", "C-15", NOON - 13 * HOUR)]
    fold(city, raws)
    assert city.dead_letters == 0
    return Reading(city, NOON + 1)


def test_every_case_of_today_stands_in_its_hour() -> None:
    reading = _reading()
    area = reading.state.tree.root
    told, counted = hours(reading, area), kpis(reading, area)
    assert told["reported"] == [1] * 13 + [0] * 11
    assert sum(told["reported"]) == counted["cases-reported-today"]
    assert told["closed"] == [0] * 11 + [1] + [0] * 12
    assert sum(told["closed"]) == counted["cases-closed-today"]


def test_of_an_area_only_its_own() -> None:
    reading = _reading()
    area = reading.state.tree.by_code[GRIDS[1]]
    assert sum(hours(reading, area)["reported"]) == kpis(reading, area)["cases-reported-today"] == 3


def test_departments_add_up_to_what_is_open_and_overdue() -> None:
    reading = _reading()
    area = reading.state.tree.root
    told, counted = departments(reading, area), kpis(reading, area)
    assert list(told) == list(reading.state.rules.departments)
    assert sum(row[0] for row in told.values()) == counted["cases-open"]
    assert sum(row[1] for row in told.values()) == counted["cases-overdue"] == 2
    assert (told["labour"], told["fire"]) == ([1, 1], [1, 1])
