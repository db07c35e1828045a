"""One life: the same for the same run, also in pieces, and nothing happens before its start."""

from __future__ import annotations

from typing import Any

import numpy as np

from dashboard.domain.reports import decode, type_of
from dashboard.domain.rules.areas import AreaRecord, build_tree
from simulator.life.city import Simulation
from simulator.life.run import Run
from tests.simulator.conftest import SEED, History

DAY = 86400.0


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


def test_a_city_without_shapes_or_people_lives_too() -> None:
    records = [AreaRecord("c", "city", "C"), AreaRecord("d", "community", "D", parent="c")]
    records += [AreaRecord(f"g{n}", "grid", f"G{n}", parent="d") for n in range(40)]
    start = 1_795_573_800.0
    arrivals = list(Simulation(build_tree(records), Run(1, start, "Europe/London")).events(start + DAY))
    assert len(arrivals) > 500
    assert {code for _, code, _ in arrivals} <= {record.code for record in records}
