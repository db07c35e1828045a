"""Indicators against figures worked out by hand."""

from __future__ import annotations

import numpy as np

from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.columns import age_heat
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.wall import kpis
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, state, step

HOUR = 3600.0


def test_published_month_of_another_city_comes_out():
    """972 due, 911 of them closed, 737 of them on time → 93.72 % and 75.82 %."""
    city = state()
    due = NOON - 2 * DAY
    for number in range(972):
        case = f"C-{number}"
        at = due - 5 * DAY
        raws = [reported(case, at)]
        if number < 737:
            raws.append(step("closed", case, at + HOUR))
        elif number < 911:
            raws.append(step("closed", case, due + HOUR))
        fold(city, raws)
    rates = area_body(Reading(city, NOON), city.tree.root, 0)["indicators"]
    assert (rates["closing_rate"]["numerator"], rates["closing_rate"]["denominator"]) == (911, 972)
    assert round(rates["closing_rate"]["rate"] * 100, 2) == 93.72
    assert round(rates["on_time_closing_rate"]["rate"] * 100, 2) == 75.82


def test_due_in_the_future_is_not_in_the_window():
    city = state()
    fold(city, [reported("C-1", NOON), step("closed", "C-1", NOON + 60)])
    assert area_body(Reading(city, NOON + HOUR), city.tree.root, 0)["indicators"]["closing_rate"]["rate"] is None


def test_community_resolution_counts_the_level_at_closing():
    city = state()
    for number, level in enumerate([None, "community", "street", "city"]):
        case = f"C-{number}"
        raws = [reported(case)]
        if level:
            raws.append(step("escalated", case, NOON + 60, to_level=level))
        fold(city, [*raws, step("closed", case, NOON + 120)])
    rate = area_body(Reading(city, NOON + HOUR), city.tree.root, 0)["indicators"]["community_resolution_rate"]
    assert (rate["numerator"], rate["denominator"], rate["target"]) == (2, 4, 0.85)


def test_births_count_on_the_day_they_happened():
    city = state()
    late = {"sex": "f", "occurred_on": "2026-11-21"}
    fold(city, [event("population.birth", late, at=NOON), event("population.birth", late, at=NOON + 1)])
    shown = kpis(Reading(city, NOON), city.tree.root)
    assert (shown["newborns-today"], shown["newborns-yesterday"]) == (0, 2)
    assert shown["population"] == 4 * 72 + 2


def test_the_day_is_cut_in_the_time_zone_of_the_city():
    city = state()
    before_midnight = NOON - 12 * HOUR - 1
    move = {"sex": "m", "age": 30, "floating": True, "other": "outside"}
    fold(city, [event("population.move-in", move, at=before_midnight)])
    shown = kpis(Reading(city, NOON), city.tree.root)
    assert (shown["move-ins-today"], shown["move-ins-yesterday"]) == (0, 1)


def test_age_buckets_and_overdue_marks():
    city = state()
    ages_h = [1, 5, 30, 80, 200, 400]
    fold(city, [reported(f"C-{h}", NOON - h * HOUR, "public-security", 3) for h in ages_h])
    cases = Reading(city, NOON).cases
    counts, overdue = age_heat(cases, np.zeros(len(cases.rows), np.int64), 1)
    assert counts.tolist() == [[1, 1, 1, 1, 1, 1]]
    assert overdue.tolist() == [[0, 0, 0, 0, 1, 1]]  # due after 7 days: 200 h and 400 h


def test_order_receipts_count_within_five_minutes_whichever_arrives_first():
    issued = event("order.issued", {"order": "O-1", "to": list(GRIDS[:3])}, at=NOON)
    reads = [
        event("order.read", {"order": "O-1", "grid": GRIDS[0]}, at=NOON + 60),
        event("order.read", {"order": "O-1", "grid": GRIDS[1]}, at=NOON + 400, grid=GRIDS[1]),
    ]
    for raws in ([issued, *reads], [*reads, issued]):
        city = state()
        fold(city, raws)
        rate = area_body(Reading(city, NOON), city.tree.root, 0)["indicators"]["order_receipt_rate"]
        assert (rate["numerator"], rate["denominator"]) == (1, 3)


def test_a_worker_on_shift_who_sends_nothing_is_silent_and_off_shift_is_not():
    city = state()
    fold(city, [event("worker.shift-started", {}, at=NOON, grid=g) for g in GRIDS[:2]])
    fold(city, [event("worker.shift-ended", {}, at=NOON + 60, grid=GRIDS[1])], first_ms=int(NOON * 1000) + 9000)
    assert Reading(city, NOON + 600).silent.tolist() == [False] * 4
    assert Reading(city, NOON + 5 * HOUR).silent.tolist() == [True, False, False, False]
