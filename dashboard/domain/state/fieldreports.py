"""How reports about people, homes, workers, orders, services and tasks change the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.domain.reports import TYPE_OF, ms_seq
from dashboard.domain.state.city import CityState
from dashboard.domain.state.people import COUNTER_CODES
from dashboard.domain.state.refusals import addressed, occurred
from dashboard.domain.state.retired import area_of, grid_then

_MOVE_INS, _MOVE_OUTS = COUNTER_CODES["move_ins"], COUNTER_CODES["move_outs"]


class FieldReports:
    """One method per type of report that comes from the field; the door calls them, and nobody else."""

    def __init__(self, city: CityState) -> None:
        self._city = city
        self._counted_from = city.succession.counted_from
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
        self._resident(data.sex, 0, 1, at, day, grid, position)
        self._count(COUNTER_CODES["births"], at, day, grid, position, shard)

    def _death(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        data = report.data
        day = occurred(self._city, data.occurred_on, at)
        self._resident(data.sex, data.age, -1, at, day, grid, position)
        self._count(COUNTER_CODES["deaths"], at, day, grid, position, shard)

    def _move_in(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        day = self._city.days.day(at)
        self._resident(report.data.sex, report.data.age, 1, at, day, grid, position)
        self._count(_MOVE_INS, at, day, grid, position, shard)

    def _move_out(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        day = self._city.days.day(at)
        self._resident(report.data.sex, report.data.age, -1, at, day, grid, position)
        self._count(_MOVE_OUTS, at, day, grid, position, shard)

    def _resident(self, sex: str, age: int, amount: int, at: float, day: int, grid: int, position: bytes) -> None:
        """Changes the residents of a grid, unless they were counted later than this day: then it is in the count."""
        if self._counted_from and day < self._counted_from.get(grid, day):
            return
        cell, later = self._city.people.add(grid, sex, age, amount), self._city.later
        if at > later.quick:
            later.add("residents", at, cell, amount, ms_seq(position)[0])

    def _dwelling_registered(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._dwelling(report.data.kind, 1, at, grid, position)
        self._count(COUNTER_CODES["dwellings_registered"], at, self._city.days.day(at), grid, position, shard)

    def _dwelling_removed(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._dwelling(report.data.kind, -1, at, grid, position)
        self._count(COUNTER_CODES["dwellings_removed"], at, self._city.days.day(at), grid, position, shard)

    def _dwelling(self, kind: str, amount: int, at: float, grid: int, position: bytes) -> None:
        cell, later = self._city.homes.add(grid, kind, amount), self._city.later
        if at > later.quick:
            later.add("dwellings", at, cell, amount, ms_seq(position)[0])

    def _component(self, report: Any, at: float, grid: int, position: bytes, _: int) -> None:
        city, name, count = self._city, report.data.class_, report.data.count
        cell, known = city.homes.last_count(grid, name)
        if at > city.later.quick or cell in city.later.based["components"]:
            city.later.put("components", at, cell, count, known, ms_seq(position)[0])
        city.homes.count(grid, name, count, at)

    def _shift_started(self, report: Any, at: float, grid: int, position: bytes, _: int) -> None:
        self._shift(report, at, grid, position, True)

    def _shift_ended(self, report: Any, at: float, grid: int, position: bytes, _: int) -> None:
        self._shift(report, at, grid, position, False)

    def _shift(self, report: Any, at: float, grid: int, position: bytes, started: bool) -> None:
        workers, later = self._city.workers, self._city.later
        if at > later.quick or grid in later.based["shifts"]:
            later.put("shifts", at, grid, int(started), workers.last_shift(grid), ms_seq(position)[0])
        workers.shift(grid, at, started)
        if report.data.battery is not None:
            workers.battery(grid, report.data.battery)

    def _position(self, report: Any, at: float, grid: int, *_: Any) -> None:
        if report.data.battery is not None:
            self._city.workers.battery(grid, report.data.battery)

    def _order_issued(self, report: Any, at: float, _: int, position: bytes, shard: int) -> None:
        city, day = self._city, self._city.days.day(at)
        grids = {grid_then(city, grid, at) for grid in addressed(city, report.data.to)}
        fresh = report.data.order not in city.orders.open
        if fresh:
            for grid in grids:
                self._count(COUNTER_CODES["orders_sent"], at, day, grid, position, shard)
        for grid, taken_s in city.orders.issued(report.data.order, at, grids, lambda read: grid_then(city, read, at)):
            self._order_receipt(grid, at, day, taken_s, position, shard)

    def _order_read(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        city, reader = self._city, self._city.tree.grid_index[report.subject]  # it may be retired since
        issued = city.orders.open.get(report.data.order)
        if issued is not None:
            reader = grid_then(city, reader, issued[0])
        receipt = city.orders.read(report.data.order, at, reader)
        if receipt is not None:
            issued_at, taken_s = receipt
            self._order_receipt(reader, at, city.days.day(issued_at), taken_s, position, shard)

    def _order_receipt(self, grid: int, at: float, day: int, taken_s: float, position: bytes, shard: int) -> None:
        if taken_s <= self._city.rules.order_receipt_limit_s:
            self._count(COUNTER_CODES["orders_received"], at, day, grid, position, shard)

    def _service_requested(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._city.services.requested(report.data, at, area_of(self._city, report.subject, at))
        if grid >= 0:
            self._count(COUNTER_CODES["services_requested"], at, self._city.days.day(at), grid, position, shard)

    def _service_completed(self, report: Any, at: float, grid: int, position: bytes, shard: int) -> None:
        self._city.services.completed(report.data, at, area_of(self._city, report.subject, at))
        if grid >= 0:
            self._count(COUNTER_CODES["services_completed"], at, self._city.days.day(at), grid, position, shard)

    def _task(self, report: Any, at: float, _: int, position: bytes, __: int) -> None:
        city, data, kind = self._city, report.data, TYPE_OF[type(report)]
        if at > city.later.quick or data.task in city.later.tasks:
            task = city.tasks.by_id.get(data.task)
            known = None if task is None else (task.state_at, task.state, task.by, task.reason)
            step = (at, kind.removeprefix("task."), data.by, data.reason)
            city.later.step(data.task, step, known, ms_seq(position)[0])
        city.tasks.apply(kind, data, at, report.subject)

    def _count(self, counter: int, at: float, day: int, grid: int, position: bytes, shard: int) -> None:
        self._city.count(counter, day, grid, 1, shard, *ms_seq(position), at)

    def counted_only(self, *_: Any) -> None:
        """The other steps of orders: counted as reports, no state of their own yet."""
