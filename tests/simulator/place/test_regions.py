"""Cells put together: each part hangs together, and shares add up."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from simulator.place.regions import Neighbours, share_out

SIDE = 8


@pytest.fixture(scope="module")
def board() -> Neighbours:
    """Eight by eight cells."""
    shapes = np.array([shapely.box(x, y, x + 1, y + 1) for y in range(SIDE) for x in range(SIDE)])
    return Neighbours(shapes, shapely.get_coordinates(shapely.centroid(shapes)))


@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_a_region_is_divided_into_parts_that_hang_together(board: Neighbours, count: int) -> None:
    members = np.arange(SIDE * SIDE)
    part = board.divide(members, count, np.random.default_rng(1))
    assert set(part.tolist()) == set(range(count))
    for number in range(count):
        assert len(set(board.components(members[part == number]).tolist())) == 1


def test_corners_that_only_touch_are_no_neighbours(board: Neighbours) -> None:
    diagonal = np.array([0, SIDE + 1, 2 * (SIDE + 1)])
    assert len(set(board.components(diagonal).tolist())) == 3
    assert len(set(board.components(np.array([0, 1, SIDE])).tolist())) == 1


@pytest.mark.parametrize(("total", "sizes"), [(26, [100, 300, 50, 600]), (4, [1, 1, 1, 1000]), (9, [5, 2, 1, 1])])
def test_shares_add_up_and_are_neither_none_nor_more_than_there_are(total: int, sizes: list[int]) -> None:
    shares = share_out(total, np.array(sizes))
    assert shares.sum() == total
    assert np.all((shares >= 1) & (shares <= sizes))
