"""Ways over neighbouring cells: which hang together, how many steps apart they are, which start is nearest."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Graph:
    """Cells 0 … n-1 and the ways between neighbours, each way in both directions.

    Attributes:
        first: int64 [n + 1]; the ways of cell k are those from first[k] up to first[k + 1].
        to: int64 [ways], where each leads, ascending for each cell.
        length: float64 [ways].
    """

    first: Ints
    to: Ints
    length: Floats

    def __len__(self) -> int:
        return len(self.first) - 1

    def within(self, members: Ints) -> Graph:
        """Returns the part between some cells (ascending), which are numbered anew in their order."""
        number = np.full(len(self), -1)
        number[members] = np.arange(len(members))
        origin = number[np.repeat(np.arange(len(self)), np.diff(self.first))]
        end = number[self.to]
        kept = (origin >= 0) & (end >= 0)
        return Graph(_firsts(origin[kept], len(members)), end[kept], self.length[kept])

    def components(self) -> Ints:
        """Returns the number of the connected part that each cell lies in; parts are numbered by their first cell."""
        part = np.full(len(self), -1)
        ways = self._ways()
        count = 0
        for start in range(len(self)):
            if part[start] < 0:
                part[_reached(ways, start)] = count
                count += 1
        return part

    def fewest_steps(self, start: int, known: Floats) -> None:
        """Lowers `known` [n], steps from the starts so far, to those from one more start.

        Only cells that the new start is nearer to are walked over, so that many starts cost little more than one.
        """
        ways = self._ways()
        known[start] = 0.0
        waiting = deque([start])
        while waiting:
            cell = waiting.popleft()
            steps = known[cell] + 1.0
            for neighbour in ways[cell]:
                if steps < known[neighbour]:
                    known[neighbour] = steps
                    waiting.append(neighbour)

    def nearest(self, starts: Ints, length: Floats) -> Ints:
        """Returns for each cell the position in `starts` of the nearest one by `length` [ways]; 0 where none leads."""
        ends, lengths = self.to.tolist(), length.tolist()
        first = self.first.tolist()
        away = [np.inf] * len(self)
        origin = [0] * len(self)
        waiting: list[tuple[float, int]] = []
        for position, start in enumerate(starts.tolist()):
            away[start], origin[start] = 0.0, position
            waiting.append((0.0, start))
        while waiting:
            distance, cell = heapq.heappop(waiting)
            if distance > away[cell]:
                continue
            for way in range(first[cell], first[cell + 1]):
                end, further = ends[way], distance + lengths[way]
                if further < away[end]:
                    away[end], origin[end] = further, origin[cell]
                    heapq.heappush(waiting, (further, end))
        return np.array(origin, np.int64)

    def _ways(self) -> list[list[int]]:
        return [part.tolist() for part in np.split(self.to, self.first[1:-1])]


def joined(left: Ints, right: Ints, length: Floats, count: int) -> Graph:
    """Returns the graph of `count` cells whose pairs of neighbours are `left` and `right`, each pair once."""
    origin, end = np.concatenate((left, right)), np.concatenate((right, left))
    order = np.lexsort((end, origin))
    return Graph(_firsts(origin[order], count), end[order], np.concatenate((length, length))[order])


def _firsts(origin: Ints, count: int) -> Ints:
    return np.searchsorted(origin, np.arange(count + 1))


def _reached(ways: list[list[int]], start: int) -> list[int]:
    found, waiting = {start}, [start]
    while waiting:
        new = [cell for cell in ways[waiting.pop()] if cell not in found]
        found.update(new)
        waiting += new
    return list(found)
