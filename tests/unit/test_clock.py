"""Clocks: the city's may run apart from the machine's, and two processes with one anchor show the same."""

from __future__ import annotations

import time

import pytest

from dashboard.clock import CityClock, ManualClock, RealClock


def test_real_clock_shows_the_machines_time() -> None:
    before = time.time()
    assert before <= RealClock().now() <= time.time()


def test_city_clock_runs_from_its_anchor_at_its_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = CityClock(1_000_000.0, speed=60.0, anchor=500.0)
    for machine, city in ((500.0, 1_000_000.0), (501.5, 1_000_090.0), (499.0, 999_940.0)):
        monkeypatch.setattr(time, "time", lambda machine=machine: machine)
        assert clock.now() == city


def test_city_clock_without_an_anchor_begins_when_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 700.0)
    assert CityClock(5.0).now() == 5.0


def test_manual_clock_moves_only_when_it_is_set() -> None:
    clock = ManualClock(3.0)
    assert clock.now() == 3.0
    clock.at = 4.5
    assert clock.now() == 4.5
