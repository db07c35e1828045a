"""How reports about people, homes, workers, orders, services and tasks change the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.domain.reports import TYPE_OF, ms_seq
from dashboard.domain.state.city import CityState
from dashboard.domain.state.people import COUNTER_CODES
from dashboard.domain.state.refusals import addressed, occurred

_MOVE_INS, _MOVE_OUTS = COUNTER_CODES["move_ins"], COUNTER_CODES["move_outs"]


class FieldReports:
    """One method per type of report that comes from the field; the door calls them, and nobody else."""

    def __init__(self, city: CityState) -> None:
        self._city = city
        # Type: the method that applies it.
        self.handlers: dict[str, Callable[..., str | None]] = {
            "population.birth": self._birth,
            "population.death": self._death,
            "population.move-in": self._move_in,
            "population.move-out": self._move_out,
            "dwelling.registered": self._dwelling_registered,
            "dwelling.removed": self._dwelling_removed,
            "component.counted": self._component,
            "worker.shift-started": self._shift_started,
            "worker.shift-ended": self._shift_ended,
            "worker.position": self._position,
            "order.issued": self._order_issued,
            "order.read": self._order_read,
            "service.requested": self._service_requested,
            "service.completed": self._service_completed,
            "task.opened": self._task,
            "task.taken": self._task,
            "task.done": self._task,
            "task.declined": self._task,
        }

    def _birth(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        data = report.data
        day = occurred(self._city, data.occurred_on, at)
        self._city.people.add(grid, data.sex, 0, 1)
        self._count(COUNTER_CODES["births"], day, grid, position, shard)

    def _death(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        data = report.data
        day = occurred(self._city, data.occurred_on, at)
        self._city.people.add(grid, data.sex, data.age, -1)
        self._count(COUNTER_CODES["deaths"], day, grid, position, shard)

    def _move_in(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._city.people.add(grid, report.data.sex, report.data.age, 1)
        self._count(_MOVE_INS, self._city.days.day(at), grid, position, shard)

    def _move_out(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._city.people.add(grid, report.data.sex, report.data.age, -1)
        self._count(_MOVE_OUTS, self._city.days.day(at), grid, position, shard)

    def _dwelling_registered(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._city.homes.add(grid, report.data.kind, 1)
        self._count(COUNTER_CODES["dwellings_registered"], self._city.days.day(at), grid, position, shard)

    def _dwelling_removed(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._city.homes.add(grid, report.data.kind, -1)
        self._count(COUNTER_CODES["dwellings_removed"], self._city.days.day(at), grid, position, shard)

    def _component(self, report: Any, at: float, grid: int, *_: Any) -> None:
        self._city.homes.count(grid, report.data.class_, report.data.count, at)

    def _shift_started(self, report: Any, at: float, grid: int, *_: Any) -> None:
        self._shift(report, at, grid, True)

    def _shift_ended(self, report: Any, at: float, grid: int, *_: Any) -> None:
        self._shift(report, at, grid, False)

    def _shift(self, report: Any, at: float, grid: int, started: bool) -> None:
        self._city.workers.shift(grid, at, started)
        if report.data.battery is not None:
            self._city.workers.battery(grid, report.data.battery)

    def _position(self, report: Any, at: float, grid: int, *_: Any) -> None:
        if report.data.battery is not None:
            self._city.workers.battery(grid, report.data.battery)

    def _order_issued(self, report: Any, at: float, _: int, position: bytes, shard: int) -> None:
        grids = addressed(self._city, report.data.to)
        day = self._city.days.day(at)
        fresh = report.data.order not in self._city.orders.open
        if fresh:
            for grid in grids:
                self._count(COUNTER_CODES["orders_sent"], day, grid, position, shard)
        for grid, taken_s in self._city.orders.issued(report.data.order, at, grids):
            self._order_receipt(grid, day, taken_s, position, shard)

    def _order_read(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        receipt = self._city.orders.read(report.data.order, at, grid)
        if receipt is not None:
            issued_at, taken_s = receipt
            self._order_receipt(grid, self._city.days.day(issued_at), taken_s, position, shard)

    def _order_receipt(self, grid: int, day: int, taken_s: float, position: bytes, shard: int) -> None:
        if taken_s <= self._city.rules.order_receipt_limit_s:
            self._count(COUNTER_CODES["orders_received"], day, grid, position, shard)

    def _service_requested(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._city.services.requested(report.data, at, self._city.tree.by_code[report.subject])
        if grid >= 0:
            self._count(COUNTER_CODES["services_requested"], self._city.days.day(at), grid, position, shard)

    def _service_completed(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._city.services.completed(report.data, at, self._city.tree.by_code[report.subject])
        if grid >= 0:
            self._count(COUNTER_CODES["services_completed"], self._city.days.day(at), grid, position, shard)

    def _task(self, report: Any, at: float, *_: Any) -> None:
        self._city.tasks.apply(TYPE_OF[type(report)], report.data, at, report.subject)

    def _count(self, counter: int, day: int, grid: int, position: bytes, shard: int) -> None:
        self._city.count(counter, day, grid, 1, shard, *ms_seq(position))

    def counted_only(self, *_: Any) -> None:
        """The other steps of orders: counted as reports, no state of their own yet."""
