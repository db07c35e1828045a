"""Shifts in turns, positions of the last day only, handsets that fall silent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.geometry

from tests.simulator.conftest import History


@pytest.fixture(scope="module")
def shifts(history: History) -> pd.DataFrame:
    """Shift changes in order of time: grid, at (epoch seconds), change (+1 or -1)."""
    table = history.table[history.table["type"].isin(["worker.shift-started", "worker.shift-ended"])]
    change = np.where(table["type"] == "worker.shift-started", 1, -1)
    at = table["at"].map(lambda moment: moment.timestamp())
    return pd.DataFrame({"grid": table["subject"], "at": at, "change": change}).sort_values("at", kind="stable")


def _on_shift(shifts: pd.DataFrame, instant: str) -> int:
    at = dt.datetime.fromisoformat(instant).timestamp()
    return int(shifts[shifts["at"] <= at]["change"].sum())


def test_nobody_starts_twice_or_ends_what_did_not_start(shifts: pd.DataFrame) -> None:
    running = shifts.groupby("grid")["change"].cumsum()
    assert set(running.unique()) == {0, 1}


def test_a_weekday_morning_is_full_and_some_work_at_night(shifts: pd.DataFrame) -> None:
    assert _on_shift(shifts, "2026-11-18T10:00:00+08:00") > 0.85 * 1110
    assert 24 <= _on_shift(shifts, "2026-11-19T03:00:00+08:00") <= 72


def test_midday_and_evening_are_extended_in_turns(shifts: pd.DataFrame) -> None:
    midday = _on_shift(shifts, "2026-11-18T13:00:00+08:00")
    evening = _on_shift(shifts, "2026-11-18T18:05:00+08:00")
    assert 400 < midday < 900
    assert 100 < evening < 500


def test_on_weekends_a_third_is_on_duty(shifts: pd.DataFrame) -> None:
    assert 200 < _on_shift(shifts, "2026-11-22T11:00:00+08:00") < 500


def test_positions_are_of_the_last_day_only_and_every_quarter_of_an_hour(history: History) -> None:
    positions = history.table[history.table["type"] == "worker.position"]
    at = positions["at"].map(lambda moment: moment.timestamp())
    assert at.min() >= history.now - 86400
    gaps = at.groupby(positions["subject"]).apply(lambda times: np.diff(np.sort(times.to_numpy())))
    usual = np.concatenate(gaps.to_list())
    assert 850 < np.median(usual) < 950


def test_positions_lie_in_their_grid_and_batteries_run_down(city: dict[str, Any], history: History) -> None:
    shapes = {
        feature["properties"]["code"]: shapely.geometry.shape(feature["geometry"])
        for feature in city["features"]
        if feature["properties"]["level"] == "grid"
    }
    positions = history.table[history.table["type"] == "worker.position"].head(3000)
    for code, data in zip(positions["subject"], positions["data"], strict=True):
        assert shapely.contains_xy(shapes[code], data["lon"], data["lat"])
        assert 0 < data["battery"] <= 1


def test_a_few_handsets_fall_silent_for_hours(history: History) -> None:
    positions = history.table[history.table["type"] == "worker.position"]
    last = positions.groupby("subject")["at"].max().map(lambda moment: moment.timestamp())
    shifts = history.table[history.table["type"].isin(["worker.shift-started", "worker.shift-ended"])]
    newest = shifts.sort_values("at").groupby("subject")["type"].last()
    working = newest.index[newest == "worker.shift-started"]
    silent = [code for code in working if last.get(code, 0.0) < history.now - 2700]
    assert 1 <= len(silent) <= 25
