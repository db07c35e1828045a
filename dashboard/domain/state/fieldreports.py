"""How reports about people, homes, workers, orders, services and tasks change the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dashboard.domain.reports import TYPE_OF
from dashboard.domain.state.people import COUNTER_CODES
from dashboard.errors import InvalidReport

if TYPE_CHECKING:
    from dashboard.domain.state.city import CityState

_MOVE_INS, _MOVE_OUTS = COUNTER_CODES["move_ins"], COUNTER_CODES["move_outs"]


class FieldReports:
    """One method per type of report that comes from the field; the door calls them, and nobody else."""

    def __init__(self, state: CityState) -> None:
        self._state = state
        # Type: whether its subject must be a grid, and the method that applies it.
        self.handlers: dict[str, tuple[bool, Callable[..., str | None]]] = {
            "population.birth": (True, self._birth),
            "population.death": (True, self._death),
            "population.move-in": (True, self._move_in),
            "population.move-out": (True, self._move_out),
            "dwelling.registered": (True, self._dwelling_registered),
            "dwelling.removed": (True, self._dwelling_removed),
            "component.counted": (True, self._component),
            "worker.shift-started": (True, self._shift_started),
            "worker.shift-ended": (True, self._shift_ended),
            "worker.position": (True, self._position),
            "order.issued": (False, self._order_issued),
            "order.read": (True, self._order_read),
            "service.requested": (False, self._service_requested),
            "service.completed": (False, self._service_completed),
            "task.opened": (False, self._task),
            "task.taken": (False, self._task),
            "task.done": (False, self._task),
            "task.declined": (False, self._task),
        }

    def _birth(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        data = report.data
        day = self.occurred(data.occurred_on, at)
        self._state.people.add(grid, data.sex, 0, 1)
        self._state.count(COUNTER_CODES["births"], day, grid, position, shard)

    def _death(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        data = report.data
        day = self.occurred(data.occurred_on, at)
        self._state.people.add(grid, data.sex, data.age, -1)
        self._state.count(COUNTER_CODES["deaths"], day, grid, position, shard)

    def occurred(self, date: Any, at: float) -> int:
        """Returns the day of a birth or death; raises InvalidReport unless it lies within 400 days before `at`."""
        day = self._state.days.number(date)
        reported = self._state.days.day(at)
        if day > reported:
            raise InvalidReport("data.occurred_on", f"{date} lies after the day of the report")
        if day < reported - 400:
            raise InvalidReport("data.occurred_on", f"{date} lies more than 400 days before the report")
        return day

    def _move_in(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._state.people.add(grid, report.data.sex, report.data.age, 1)
        self._state.count(_MOVE_INS, self._state.days.day(at), grid, position, shard)

    def _move_out(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._state.people.add(grid, report.data.sex, report.data.age, -1)
        self._state.count(_MOVE_OUTS, self._state.days.day(at), grid, position, shard)

    def _dwelling_registered(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._state.homes.add(grid, report.data.kind, 1)
        self._state.count(COUNTER_CODES["dwellings_registered"], self._state.days.day(at), grid, position, shard)

    def _dwelling_removed(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._state.homes.add(grid, report.data.kind, -1)
        self._state.count(COUNTER_CODES["dwellings_removed"], self._state.days.day(at), grid, position, shard)

    def _component(self, report: Any, at: float, grid: int, *_: Any) -> None:
        self._state.homes.count(grid, report.data.class_, report.data.count, at)

    def _shift_started(self, report: Any, at: float, grid: int, *_: Any) -> None:
        self._shift(report, at, grid, True)

    def _shift_ended(self, report: Any, at: float, grid: int, *_: Any) -> None:
        self._shift(report, at, grid, False)

    def _shift(self, report: Any, at: float, grid: int, started: bool) -> None:
        self._state.workers.shift(grid, at, started)
        if report.data.battery is not None:
            self._state.workers.battery(grid, report.data.battery)

    def _position(self, report: Any, at: float, grid: int, *_: Any) -> None:
        if report.data.battery is not None:
            self._state.workers.battery(grid, report.data.battery)

    def _order_issued(self, report: Any, at: float, _: int, position: bytes, shard: int) -> None:
        index = self._state.tree.grid_index
        unknown = [code for code in report.data.to if code not in index]
        if unknown:
            raise InvalidReport("data.to", f"{unknown[0][:40]!r} is not a grid")
        grids = {index[code] for code in report.data.to}
        day = self._state.days.day(at)
        fresh = report.data.order not in self._state.orders.open
        if fresh:
            for grid in grids:
                self._state.count(COUNTER_CODES["orders_sent"], day, grid, position, shard)
        for grid, taken_s in self._state.orders.issued(report.data.order, at, grids):
            self._order_receipt(grid, day, taken_s, position, shard)

    def _order_read(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        receipt = self._state.orders.read(report.data.order, at, grid)
        if receipt is not None:
            issued_at, taken_s = receipt
            self._order_receipt(grid, self._state.days.day(issued_at), taken_s, position, shard)

    def _order_receipt(self, grid: int, day: int, taken_s: float, position: bytes, shard: int) -> None:
        if taken_s <= self._state.rules.order_receipt_limit_s:
            self._state.count(COUNTER_CODES["orders_received"], day, grid, position, shard)

    def _service_requested(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._state.services.requested(report.data, at, self._state.tree.by_code[report.subject])
        if grid >= 0:
            self._state.count(COUNTER_CODES["services_requested"], self._state.days.day(at), grid, position, shard)

    def _service_completed(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._state.services.completed(report.data, at, self._state.tree.by_code[report.subject])
        if grid >= 0:
            self._state.count(COUNTER_CODES["services_completed"], self._state.days.day(at), grid, position, shard)

    def _task(self, report: Any, at: float, *_: Any) -> None:
        self._state.tasks.apply(TYPE_OF[type(report)], report.data, at, report.subject)

    def counted_only(self, *_: Any) -> None:
        """The other steps of orders: counted as reports, no state of their own yet."""
