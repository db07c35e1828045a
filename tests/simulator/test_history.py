"""Thirty days of a city: valid reports, believable numbers, indicators that follow from how cases behave."""

from __future__ import annotations

import collections
import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.domain.reports import decode, type_of
from dashboard.domain.rules.areas import AreaRecord, build_tree
from dashboard.errors import InvalidReport
from simulator.life.city import Simulation
from simulator.life.events import Writer
from simulator.life.post import spoiled
from simulator.life.run import Run
from simulator.life.scenarios import SCENARIOS
from tests.simulator.conftest import DAYS, SEED, History

DAY = 86400.0


# ---------------------------------------------------------------------- reports


def test_every_report_is_what_the_domain_knows_but_for_a_rare_malformed_one(history: History) -> None:
    bad = 0
    for _, code, raw in history.arrivals:
        try:
            report = decode(raw)
        except InvalidReport:
            bad += 1
        else:
            assert report.subject.endswith(code)
            assert type_of(report)
    assert 1 <= bad <= 25
    assert len(history.arrivals) < 400_000


def test_arrivals_are_in_order_and_never_before_what_they_tell(history: History) -> None:
    arrivals = [at for at, _, _ in history.arrivals]
    assert arrivals == sorted(arrivals)
    assert history.start_at <= arrivals[0]
    assert arrivals[-1] <= history.now
    table = history.table
    late = table["arrival_at"] - table["at"].map(lambda at: at.timestamp())
    assert late.min() >= 0
    assert (late < 60).mean() > 0.97
    assert late.max() < 14 * 3600
    assert (late > 1800).sum() > 100  # some handsets were out of reach for hours


def test_ids_are_unique_per_source_and_only_resent_reports_repeat(history: History) -> None:
    seen: dict[tuple[str, str], bytes] = {}
    repeated = 0
    for _, _, raw in history.arrivals:
        try:
            report = decode(raw)
        except InvalidReport:
            continue
        if report.subject.startswith("9"):
            continue  # spoiled: an area that does not exist
        key = (report.source, report.id)
        if key in seen:
            repeated += 1
            assert seen[key] == raw
        seen[key] = raw
        assert len(report.id) == 26 or report.source == "/keeper"
    assert 50 < repeated < 600


def test_history_is_made_in_seconds(history: History) -> None:
    assert history.seconds < 20  # ordinarily five; a busy machine may take longer


# ---------------------------------------------------------------------- sameness


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(city: dict[str, Any], history: History) -> None:
    until = history.start_at + 2 * DAY
    again = list(Simulation(city, Run(SEED, history.start_at, positions_from=history.now - DAY)).events(until))
    assert again == history.arrivals[: len(again)]
    assert len(again) > 5_000
    other = list(Simulation(city, Run(SEED + 1, history.start_at)).events(history.start_at + DAY / 4))
    assert not {raw for _, _, raw in other} & {raw for _, _, raw in again}


def test_a_life_asked_for_in_pieces_is_the_same_life(city: dict[str, Any], history: History) -> None:
    start = history.start_at
    at_once = list(Simulation(city, Run(3, start)).events(start + 2.2 * DAY))
    simulation = Simulation(city, Run(3, start))
    pieces: list[Any] = []
    for until in [*np.linspace(start, start + 1.1 * DAY, 300), start + 2.0 * DAY, start + 2.2 * DAY]:
        pieces += simulation.events(float(until))
    assert pieces == at_once


def test_cases_open_at_the_end_of_the_history_go_on_living(history: History, cases: pd.DataFrame) -> None:
    still_open = set(cases.index[cases["closed_at"].isna() & ~cases["ended"]])
    following = itertools.takewhile(lambda a: a[0] < history.now + DAY, history.simulation.events(history.now + DAY))
    reports = [decode(raw) for _, _, raw in following if b'"case.closed"' in raw and b'"x-' not in raw]
    closed = {report.data.case for report in reports}
    assert len(still_open & closed) > 100


def test_before_the_start_nothing_happens(city: dict[str, Any], history: History) -> None:
    noon = history.now + 2 * 3600
    first = list(Simulation(city, Run(5, noon)).events(noon + 1800))
    reported, later = set(), set()
    for _, _, raw in first:
        report = decode(raw)
        assert report.time.timestamp() >= noon
        if type_of(report) == "case.reported":
            reported.add(report.data.case)
        elif type_of(report).startswith("case."):
            later.add(report.data.case)
    assert later <= reported
    starts = sum(b"worker.shift-started" in raw for _, _, raw in first)
    assert starts > 600  # who is at work at noon says so at once


# ---------------------------------------------------------------------- people


def _within(count: float, expected: float, sigmas: float = 4.5) -> bool:
    return abs(count - expected) < sigmas * math.sqrt(expected)


def test_births_and_deaths_follow_their_yearly_rates(history: History) -> None:
    counts = history.table["type"].value_counts()
    assert _within(counts["population.birth"], 8.0 * 1000 * DAYS / 365.25)
    assert _within(counts["population.death"], 7.0 * 1000 * DAYS / 365.25)


def test_people_move_in_and_out_by_the_hundreds_every_day(history: History) -> None:
    counts = history.table["type"].value_counts() / DAYS
    assert 380 < counts["population.move-in"] < 520
    assert 380 < counts["population.move-out"] < 520
    moves = history.table[history.table["type"] == "population.move-in"]["data"]
    assert 0.6 < np.mean([data["floating"] for data in moves]) < 0.9


def test_moves_inside_the_city_have_two_halves(history: History) -> None:
    moves = history.table[history.table["type"].str.startswith("population.move-")]
    inside = [data["other"] for data in moves["data"] if data["other"] != "outside"]
    codes = set(history.simulation.places.codes)
    assert set(inside) <= codes
    types = moves["type"][[data["other"] != "outside" for data in moves["data"]]].value_counts()
    assert abs(types["population.move-in"] - types["population.move-out"]) < 0.03 * types.sum()


def test_nobody_leaves_who_is_not_there(city: dict[str, Any], history: History) -> None:
    grids = [f["properties"] for f in city["features"] if f["properties"]["level"] == "grid"]
    index = {grid["code"]: position for position, grid in enumerate(grids)}
    people = np.array([[grid["population"]["ages"][sex] for sex in "mf"] for grid in grids])
    signs = {"population.birth": 1, "population.move-in": 1, "population.death": -1, "population.move-out": -1}
    rows = history.table[history.table["type"].isin(list(signs))]
    for kind, code, data in zip(rows["type"], rows["subject"], rows["data"], strict=True):
        band = min(data.get("age", 0) // 5, 17)
        people[index[code], "mf".index(data["sex"]), band] += signs[kind]
    assert people.min() >= 0


def test_deaths_are_mostly_of_the_old_and_births_are_recorded_within_days(history: History) -> None:
    table = history.table
    ages = np.array([data["age"] for data in table[table["type"] == "population.death"]["data"]])
    assert 66 < ages.mean() < 84
    births = table[table["type"] == "population.birth"]
    days = births["at"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize() - pd.to_datetime(
        [data["occurred_on"] for data in births["data"]]
    )
    assert days.min() >= pd.Timedelta(0)
    assert days.max() <= pd.Timedelta(days=6)


# ---------------------------------------------------------------------- scenarios


def _day(city: dict[str, Any], history: History, name: str) -> list[Any]:
    start = history.now
    simulation = Simulation(city, Run(9, start, scenario=SCENARIOS[name], scenario_from=start))
    return list(simulation.events(start + 4 * 3600))


def test_scenarios_change_what_they_say(city: dict[str, Any], history: History) -> None:
    ordinary = _day(city, history, "ordinary")

    def of_kind(arrivals: list[Any], text: bytes) -> int:
        return sum(text in raw for _, _, raw in arrivals)

    storm = _day(city, history, "storm")
    assert of_kind(storm, b'"category":"emergency"') > 4 * of_kind(ordinary, b'"category":"emergency"')
    rush = _day(city, history, "rush")
    assert of_kind(rush, b"case.reported") > 3 * of_kind(ordinary, b"case.reported")
    garbage = _day(city, history, "garbage")
    assert len(garbage) - len({raw for _, _, raw in garbage}) > 50
    quiet = collections.Counter(
        code[:6] for _, code, raw in _day(city, history, "silence") if b"worker.position" in raw
    )
    usual = collections.Counter(code[:6] for _, code, raw in ordinary if b"worker.position" in raw)
    assert min(quiet[district] / usual[district] for district in usual) < 0.2
    assert max(quiet[district] / usual[district] for district in usual) > 0.9


# ---------------------------------------------------------------------- other cities


def test_a_city_without_shapes_or_people_lives_too() -> None:
    records = [AreaRecord("c", "city", "C"), AreaRecord("d", "community", "D", parent="c")]
    records += [AreaRecord(f"g{n}", "grid", f"G{n}", parent="d") for n in range(40)]
    start = 1_795_573_800.0
    arrivals = list(Simulation(build_tree(records), Run(1, start, "Europe/London")).events(start + DAY))
    assert len(arrivals) > 500
    assert {code for _, code, _ in arrivals} <= {record.code for record in records}


def test_a_report_is_spoiled_in_ways_that_no_reader_takes() -> None:
    raw = Writer("Asia/Shanghai", 1).report("worker.shift-ended", "420502001001001", "/h/1", 1.8e9, {"battery": 0.5})
    assert decode(raw)
    for way in (0, 1, 2, 4, 5, 6):
        with pytest.raises(InvalidReport):
            decode(spoiled(raw, way))
    assert decode(spoiled(raw, 3)).subject == "9420502001001001"  # an area that nobody knows
