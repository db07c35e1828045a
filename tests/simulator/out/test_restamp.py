"""A report at another moment: time and day are moved, nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.life.city import Simulation
from simulator.life.run import Run
from simulator.out.restamp import restamp
from simulator.place.city import build_city
from tests.simulator.conftest import NOW


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    return build_city(60)


def test_restamping_moves_time_and_day_and_nothing_else(small: dict[str, Any]) -> None:
    for _, _, raw in Simulation(small, Run(1, NOW)).events(NOW + 2 * 86400):
        report = json.loads(raw)
        moved = json.loads(restamp(raw, NOW + 0.25))
        assert moved.pop("time") == "2026-11-25T10:30:00.250000+08:00"
        report.pop("time")
        if "occurred_on" in report["data"]:
            assert moved["data"].pop("occurred_on") == "2026-11-25"
            report["data"].pop("occurred_on")
        assert moved == report


def test_what_is_no_report_comes_back_as_it_is() -> None:
    assert restamp(b'{"time":', NOW) == b'{"time":'
