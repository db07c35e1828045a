"""Electronic supervision: every cell is the length of a list, and the shares of steps are those of their limits."""

from __future__ import annotations

import pytest

from dashboard.domain.reading import supervision
from dashboard.domain.reading.casefilter import filter_of, mask_of
from dashboard.domain.reading.moment import Reading
from dashboard.domain.state.city import CityState
from tests.support.making import DAY, NOON, fold, reported, state, step

HOUR = 3600.0


def count(reading: Reading, **query: str) -> int:
    """Returns how many cases a query asks for."""
    return int(mask_of(reading, filter_of(reading, query)).sum())


def with_marks() -> CityState:
    """Returns a city with cases returned and rated today, yesterday and ten days ago."""
    city, raws = state(), []
    for days in (0, 1, 10):
        for category in ("dispute", "labour"):
            case, at = f"C-{category}-{days}", NOON - days * DAY
            raws += [reported(case, at - 3 * HOUR, category), step("handled", case, at - 2.5 * HOUR)]
            raws += [step("returned", case, at - 2 * HOUR, note="x"), step("handled", case, at - 1.5 * HOUR)]
            raws += [step("closed", case, at - HOUR), step("rated", case, at - 60, score=2 if days else 4)]
    raws += [step("rated", "C-dispute-0", NOON - 30, score=3)]
    fold(city, raws)
    assert city.dead_letters == 0
    return city


@pytest.mark.parametrize(
    ("day", "returned", "badly"), [("today", 2, 1), ("yesterday", 2, 2), ("7d", 4, 3), ("window", 6, 5)]
)
def test_cells_of_a_window_count_what_the_list_holds(day: str, returned: int, badly: int) -> None:
    reading = Reading(with_marks(), NOON)
    cells = supervision.over_days(reading, day)
    for name, total in (("returned", returned), ("badly_rated", badly)):
        assert sum(map(sum, cells[name])) == total
        for row, level in enumerate(cells["levels"]):
            for column, department in enumerate(cells["departments"]):
                asked = {f"{name}_on": day, "level": level, "department": department}
                assert count(reading, **asked) == cells[name][row][column]


def test_cells_of_this_moment_count_what_the_list_holds() -> None:
    city = with_marks()
    fold(city, [reported(f"C-{n}", NOON - n * 2 * DAY) for n in range(6)] + [reported("C-soon", NOON - 5 * DAY + 60)])
    reading = Reading(city, NOON)
    found = supervision.overview(reading)
    for name, asked in (
        ("open", {"state": "open"}),
        ("overdue", {"overdue": "true"}),
        ("due_soon", {"due_soon": "true"}),
    ):
        assert sum(map(sum, found[name])) == count(reading, **asked) > 0
        for row, level in enumerate(found["levels"]):
            for column, department in enumerate(found["departments"]):
                assert count(reading, **asked, level=level, department=department) == found[name][row][column]
    assert (found["returned_today"], found["badly_rated_today"]) == (2, 1)


def test_share_of_a_step_is_what_it_took_of_its_limit() -> None:
    city = state()
    fold(city, [reported("C-1", NOON - 2 * DAY), step("filed", "C-1", NOON - DAY), step("closed", "C-1", NOON)])
    shares = supervision.step_shares(city.deadlines, supervision.newest_closed(Reading(city, NOON)))
    dispute = next(each["steps"] for each in shares if each["category"] == "dispute")
    assert dispute["close"]["count"] == 1
    assert dispute["close"]["p50"] == pytest.approx(2 / 5), "two of five days"
