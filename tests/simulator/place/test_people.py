"""Who lives where adds up, and looks like a city."""

from __future__ import annotations

from typing import Any

import numpy as np


def _grids(city: dict[str, Any]) -> list[dict[str, Any]]:
    return [feature for feature in city["features"] if feature["properties"]["level"] == "grid"]


def _people(city: dict[str, Any]) -> Any:
    """int64 [grids, 2, 18]."""
    return np.array([[g["properties"]["population"]["ages"][sex] for sex in "mf"] for g in _grids(city)])


def test_people_add_up_and_look_like_a_chinese_city(city: dict[str, Any]) -> None:
    people = _people(city)
    assert people.sum() == 1_000_003
    assert people.min() >= 0
    total, by_age = people.sum(), people.sum(axis=(0, 1))
    assert 0.12 < by_age[:3].sum() / total < 0.17  # 0–14
    assert 0.18 < by_age[12:].sum() / total < 0.25  # 60 and older
    assert 0.49 < people[:, 0].sum() / total < 0.525
    old = people[:, :, 17].sum(axis=0)
    assert old[1] > old[0]  # among the oldest there are more women
    assert people.sum(axis=(1, 2)).min() > 200
    assert people.sum(axis=(1, 2)).max() < 4000


def test_homes_fit_the_people(city: dict[str, Any]) -> None:
    people = _people(city).sum(axis=(1, 2))
    households = np.array([grid["properties"]["households"] for grid in _grids(city)])
    dwellings = np.array([grid["properties"]["dwellings"] for grid in _grids(city)])
    assert 2.0 < people.sum() / households.sum() < 3.2
    assert (dwellings >= households).all()
