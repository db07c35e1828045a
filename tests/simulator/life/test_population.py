"""People are born, die and move as they do in a city, and nobody leaves who is not there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from tests.simulator.conftest import DAYS, History


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
