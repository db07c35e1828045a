"""Panels of an area: comparisons, children, the ledger, and what a grid shows beside."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dashboard.domain.acting.cases import possible
from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.panels import ChildRow, Panels
from dashboard.domain.state.city import CityState
from dashboard.domain.state.homes import UNTOLD
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, state, step


def birth(day: str, at: float = NOON, grid: str = GRIDS[0], id: str | None = None) -> bytes:
    return event("population.birth", {"sex": "m", "occurred_on": day}, at=at, grid=grid, id=id)


def panels(city: CityState, code: str, now_s: float = NOON) -> dict[str, Any]:
    reading = Reading(city, now_s)
    return Panels(reading).body(city.tree.by_code[code])


def test_the_ledger_of_a_month_balances_and_starts_from_the_areas_file() -> None:
    city = state()
    november = dt.datetime(2026, 11, 1, tzinfo=dt.UTC).timestamp()
    fold(city, [birth("2026-10-30", NOON), birth("2026-11-05", NOON), birth("2026-11-22", november + 21.5 * DAY)])
    shown = panels(city, "4205")["ledger"]
    assert (shown["start"], shown["births"], shown["end"]) == (4 * 72 + 1, 2, 4 * 72 + 3)
    assert shown["balances"]


def test_the_ledger_holds_when_old_days_are_forgotten() -> None:
    city = state(keep_days=40)
    raws = [birth(f"2026-{month:02}-15", NOON) for month in (2, 3, 4, 5, 6, 7, 8)]
    raws += [birth((dt.date(2026, 9, 1) + dt.timedelta(days=n)).isoformat(), NOON) for n in range(82)]
    fold(city, raws)
    assert len(city.counters.rows) == 40
    assert panels(city, "4205")["ledger"]["balances"]
    assert panels(city, "4205")["ledger"]["end"] == 4 * 72 + len(raws)


def test_a_week_is_compared_with_the_week_before_and_the_parent() -> None:
    city = state()
    days = ["2026-11-20", "2026-11-21", "2026-11-14", "2026-11-22"]
    fold(city, [birth(day, id=day) for day in days] + [birth("2026-10-01", id="old")])
    now, before, year, above = panels(city, "420502")["weeks"]["births"]
    assert (now, before, year, above) == (2, 1, None, 2)
    assert panels(city, "4205")["weeks"]["births"][3] is None


def test_rates_a_week_ago_leave_out_what_came_later() -> None:
    city = state()
    early, late = NOON - 20 * DAY, NOON - 2 * DAY
    fold(
        city,
        [
            reported("C-1", early),
            step("closed", "C-1", early + 3600),
            reported("C-2", early),
            step("closed", "C-2", late),
        ],
    )
    now_part, now_whole, _, _, then_part, then_whole = panels(city, "4205")["rates"]["closing-rate"]
    assert (now_part, now_whole, then_part, then_whole) == (2, 2, 1, 2)


def test_open_cases_of_a_grid_come_with_their_place_first_due_first() -> None:
    city = state()
    fold(city, [reported("C-1", severity=3), reported("C-2", severity=1, lat=30.7, lon=111.3)])
    shown = panels(city, GRIDS[0])["open"]
    assert [(row[0], row[7], row[8]) for row in shown] == [("C-2", 30.7, 111.3), ("C-1", None, None)]


def test_homes_by_kind_and_components_by_class() -> None:
    city = state()
    fold(
        city,
        [
            event("dwelling.registered", {"kind": "rented"}),
            event("dwelling.removed", {"kind": "owned"}),
            event("component.counted", {"class": "road", "count": 7}, at=NOON),
            event("component.counted", {"class": "road", "count": 5}, at=NOON - 60),
        ],
    )
    shown = panels(city, GRIDS[0])["homes"]
    assert shown["dwellings"] == {"owned": 0, "rented": 1, "public": 0, "other": 0, "untold": 39}
    assert shown["components"]["road"] == 7
    assert shown["components"]["green"] is None
    assert city.homes.dwellings[0, UNTOLD] == 39


def test_what_can_be_done_follows_the_lifecycle() -> None:
    city = state()
    fold(city, [reported("C-1"), step("handled", "C-1", NOON + 1)])
    can = {name for name, reason in possible(Reading(city, NOON + 2), "C-1").items() if reason is None}
    assert can == {"escalate", "return", "close", "suspend", "merge", "cancel", "urge"}
    fold(city, [step("closed", "C-1", NOON + 3)], first_ms=int(NOON * 1000) + 10_000)
    assert not [n for n, reason in possible(Reading(city, NOON + 4), "C-1").items() if reason is None]


def test_line_of_a_child_says_what_its_own_page_does() -> None:
    city = state()
    fold(
        city,
        [
            event("population.birth", {"sex": "f", "occurred_on": "2026-11-21"}, at=NOON - DAY),
            event("population.move-in", {"sex": "m", "age": 30, "floating": False, "other": "outside"}),
            reported("C-1", NOON - 30 * DAY),
            reported("C-2", NOON - 3600, grid=GRIDS[3]),
            reported("C-3", NOON - 3600),
            step("closed", "C-3", NOON - 60),
        ],
    )
    reading = Reading(city, NOON)
    shown = Panels(reading).body(city.tree.root)
    assert list(shown["children"]) == ["420502", "420503"]
    for code, line in shown["children"].items():
        row, body = ChildRow(*line), area_body(reading, city.tree.by_code[code], 0)
        cases, people, rates = body["cases"], body["people"], body["indicators"]
        assert (row.open, row.overdue, row.population) == (cases["open"], cases["overdue"], people["population"])
        assert row.newborns == people["newborns"]["yesterday"]
        assert row.net == people["move_ins"]["today"] - people["move_outs"]["today"]
        assert (row.on_shift, row.silent, row.workers) == tuple(
            body["workers"][name] for name in ("on_shift", "silent", "all")
        )
        for name, part, whole in (
            ("community_resolution_rate", row.community, row.community_of),
            ("on_time_closing_rate", row.on_time, row.on_time_of),
            ("satisfaction_rate", row.satisfied, row.satisfied_of),
        ):
            assert (part, whole) == (rates[name]["numerator"], rates[name]["denominator"])
    assert dict(zip(shown["children_columns"], shown["children"]["420502"], strict=True))["community-of"] == 1
