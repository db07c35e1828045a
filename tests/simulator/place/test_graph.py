"""Ways over neighbouring cells: parts, steps and the nearest start, held against what can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.place.graph import Graph, joined

SIDE = 6


@pytest.fixture(scope="module")
def board() -> Graph:
    """Six by six cells, each a kilometre from its neighbours."""
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    left = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    right = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    return joined(left, right, np.ones(len(left)), SIDE * SIDE)


def _steps(start: int) -> np.ndarray:
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    return np.abs(row - start // SIDE) + np.abs(column - start % SIDE)


def test_ways_lead_back(board: Graph) -> None:
    origin = np.repeat(np.arange(len(board)), np.diff(board.first))
    pairs = set(zip(origin.tolist(), board.to.tolist(), strict=True))
    assert len(pairs) == len(board.to) == 2 * 2 * SIDE * (SIDE - 1)
    assert all((end, start) in pairs for start, end in pairs)


def test_more_starts_only_lower_what_is_known(board: Graph) -> None:
    known = np.full(len(board), np.inf)
    for number, start in enumerate((0, 35, 14), 1):
        board.fewest_steps(start, known)
        assert known.tolist() == np.min([_steps(one) for one in (0, 35, 14)[:number]], axis=0).tolist()


def test_parts_are_numbered_by_their_first_cell(board: Graph) -> None:
    rows = np.flatnonzero(np.arange(SIDE * SIDE) // SIDE != 2)  # the third row is missing
    part = board.within(rows)
    assert part.components().tolist() == [0] * (2 * SIDE) + [1] * (3 * SIDE)
    alone = board.within(np.array([0, 7, 14]))
    assert alone.components().tolist() == [0, 1, 2]


def test_the_nearest_start_is_found_by_length_and_not_by_steps(board: Graph) -> None:
    origin = np.repeat(np.arange(len(board)), np.diff(board.first))
    long = (origin == 1) | (board.to == 1)  # all ways over cell 1 are long
    found = board.nearest(np.array([0, 5]), np.where(long, 100.0, 1.0))
    assert found[2] == 1
    assert found[:1].tolist() == [0]
    assert board.nearest(np.array([0, 35]), board.length)[[1, 6, 34, 29]].tolist() == [0, 0, 1, 1]


def test_where_no_way_leads_the_first_start_stands(board: Graph) -> None:
    part = board.within(np.array([0, 1, 34, 35]))
    assert part.nearest(np.array([2]), part.length).tolist() == [0, 0, 0, 0]
    assert part.nearest(np.array([0, 2]), part.length).tolist() == [0, 0, 1, 1]
