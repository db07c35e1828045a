"""What a wall shows: each part says the same as the area's numbers, and the worst comes first."""

from __future__ import annotations

from dashboard.domain.reading import wall
from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.panels import Panels
from dashboard.domain.rules.indicators import RATES, dashed
from dashboard.domain.state.city import CityState
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, state, step

HOUR = 3600.0


def busy() -> CityState:
    """Returns a city with overdue, soon overdue and closed cases in both districts, and one silent grid."""
    city = state()
    raws = [reported(f"C-late-{n}", NOON - (9 + n) * DAY, severity=1 + n % 3, grid=GRIDS[n % 4]) for n in range(7)]
    raws += [reported("C-soon", NOON - 5 * DAY + HOUR / 2, grid=GRIDS[3]), reported("C-new", NOON - HOUR, "labour")]
    raws += [reported("C-done", NOON - 2 * DAY, grid=GRIDS[1]), step("closed", "C-done", NOON - DAY)]
    raws += [event("worker.shift-started", {}, at=NOON - DAY / 4, grid=GRIDS[2])]
    fold(city, [*raws, event("population.birth", {"sex": "f", "occurred_on": "2026-11-21"}, at=NOON - DAY)])
    assert city.dead_letters == 0
    return city


def test_counters_are_those_of_the_area() -> None:
    reading = Reading(busy(), NOON)
    for code in ("4205", "420503", GRIDS[0]):
        area = reading.state.tree.by_code[code]
        kpis, body = wall.kpis(reading, area), area_body(reading, area, 0)
        assert kpis["cases-open"] == body["cases"]["open"]
        assert kpis["cases-overdue"] == body["cases"]["overdue"]
        assert kpis["cases-closed-today"] == body["cases"]["closed"]["today"]
        assert kpis["newborns-yesterday"] == body["people"]["newborns"]["yesterday"]
        assert kpis["population"] == kpis["male"] + kpis["female"] == body["people"]["population"]
        assert sum(kpis[f"age-{band}"] for band in ("0-14", "15-59", "60-up")) == kpis["population"]
        rates = {name: [rate["numerator"], rate["denominator"]] for name, rate in body["indicators"].items()}
        assert wall.rate_counts(reading, area) == {dashed(name): rates[name] for name in RATES}


def test_heat_by_category_and_by_district_counts_the_same_cases() -> None:
    reading = Reading(busy(), NOON)
    for code in ("4205", "420502"):
        area = reading.state.tree.by_code[code]
        heat, kpis = wall.heats(reading, area), wall.kpis(reading, area)
        for by in ("category", "district"):
            assert sum(sum(counts) for counts, _ in heat[by].values()) == kpis["cases-open"]
            assert sum(sum(overdue) for _, overdue in heat[by].values()) == kpis["cases-overdue"]


def test_curves_end_today_and_those_of_the_area_page_say_the_same() -> None:
    reading = Reading(busy(), NOON)
    area = reading.state.tree.root
    days = wall.trends(reading, area)
    assert {len(series) for series in days.values()} == {30}
    assert days["reported"][-1] == reading.counted("cases_reported", area)
    assert (days["closed"][-2:], days["newborns"][-2:]) == ([1, 0], [1, 0])
    assert {len(series) for series in Panels(reading).body(area)["rate_days"].values()} == {30}


def test_what_needs_somebody_comes_worst_first_and_is_counted_whole() -> None:
    reading = Reading(busy(), NOON)
    rows, total = wall.attention(reading, reading.state.tree.root)
    kinds = [row["kind"] for row in rows]
    assert kinds == ["overdue"] * 5 + ["due-soon", "silent"]
    assert [(row["severity"], row["due"]) for row in rows[:5]] == sorted((r["severity"], r["due"]) for r in rows[:5])
    assert rows[-1]["area"] == "420502"
    assert total == 7 + 1 + 1


def test_layers_color_grids_by_what_lies_in_them() -> None:
    reading = Reading(busy(), NOON)
    assert wall.layer_values(reading, "cases-open").sum() == wall.kpis(reading, reading.state.tree.root)["cases-open"]
    assert wall.layer_values(reading, "cases-overdue").tolist() == [2, 2, 2, 1]
    assert wall.layer_values(reading, "newborns").tolist() == [1, 0, 0, 0]
    assert wall.layer_values(reading, "silence").tolist() == [-1, -1, 360, -1]
    assert [wall.STATE_NAMES[code] for code in wall.grid_states(reading)] == ["overdue"] * 4


def test_ticker_begins_with_the_newest_report_and_names_what_a_case_is() -> None:
    city = busy()
    fold(city, [reported("C-last", NOON + 9, "labour", 3, grid=GRIDS[2])], first_ms=int(NOON * 1000) + 90_000)
    assert wall.ticker(Reading(city, NOON + 9))[0] == [int((NOON + 9) * 1000), "case.reported", 2, "labour", 3]
