"""Receipts of orders: which grids read an order in time (the rest of an order's life comes later)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

KEPT_ORDERS = 20_000


class Orders:
    """Remembers recent orders until each of their grids has read them.

    A receipt may arrive before its order, since orders and receipts can lie on different shards.

    Attributes:
        open: by order, the instant it was issued (epoch seconds) and the grids that have not read it yet.
        early: by order that has not arrived yet, the first receipt (epoch seconds) of each grid.
    """

    def __init__(self) -> None:
        self.open: dict[str, tuple[float, set[int]]] = {}
        self.early: dict[str, dict[int, float]] = {}

    def issued(
        self, order: str, at_s: float, grids: set[int], then: Callable[[int], int] = int
    ) -> list[tuple[int, float]]:
        """Notes a new order; returns (grid, seconds taken) of the receipts that came before it.

        `then` says which grid stood in the place of one that sent a receipt when the order was issued.
        """
        if order in self.open:
            return []
        self.open[order] = (at_s, grids)
        _keep_newest(self.open)
        early: dict[int, float] = {}
        for reader, read_at in self.early.pop(order, {}).items():
            early.setdefault(then(reader), read_at)
        taken = [(grid, read_at - at_s) for grid, read_at in early.items() if grid in grids]
        grids.difference_update(early)
        return taken

    def read(self, order: str, at_s: float, grid: int) -> tuple[float, float] | None:
        """Returns (instant issued, seconds taken) at the first receipt of a grid; else None."""
        if order not in self.open:
            self.early.setdefault(order, {}).setdefault(grid, at_s)
            _keep_newest(self.early)
            return None
        issued_at, waiting = self.open[order]
        if grid not in waiting:
            return None
        waiting.discard(grid)
        return issued_at, at_s - issued_at

    def dump(self) -> dict[str, Any]:
        """Returns a frozen copy."""
        return {
            "open": [(order, at, sorted(grids)) for order, (at, grids) in self.open.items()],
            "early": [(order, dict(receipts)) for order, receipts in self.early.items()],
        }

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> Orders:
        """Returns what `dump` described."""
        orders = cls()
        orders.open = {order: (at, set(grids)) for order, at, grids in dumped["open"]}
        orders.early = {order: {int(g): at for g, at in early.items()} for order, early in dumped["early"]}
        return orders


def _keep_newest(known: dict[str, Any]) -> None:
    """Forgets the oldest entries beyond KEPT_ORDERS."""
    while len(known) > KEPT_ORDERS:
        del known[next(iter(known))]
