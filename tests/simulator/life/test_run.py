"""A run: when what holds, in the city's own days, and ids that no other run uses."""

from __future__ import annotations

import datetime as dt

from simulator.life.office import DAY, HOUR
from simulator.life.run import Run
from simulator.life.scenarios import ORDINARY, SCENARIOS
from tests.simulator.conftest import NOW

STORM = SCENARIOS["storm"]


def test_what_is_not_said_holds_from_the_start() -> None:
    run = Run(7, NOW, scenario=STORM)
    assert (run.unusual_from, run.seen_from) == (NOW, NOW)
    assert run.scenario_at(NOW) is STORM


def test_before_the_scenario_life_is_ordinary() -> None:
    run = Run(7, NOW - DAY, scenario=STORM, scenario_from=NOW)
    assert run.scenario_at(NOW - 1) is ORDINARY
    assert run.scenario_at(NOW) is STORM
    assert not run.is_unusual(NOW)
    assert run.is_unusual(NOW + HOUR)


def test_days_are_those_of_the_city_also_when_the_clock_changes() -> None:
    london = Run(7, NOW, "Europe/London")
    change = dt.date(2026, 10, 25).toordinal()  # summer time ends: a day of 25 hours
    assert london.midnight(change + 1) - london.midnight(change) == 25 * HOUR
    assert london.day_of(london.midnight(change)) == change
    assert london.day_of(london.midnight(change) - 1) == change - 1
    assert (london.offset_s(london.midnight(change)), london.offset_s(london.midnight(change + 1))) == (HOUR, 0.0)


def test_two_runs_over_one_log_use_other_numbers() -> None:
    runs = [Run(seed, NOW + second) for seed in range(4) for second in range(4)]
    assert len({run.number for run in runs}) == len(runs)
    assert len({run.first_number for run in runs}) > len(runs) // 2
    assert all(1 <= run.first_number <= 199 * 5_000 for run in runs)
