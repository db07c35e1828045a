"""Curves go through their points, and neither slope nor bend breaks at one."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.place.curves import Curve, closed_curve, lengths, open_curve

CORNERS = np.array([[0.0, 0.0], [2.0, 1.0], [3.0, 4.0], [7.0, 3.0], [9.0, 8.0]])
STEP = 1e-4


def _bend(curve: Curve, at: float, side: int) -> np.ndarray:
    """Returns how fast the slope changes just before (-1) or after (1) a place."""
    near, far = curve.tangents(np.array([at + side * STEP, at + 2 * side * STEP]))
    return (far - near) / (side * STEP)


def test_lengths_are_those_of_the_straight_line() -> None:
    assert lengths(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 5.0]])) == pytest.approx([0.0, 5.0, 6.0])


@pytest.mark.parametrize(
    "curve", [open_curve(CORNERS, lengths(CORNERS)), closed_curve(CORNERS)], ids=["open", "closed"]
)
def test_slope_and_bend_pass_over_at_each_point(curve: Curve) -> None:
    assert curve.positions(curve.at) == pytest.approx(curve.points)
    for at in curve.at[1:-1]:
        before, after = curve.tangents(np.array([at - 1e-9, at + 1e-9]))
        assert before == pytest.approx(after, abs=1e-6)
        assert _bend(curve, at, -1) == pytest.approx(_bend(curve, at, 1), abs=1e-2)


def test_closed_curve_ends_as_it_begins() -> None:
    curve = closed_curve(CORNERS)
    first, last = curve.at[0], curve.at[-1]
    assert curve.positions(np.array([first])) == pytest.approx(curve.positions(np.array([last])))
    assert curve.tangents(np.array([first])) == pytest.approx(curve.tangents(np.array([last])))
    assert _bend(curve, first, 1) == pytest.approx(_bend(curve, last, -1), abs=1e-2)


def test_a_cubic_is_met_everywhere() -> None:
    """At each end two pieces are one cubic; so what is one cubic from end to end comes out as it is."""
    at = np.array([0.0, 1.0, 2.5, 4.0, 7.0, 8.0])
    curve = open_curve(np.column_stack((at, at**3 - 5 * at**2)), at)
    where = np.linspace(0, 8, 33)
    assert curve.positions(where)[:, 1] == pytest.approx(where**3 - 5 * where**2)
    assert curve.tangents(where)[:, 1] == pytest.approx(3 * where**2 - 10 * where)
