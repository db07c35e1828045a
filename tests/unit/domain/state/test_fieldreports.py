"""Reports from the field change exactly the part that they are about, in the grid and on the day they tell of."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.reports import REPORT_CLASSES
from dashboard.domain.state.fieldreports import FieldReports
from tests.support.making import GRIDS, NOON, event, fold, state

PERSON = {"sex": "f", "age": 30, "floating": True}


def _folded(*raws: bytes) -> Any:
    city = state()
    assert {folded.outcome for folded in fold(city, raws)} == {"applied"}
    return city


@pytest.mark.parametrize(
    ("kind", "data", "change", "counter"),
    [
        ("population.birth", {"sex": "m", "occurred_on": "2026-11-20"}, 1, "births"),
        ("population.death", {"sex": "m", "age": 80, "occurred_on": "2026-11-20"}, -1, "deaths"),
        ("population.move-in", PERSON, 1, "move_ins"),
        ("population.move-out", PERSON, -1, "move_outs"),
    ],
)
def test_people_come_and_go_and_are_counted(kind: str, data: dict[str, Any], change: int, counter: str) -> None:
    city = _folded(event(kind, data, grid=GRIDS[1]))
    assert (city.people.ages - city.tree.ages).sum(axis=(1, 2)).tolist() == [0, change, 0, 0]
    happened = city.days.day(NOON) - (2 if "occurred_on" in data else 0)
    assert city.counters.day(counter, happened).tolist() == [0, 1, 0, 0]


def test_homes_components_and_shifts() -> None:
    city = _folded(
        event("dwelling.registered", {"kind": "rented"}),
        event("component.counted", {"class": "road", "count": 12}),
        event("worker.shift-started", {"battery": 0.5}),
    )
    shown = city.homes.shown(0, 1)
    assert (shown["dwellings"]["rented"], shown["components"]["road"]) == (1, 12)
    assert city.workers.columns["on_shift"].tolist() == [1, 0, 0, 0]
    assert city.workers.columns["battery"].tolist()[0] == 0.5


def test_an_order_counts_where_it_was_sent_and_read_in_time() -> None:
    limit_s = state().rules.order_receipt_limit_s
    city = _folded(
        event("order.issued", {"order": "o", "to": list(GRIDS[:3])}, grid="4205"),
        event("order.read", {"order": "o"}, at=NOON + limit_s, grid=GRIDS[0]),
        event("order.read", {"order": "o"}, at=NOON + limit_s + 1, grid=GRIDS[1]),
    )
    day = city.days.day(NOON)
    assert city.counters.day("orders_sent", day).tolist() == [1, 1, 1, 0]
    assert city.counters.day("orders_received", day).tolist() == [1, 0, 0, 0]


def test_an_order_to_what_is_no_grid_is_refused_whole() -> None:
    city = state()
    [folded] = fold(city, [event("order.issued", {"order": "o", "to": [GRIDS[0], "4205"]}, grid="4205")])
    assert (folded.outcome, folded.dead[0].field) == ("dead", "data.to")
    assert city.counters.window("orders_sent", 0, 99_999).sum() == 0


def test_tasks_are_of_any_area() -> None:
    task = {"task": "t", "department": "civil", "cause": "c", "by": "keeper"}
    city = _folded(event("task.opened", task, grid="420502"))
    assert city.tasks.by_id["t"].area == "420502"


def test_every_type_that_is_not_of_a_case_has_its_handler_or_is_only_counted() -> None:
    handled = set(FieldReports(state()).handlers)
    others = {name for name in REPORT_CLASSES if not name.startswith("case.")}
    assert handled <= others
    assert {name.partition(".")[0] for name in others - handled} <= {"order"}
