"""The land: two banks with a river between them, and cells that cover a bank without gap or overlap."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from simulator.place.land import Land, cells, density, place_seeds, to_degrees, to_km


@pytest.fixture(scope="module")
def land() -> Land:
    return Land(np.random.default_rng(7))


def test_degrees_and_kilometres_are_each_others_way_back() -> None:
    km = np.array([[0.0, 0.0], [12.6, 18.2], [28.9, 5.6]])
    assert to_km(to_degrees(km)) == pytest.approx(km)


def test_the_river_keeps_the_banks_apart(land: Land) -> None:
    north, south = land.banks
    assert shapely.area(shapely.intersection(north, south)) == 0
    assert shapely.distance(north, south) > 0.2
    assert all(shapely.area(shapely.intersection(bank, land.river)) < 1e-9 for bank in land.banks)


def test_along_the_river_one_comes_further_down(land: Land) -> None:
    down, off = land.along_river(land.course)
    assert np.all(np.diff(down) > 0)
    assert off == pytest.approx(0.0, abs=1e-9)


def test_cells_cover_a_bank_without_gap_or_overlap(land: Land) -> None:
    bank = shapely.transform(land.banks[1], to_degrees)
    shapes = np.array(cells(land.banks[1], place_seeds(land.banks[1], land, 12, np.random.default_rng(1))))
    assert len(shapes) == 12
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(bank), rel=1e-3)
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(shapely.area(shapes).sum())


def test_the_old_town_is_denser_than_the_edge(land: Land) -> None:
    centre, edge = density(np.array([[12.6, 18.2], [28.0, 3.0]]), land)
    assert centre > 2 * edge > 0
