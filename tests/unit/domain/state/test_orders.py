"""Receipts of orders: each grid's first one counts, before or after the order itself."""

from __future__ import annotations

import msgspec
import pytest

from dashboard.domain.state import orders as module
from dashboard.domain.state.orders import Orders


def test_the_first_receipt_of_a_grid_tells_how_long_it_took() -> None:
    orders = Orders()
    assert orders.issued("o", 100.0, {1, 2}) == []
    assert orders.read("o", 130.0, 1) == (100.0, 30.0)
    assert orders.read("o", 140.0, 1) is None, "once"
    assert orders.read("o", 140.0, 7) is None, "not sent there"


def test_receipts_that_came_before_their_order_count_when_it_comes() -> None:
    orders = Orders()
    assert orders.read("o", 90.0, 1) is None
    assert orders.read("o", 95.0, 1) is None
    assert orders.read("o", 90.0, 7) is None
    assert orders.issued("o", 100.0, {1, 2}) == [(1, -10.0)]
    assert orders.read("o", 110.0, 1) is None, "it was read before"
    assert orders.read("o", 110.0, 2) == (100.0, 10.0)


def test_the_same_order_again_changes_nothing() -> None:
    orders = Orders()
    orders.issued("o", 100.0, {1})
    assert orders.issued("o", 200.0, {1, 2}) == []
    assert orders.read("o", 210.0, 1) == (100.0, 110.0)
    assert orders.read("o", 210.0, 2) is None


def test_the_oldest_orders_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_ORDERS", 2)
    orders = Orders()
    for number in range(3):
        orders.issued(f"o{number}", 100.0, {1})
        orders.read(f"early{number}", 90.0, 1)
    assert list(orders.open) == ["o1", "o2"]
    assert list(orders.early) == ["early1", "early2"]


def test_a_loaded_copy_waits_for_the_same_grids() -> None:
    orders = Orders()
    orders.issued("o", 100.0, {1, 2})
    orders.read("o", 110.0, 1)
    orders.read("p", 90.0, 3)
    again = Orders.load(msgspec.msgpack.decode(msgspec.msgpack.encode(orders.dump()), strict=False))
    assert (again.open, again.early) == (orders.open, orders.early)
