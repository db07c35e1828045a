"""Districts, streets and communities: connected groups of cells, each a natural neighbourhood.

Groups come from shortest paths over the neighbourhood graph: every cell joins the middle that
is nearest by way of its own region, so that a group is connected by construction.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from simulator.place.graph import Graph, joined
from simulator.place.land import Floats, Ints, Land

DISTRICT_CODES = ("420502", "420503", "420504", "420505", "420506")
_XILING, _WUJIAGANG, _DIANJUN, _XIAOTING, _YILING = range(5)


class Neighbours:
    """Which cells share an edge, with the distance between their middles.

    Attributes:
        middles: float64 [cells, 2], kilometres.
        graph: who shares an edge with whom; lengths in kilometres.
    """

    def __init__(self, shapes: npt.NDArray[Any], middles: Floats) -> None:
        self.middles = middles
        left, right = shapely.STRtree(shapes).query(shapes, predicate="touches")
        once = left < right
        left, right = left[once], right[once]
        edge = shapely.length(shapely.intersection(shapes[left], shapes[right])) > 1e-6
        apart = np.hypot(*(middles[left[edge]] - middles[right[edge]]).T) + 1e-9
        self.graph = joined(left[edge], right[edge], apart, len(shapes))

    def components(self, members: Ints) -> Ints:
        """Returns the number of the connected part that each member lies in."""
        return self.graph.within(members).components()

    def divide(self, members: Ints, count: int, rng: np.random.Generator) -> Ints:
        """Returns the group (0 … count-1) of each member; every group is connected, sizes are alike."""
        if count <= 1:
            return np.zeros(len(members), np.int64)
        inside = self.graph.within(members)
        at = self.middles[members]
        starts = _spread(inside, at, count, rng)
        group = _nearest(inside, starts)
        for _ in range(6):
            starts = np.array([_middle(at, group == g) for g in range(count)])
            group = _nearest(inside, starts)
        return group


def _spread(inside: Graph, at: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Returns `count` members far from each other (in cells, so that dense parts get more)."""
    chosen = [int(rng.integers(len(at)))]
    away = np.full(len(at), np.inf)
    inside.fewest_steps(chosen[0], away)
    while len(chosen) < count:
        reachable = np.where(np.isfinite(away), away, 1e9) + rng.random(len(at)) * 0.5
        reachable[chosen] = -1.0
        chosen.append(int(np.argmax(reachable)))
        inside.fewest_steps(chosen[-1], away)
    return np.array(chosen)


def _nearest(inside: Graph, starts: Ints) -> Ints:
    """Returns for each member the position in `starts` of the start it is nearest to, counted in cells."""
    length = inside.length
    return inside.nearest(starts, 0.35 + length / (float(length.sum()) / max(len(length), 1) + 1e-9))


def _middle(at: Floats, members: npt.NDArray[np.bool_]) -> int:
    """Returns the member that lies nearest to the middle of its group."""
    chosen = np.flatnonzero(members)
    away = np.hypot(*(at[chosen] - at[chosen].mean(axis=0)).T)
    return int(chosen[np.argmin(away)])


def districts(neighbours: Neighbours, bank: Ints, land: Land) -> Ints:
    """Returns the position in DISTRICT_CODES of each cell's district.

    Args:
        neighbours: of all cells.
        bank: 0 for cells north-east of the river, 1 for those south-west.
        land: knows how far down the river a cell lies.
    """
    down, off = land.along_river(neighbours.middles)
    x = neighbours.middles[:, 0]
    hinterland = 6.1 + 0.9 * np.sin(down * 0.55) - 0.10 * np.maximum(down - 22.0, 0)
    upper = 22.0 + 0.22 * (off - 2.0) + 0.4 * np.sin(off * 1.7)
    lower = 31.2 + 0.10 * off + 0.4 * np.sin(off * 1.3 + 1.0)
    label = np.where(down < upper, _XILING, np.where(down < lower, _WUJIAGANG, _XIAOTING))
    label = np.where((off > hinterland) | (down < 8.5 + 0.15 * x), _YILING, label)
    label = np.where(bank == 1, _DIANJUN, label)
    return _connected(neighbours, label)


def _connected(neighbours: Neighbours, label: Ints) -> Ints:
    """Gives the parts cut off from the main part of their label to a label around them."""
    anchored = np.zeros(len(label), bool)
    for value in np.unique(label):
        members = np.flatnonzero(label == value)
        part = neighbours.components(members)
        anchored[members[part == np.bincount(part).argmax()]] = True
    anchors = np.flatnonzero(anchored)
    group = _nearest(neighbours.graph, anchors)
    component = neighbours.graph.components()
    safe = np.isin(component, component[anchors])
    return np.asarray(np.where(safe, label[anchors[group]], label), dtype=np.int64)


def share_out(total: int, sizes: Ints) -> Ints:
    """Returns `total` shared out in proportion to sizes, each at least 1 and at most its size."""
    exact = sizes * (total / max(int(sizes.sum()), 1))
    shares = np.clip(np.floor(exact).astype(np.int64), 1, sizes)
    for index in np.argsort(-(exact - np.floor(exact)), kind="stable").tolist() * 3:
        if shares.sum() >= total:
            break
        shares[index] = min(shares[index] + 1, sizes[index])
    for index in np.argsort(exact - np.floor(exact), kind="stable").tolist() * 3:
        if shares.sum() <= total:
            break
        shares[index] = max(shares[index] - 1, 1)
    return np.asarray(shares, dtype=np.int64)
