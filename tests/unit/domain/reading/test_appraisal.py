"""The appraisal against the indicators, against pandas, and against figures worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from dashboard.domain.reading import appraisal
from dashboard.domain.reading.area import indicators_of
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.cases import matching
from dashboard.domain.reading.indicators import rates, rates_of
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.reading.reports import counted_reports
from dashboard.domain.rules.appraisal import AppraisalRules, parse_appraisal
from dashboard.domain.rules.indicators import RATES
from dashboard.domain.rules.rules import Rules
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.errors import InvalidReport, RulesError
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, rules, state, step, two_levels, uneven

HOUR = 3600.0
DAYS = (1, 7, 30, 90)
CATEGORIES = ("dispute", "labour", "emergency", "urban-management")


def with_window(days: int) -> Rules:
    return msgspec.structs.replace(rules(), window_days=days)


def instant_text(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat()


def a_case(number: int, rng: np.random.Generator) -> tuple[list[bytes], dict[str, Any]]:
    """Returns the reports of a random case, and what happened in it as one row."""
    at = float(int(NOON - rng.uniform(0, 100) * DAY))
    grid, category = GRIDS[int(rng.integers(4))], CATEGORIES[int(rng.integers(4))]
    due, ends = float(int(at + rng.uniform(0.1, 12) * DAY)), float(int(at + rng.uniform(0.1, 14) * DAY))
    level = ["grid", "community", "street", "district"][int(rng.integers(4))]
    row = {
        "grid": grid,
        "category": category,
        "due": due,
        "level": level,
        "closed": None,
        "handled": [],
        "returned": [],
    }
    row |= {"rated": None, "score": None}
    case = f"C-{number}"
    raws = [reported(case, at, category, grid=grid, due=instant_text(due))]
    if level != "grid":
        raws.append(step("escalated", case, at + 60, to_level=level))
    if rng.random() < 0.85 and ends < NOON - 3 * HOUR:
        row["handled"], row["closed"] = [ends], ends + HOUR
        if rng.random() < 0.3:
            row["returned"], row["handled"] = [ends + 60], [ends, ends + 120]
        raws += [step("handled", case, at_) for at_ in row["handled"]]
        raws += [step("returned", case, at_, note="again") for at_ in row["returned"]]
        raws.append(step("closed", case, ends + HOUR))
        if rng.random() < 0.6:
            row["rated"], row["score"] = ends + 2 * HOUR, int(rng.integers(1, 6))
            raws.append(step("rated", case, ends + 2 * HOUR, score=row["score"]))
    return raws, row


@pytest.fixture(scope="module")
def random_city() -> tuple[CityState, pd.DataFrame, pd.DataFrame]:
    """A state of 400 random cases and 60 orders, and both as tables."""
    city, rng = state(case_days=120), np.random.default_rng(5)
    made = [a_case(number, rng) for number in range(400)]
    raws, orders = [raw for one, _ in made for raw in one], []
    for number in range(60):
        at, grid = float(int(NOON - rng.uniform(0, 95) * DAY)), GRIDS[int(rng.integers(4))]
        took = float(rng.uniform(1, 600))
        raws.append(event("order.issued", {"order": f"O-{number}", "to": [grid]}, at=at, grid=grid))
        raws.append(event("order.read", {"order": f"O-{number}", "grid": grid}, at=at + took, grid=grid))
        orders.append({"grid": grid, "at": at, "in_time": took <= 300})
    fold(city, raws, first_ms=int(NOON * 1000) - 10_000_000)
    return city, pd.DataFrame([row for _, row in made]), pd.DataFrame(orders)


def expected(cases: pd.DataFrame, orders: pd.DataFrame, days: int) -> dict[str, tuple[int, int]]:
    """Returns numerators and denominators with pandas, from what happened alone."""
    midnight = pd.Timestamp(NOON, unit="s", tz="UTC").tz_convert("Asia/Shanghai").normalize()
    start = (midnight - pd.Timedelta(days=days - 1)).timestamp()
    inside = lambda at: (at >= start) & (at <= NOON)  # noqa: E731
    due = cases[inside(cases["due"])]
    disputes, closed = due[due["category"] == "dispute"], cases[inside(cases["closed"])]
    handled, returned = (cases[name].explode().dropna().astype(float) for name in ("handled", "returned"))
    rated = cases[inside(cases["rated"])]
    sent = orders[inside(orders["at"])]
    return {
        "community_resolution_rate": (int(closed["level"].isin(["grid", "community"]).sum()), len(closed)),
        "dispute_resolution_rate": (int(disputes["closed"].notna().sum()), len(disputes)),
        "closing_rate": (int(due["closed"].notna().sum()), len(due)),
        "on_time_closing_rate": (int((due["closed"] <= due["due"]).sum()), len(due)),
        "rework_rate": (int(inside(returned).sum()), int(inside(handled).sum())),
        "satisfaction_rate": (int((rated["score"] >= 4).sum()), len(rated)),
        "order_receipt_rate": (int(sent["in_time"].sum()), len(sent)),
    }


def table(city: CityState, kind: appraisal.Kind, days: int, area: str = "4205") -> dict[str, appraisal.Row]:
    counts = appraisal.count(appraisal.freeze(city, NOON, days))
    return {row.id: row for row in appraisal.rows(city, counts, kind, city.tree.by_code[area])}


@pytest.mark.parametrize("days", DAYS)
def test_cells_are_what_pandas_counts(random_city: tuple[CityState, pd.DataFrame, pd.DataFrame], days: int) -> None:
    city, cases, orders = random_city
    for kind, digits in (("worker", 15), ("community", 12), ("district", 6)):
        for code, row in table(city, kind, days).items():
            theirs, issued = (one[one["grid"].str[:digits] == code] for one in (cases, orders))
            assert row.cells == expected(theirs, issued, days), (kind, code)
    assert sum(row.cells["closing_rate"][1] for row in table(city, "worker", 90).values()) > 200


@pytest.mark.parametrize("days", DAYS)
def test_cells_are_the_indicators_of_the_same_area_and_window(
    random_city: tuple[CityState, pd.DataFrame, pd.DataFrame], days: int
) -> None:
    city, known = random_city[0], random_city[0].rules
    city.rules = with_window(days)
    try:
        reading = Reading(city, NOON)
        for kind in ("worker", "community", "district"):
            for code, row in table(city, kind, days).items():
                shown = indicators_of(reading, city.tree.by_code[code])
                assert row.cells == {name: (s["numerator"], s["denominator"]) for name, s in shown.items()}
        assert set(rates(city, reading.cases)) == set(RATES)
    finally:
        city.rules = known


@pytest.mark.parametrize("days", DAYS)
def test_every_cell_counts_the_list_that_it_opens(
    random_city: tuple[CityState, pd.DataFrame, pd.DataFrame], days: int
) -> None:
    city, _, _ = random_city
    reading = Reading(city, NOON)

    def listed(**query: str) -> int:
        return len(matching(reading, filter_of(reading, {**query, "days": str(days)})))

    for kind in ("worker", "department"):
        for id_, row in table(city, kind, days).items():
            place = {"department": id_} if kind == "department" else {"area": id_}
            for name in appraisal.CASE_RATES:
                part, whole = row.cells[name]
                assert listed(indicator=name, part="numerator", **place) == part
                assert listed(indicator=name, **place) == whole
                assert listed(indicator=name, part="rest", **place) == whole - part


@pytest.mark.parametrize("days", DAYS)
def test_reports_older_than_the_journal_are_told_by_the_traces(
    random_city: tuple[CityState, pd.DataFrame, pd.DataFrame], days: int
) -> None:
    city, _, _ = random_city
    reading = Reading(city, NOON)
    for id_, row in table(city, "worker", days).items():
        for name, counters in list(appraisal.COUNTER_RATES.items())[:2]:
            for counter, count in zip(counters, row.cells[name], strict=True):
                query = {"counter": counter, "day": f"{days}d"}
                found = counted_reports(reading, city.tree.by_code[id_], query)
                assert len(found.entries) == count, (counter, id_)
                assert not found.truncated
                assert [entry.day for entry in found.entries] == sorted((e.day for e in found.entries), reverse=True)


def test_rows_lie_inside_of_the_area_and_departments_count_only_there(
    random_city: tuple[CityState, pd.DataFrame, pd.DataFrame],
) -> None:
    city, _, _ = random_city
    assert list(table(city, "worker", 30, "420502")) == list(GRIDS[:3])
    assert list(table(city, "community", 30, "420503")) == ["420503001001"]
    assert list(table(city, "street", 30)) == ["420502001", "420503001"]
    here = table(city, "department", 90, "420503")
    everywhere = table(city, "department", 90)
    assert list(here) == list(city.rules.departments)
    assert 0 < here["fire"].cells["closing_rate"][1] < everywhere["fire"].cells["closing_rate"][1]
    assert everywhere["market-supervision"].cells["closing_rate"] == (0, 0)


def test_departments_are_appraised_by_their_tasks_too() -> None:
    city = state()

    def task(name: str, due: float, done: float | None, department: str = "health", last: str = "done") -> list[bytes]:
        opened = {"task": name, "department": department, "cause": "r", "due": instant(due)}
        raws = [event("task.opened", opened, at=due - DAY)]
        return raws if done is None else [*raws, event(f"task.{last}", {"task": name, "reason": "no"}, at=done)]

    fold(city, task("T-1", NOON - HOUR, NOON - 2 * HOUR))
    fold(city, task("T-2", NOON - HOUR, NOON - 60))  # done late
    fold(city, task("T-3", NOON - HOUR, None))  # still open
    fold(city, task("T-4", NOON + HOUR, NOON - HOUR))  # not due yet
    fold(city, task("T-5", NOON - 40 * DAY, NOON - 41 * DAY))  # before the window
    fold(city, task("T-6", NOON - HOUR, NOON - 2 * HOUR, last="declined"))
    fold(city, task("T-7", NOON - HOUR, NOON - 2 * HOUR, department="fire"))
    found = table(city, "department", 30)
    assert found["health"].cells["tasks_on_time"] == (1, 3)
    assert found["fire"].cells["tasks_on_time"] == (1, 1)
    assert table(city, "department", 30, "420503")["health"].cells["tasks_on_time"] == (0, 0)


# ---------------------------------------------------------------------- scores and orders

CELLS = dict.fromkeys(RATES, (0, 0))


def row(id_: str, score: float | None, **cells: tuple[int, int]) -> appraisal.Row:
    return appraisal.Row(id_, score, None, CELLS | cells)


def scored(rules_: AppraisalRules, **cells: tuple[int, int]) -> float | None:
    return appraisal.score(rules_, RATES, CELLS | cells)


def test_a_score_is_the_weighted_mean_of_what_counts() -> None:
    given = parse_appraisal({"weights": dict.fromkeys(RATES, 1), "least_weight": 0})
    assert scored(given, closing_rate=(9, 10)) == 90.0
    assert scored(given, closing_rate=(9, 10), on_time_closing_rate=(6, 10)) == 75.0
    assert scored(given, closing_rate=(9, 10), satisfaction_rate=(0, 4)) == 90.0, "4 are too few to count"
    assert scored(given, rework_rate=(1, 10)) == 90.0, "less rework is better"
    assert scored(given, rework_rate=(20, 10)) == 0.0
    assert scored(given) is None


def test_ten_times_the_reports_give_the_same_score() -> None:
    few = {"closing_rate": (9, 10), "on_time_closing_rate": (8, 10), "community_resolution_rate": (7, 10)}
    many = {name: (10 * part, 10 * whole) for name, (part, whole) in few.items()}
    assert scored(AppraisalRules(), **few) == scored(AppraisalRules(), **many) is not None


def test_too_little_of_the_weights_gives_no_score() -> None:
    assert scored(AppraisalRules(), order_receipt_rate=(50, 50)) is None
    assert scored(AppraisalRules(), closing_rate=(9, 10), on_time_closing_rate=(9, 10)) is None, "35 of 100"
    three = dict.fromkeys(("closing_rate", "on_time_closing_rate", "community_resolution_rate"), (9, 10))
    assert scored(AppraisalRules(), **three) == 90.0


def test_what_does_not_count_comes_last_in_either_direction() -> None:
    found = [row("a", None), row("b", 70.0), row("c", 90.0)]
    assert [r.id for r in appraisal.ordered(AppraisalRules(), found, "score", True)] == ["c", "b", "a"]
    assert [r.id for r in appraisal.ordered(AppraisalRules(), found, "score", False)] == ["b", "c", "a"]
    found = [row("a", None, closing_rate=(1, 1)), row("b", None, closing_rate=(6, 10)), row("c", None)]
    assert [r.id for r in appraisal.ordered(AppraisalRules(), found, "closing_rate", True)] == ["b", "a", "c"]


@pytest.mark.parametrize("sort", ["volume", "reports", "cases", "denominator", "numerator", "tasks_on_time", ""])
def test_nothing_is_ordered_by_how_much_was_reported(sort: str) -> None:
    with pytest.raises(InvalidReport) as error:
        appraisal.check_sort(state(), "worker", sort)
    assert error.value.field == "sort"


def test_equal_scores_share_a_rank() -> None:
    city = state()
    for number in range(40):
        grid = GRIDS[number % 4]
        raws = [reported(f"C-{number}", NOON - 20 * DAY, grid=grid)]
        done = number % 4 < 2 or number > 20
        fold(city, [*raws, step("closed", f"C-{number}", NOON - 19 * DAY)] if done else raws)
    found = table(city, "worker", 30)
    assert [(r.rank, r.score) for r in found.values()][:2] == [(1, 100.0), (1, 100.0)]
    assert {r.rank for r in found.values()} == {1, 3}


@pytest.mark.parametrize("days", [0, -1, 93, 10_000])
def test_windows_reach_back_as_far_as_cases_are_kept(days: int) -> None:
    with pytest.raises(InvalidReport):
        appraisal.check_days(state(), days)
    assert appraisal.check_days(state(), 92) == 92


def test_frozen_counts_do_not_see_what_happens_later() -> None:
    city = state()
    fold(city, [reported("C-1", NOON - 9 * DAY)])
    frozen = appraisal.freeze(city, NOON, 30)
    fold(city, [step("closed", "C-1", NOON - 60)], first_ms=int(NOON * 1000) + 1000)
    assert appraisal.count(frozen).cases["closing_rate"][0].per_grid.sum() == 0
    assert appraisal.count(appraisal.freeze(city, NOON, 30)).cases["closing_rate"][0].per_grid.sum() == 1


# ---------------------------------------------------------------------- rules


def test_the_rules_file_holds_the_defaults() -> None:
    assert rules().appraisal == AppraisalRules() == parse_appraisal({})


def test_a_part_of_the_table_is_enough() -> None:
    given = parse_appraisal({"least": 3, "weights": {"closing_rate": 50}, "signs": {"burst": {"out": 2}}})
    assert (given.least, given.weights["closing_rate"], given.weights["rework_rate"]) == (3, 50, 10)
    assert (given.signs.burst.out, given.signs.burst.least, given.signs.travel.least) == (2, 8, 3)


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ({"least": 0}, "appraisal.least"),
        ({"least_weight": 2}, "appraisal.least_weight"),
        ({"weights": {"volume": 5}}, "appraisal.weights.volume"),
        ({"weights": {"closing_rate": -1}}, "appraisal.weights.closing_rate"),
        ({"weights": {"closing_rate": float("nan")}}, "appraisal.weights.closing_rate"),
        ({"weights": dict.fromkeys(RATES, 0)}, "appraisal.weights"),
        ({"weights": 3}, "appraisal.weights"),
        ({"signs": {"burst": {"out": "much"}}}, "appraisal.signs.burst.out"),
        ({"signs": {"travel": {"out": 0.9}}}, "appraisal.signs.travel.extreme"),
        ({"signs": {"window_days": 1}}, "appraisal.signs.window_days"),
        ({"signs": {"mood": {}}}, "appraisal.signs"),
        (7, "appraisal"),
    ],
)
def test_a_wrong_entry_is_named(table: Any, where: str) -> None:
    with pytest.raises(RulesError) as error:
        parse_appraisal(table)
    assert error.value.where == where


# ---------------------------------------------------------------------- a city without some levels


def test_a_city_has_a_table_for_each_of_its_levels() -> None:
    assert appraisal.kinds_of(state().tree) == appraisal.KINDS
    assert appraisal.kinds_of(two_levels()) == ("worker", "department")


def test_without_communities_the_other_rates_share_their_weight() -> None:
    """Disputes and closing alone are 55 of 80: enough for a score, though of all 100 weights it would be 55 %, too."""
    here = CityState(two_levels(), rules(), horizon=Horizon(None, None))
    raws = [reported(f"C-{n}", NOON - 20 * DAY, grid="W-07") for n in range(6)]
    raws += [event("case.closed", {"case": f"C-{n}"}, at=NOON - 19 * DAY, grid="W-07") for n in range(6)]
    fold(here, raws, first_ms=int((NOON - DAY) * 1000))
    counts = appraisal.count(appraisal.freeze(here, NOON, 30))
    rows = {row.id: row for row in appraisal.rows(here, counts, "worker", here.tree.root)}
    assert set(rows["W-07"].cells) == set(RATES) - {"community_resolution_rate"}
    assert (rows["W-07"].score, rows["W-07"].rank, rows["W-08"].score) == (100.0, 1, None)
    strict = msgspec.structs.replace(rules().appraisal, least_weight=0.6)
    assert appraisal.score(strict, appraisal.indicators_of("worker", appraisal.missing_in(here)), rows["W-07"].cells)
    assert appraisal.score(strict, RATES, rows["W-07"].cells | {"community_resolution_rate": (0, 0)}) is None
    with pytest.raises(InvalidReport, match="not one of score, dispute_resolution_rate"):
        appraisal.check_sort(here, "worker", "community_resolution_rate")


def test_in_an_uneven_city_only_grids_in_a_community_count_for_it() -> None:
    here = CityState(uneven(), rules(), horizon=Horizon(None, None))
    for grid in ("a-1", "d-1"):
        closed = event("case.closed", {"case": f"C-{grid}"}, at=NOON - HOUR, grid=grid)
        fold(here, [reported(f"C-{grid}", NOON - DAY, grid=grid), closed])
    part, whole = rates(here, Reading(here, NOON).cases)["community_resolution_rate"]
    assert dict(zip(here.tree.grids, whole.tolist(), strict=True)) == {"a-1": 0, "b-1": 0, "c-1": 0, "d-1": 1}
    assert part.tolist() == whole.tolist()
    assert "community_resolution_rate" not in rates_of(here, here.tree.by_code["A"])
    assert "community_resolution_rate" in rates_of(here)
