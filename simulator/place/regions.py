"""Districts, streets and communities: connected groups of cells, each a natural neighbourhood.

Groups come from shortest paths over the neighbourhood graph: every cell joins the middle that
is nearest by way of its own region, so that a group is connected by construction.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from simulator.place.land import Floats, Ints, Land

DISTRICT_CODES = ("420502", "420503", "420504", "420505", "420506")
_XILING, _WUJIAGANG, _DIANJUN, _XIAOTING, _YILING = range(5)


class Neighbours:
    """Which cells share an edge, with the distance between their middles.

    Attributes:
        middles: float64 [cells, 2], kilometres.
        graph: sparse [cells, cells] of kilometres.
    """

    def __init__(self, shapes: npt.NDArray[Any], middles: Floats) -> None:
        self.middles = middles
        left, right = shapely.STRtree(shapes).query(shapes, predicate="touches")
        once = left < right
        left, right = left[once], right[once]
        edge = shapely.length(shapely.intersection(shapes[left], shapes[right])) > 1e-6
        left, right = left[edge], right[edge]
        apart = np.hypot(*(middles[left] - middles[right]).T) + 1e-9
        count = len(shapes)
        half = csr_matrix((apart, (left, right)), shape=(count, count))
        self.graph = half + half.T

    def components(self, members: Ints) -> Ints:
        """Returns the number of the connected part that each member lies in."""
        _, label = connected_components(self.graph[members][:, members], directed=False)
        return np.asarray(label, dtype=np.int64)

    def divide(self, members: Ints, count: int, rng: np.random.Generator) -> Ints:
        """Returns the group (0 … count-1) of each member; every group is connected, sizes are alike."""
        if count <= 1:
            return np.zeros(len(members), np.int64)
        inside = self.graph[members][:, members]
        at = self.middles[members]
        starts = _spread(inside, at, count, rng)
        group = _nearest(inside, starts)
        for _ in range(6):
            starts = np.array([_middle(at, group == g, inside) for g in range(count)])
            group = _nearest(inside, starts)
        return group


def _spread(inside: Any, at: Floats, count: int, rng: np.random.Generator) -> Ints:
    """Returns `count` members far from each other (in cells, so that dense parts get more)."""
    hops = inside.copy()
    hops.data[:] = 1.0
    chosen = [int(rng.integers(len(at)))]
    away = dijkstra(hops, indices=chosen[0])
    while len(chosen) < count:
        reachable = np.where(np.isfinite(away), away, 1e9) + rng.random(len(at)) * 0.5
        reachable[chosen] = -1.0
        chosen.append(int(np.argmax(reachable)))
        away = np.minimum(away, dijkstra(hops, indices=chosen[-1]))
    return np.array(chosen)


def _nearest(inside: Any, starts: Ints) -> Ints:
    """Returns for each member the position in `starts` of the start it is nearest to, counted in cells."""
    hops = inside.copy()
    hops.data = 0.35 + hops.data / (float(hops.data.sum()) / max(len(hops.data), 1) + 1e-9)
    _, _, source = dijkstra(hops, indices=starts, min_only=True, return_predecessors=True)
    position = np.full(inside.shape[0] + 1, 0)
    position[starts] = np.arange(len(starts))
    return np.asarray(position[source], dtype=np.int64)


def _middle(at: Floats, members: npt.NDArray[np.bool_], inside: Any) -> int:
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
    _, component = connected_components(neighbours.graph, directed=False)
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
