"""Each invariant is broken on purpose, and `validate` names it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
import numpy as np
import pytest

from dashboard.domain.state import journal, orders, services, tasks, texts
from dashboard.domain.state.city import CityState
from dashboard.domain.state.tasks import Task
from dashboard.domain.state.validity import INVARIANTS, Contradiction, validate
from tests.support.making import DAY, GRIDS, NOON, copied, event, fold, reported, state, step
from tests.support.validating import check_all

HOUR = 3600.0
CITY = "4205"


@cache
def full() -> CityState:
    """Returns a state with something in every part of it: three open cases, one ended, one step that waits …"""
    city = state(case_days=30)
    move = {"sex": "f", "age": 30, "floating": False}
    fold(
        city,
        [
            reported("C-old", NOON - 40 * DAY),
            step("closed", "C-old", NOON - 39 * DAY),
            reported("C-1", NOON - 9 * DAY),
            step("escalated", "C-1", NOON - 3 * DAY, to_level="community"),
            step("suspended", "C-1", NOON - 2 * DAY),
            step("resumed", "C-1", NOON - DAY),
            reported("C-3", NOON - 9 * DAY),
            step("escalated", "C-3", NOON - 3 * DAY, to_level="community"),
            reported("C-2", NOON - HOUR, lat=30.7, lon=111.3, note="a lamp"),
            step("reopened", "C-2", NOON - 60),
            event("population.move-in", move, grid=GRIDS[1]),
            event("population.birth", {"sex": "m", "occurred_on": "2026-11-21"}, grid=GRIDS[3]),
            event("dwelling.registered", {"kind": "rented"}),
            event("component.counted", {"class": "road", "count": 7}),
            event("worker.shift-started", {"battery": 0.5}),
            event("order.issued", {"order": "O-1", "to": list(GRIDS)}, grid=CITY),
            event("order.read", {"order": "O-2"}),
            event("service.requested", {"service": "senior-card", "request": "S-1"}),
            event("task.opened", {"task": "T-1", "department": "health"}),
            event("worker.shift-started", {"battery": 0.5}),
        ],
    )
    assert (len(city.cases), len(city.ended), city.early.count, city.duplicates) == (3, 1, 1, 1)
    return city


@pytest.fixture
def city() -> CityState:
    """What a snapshot carries over from such a state: nobody folded into this one, so that it may be broken."""
    broken = copied(full(), state(case_days=30))
    check_all()
    return broken


def row(city: CityState, case: str = "C-1") -> int:
    return city.cases.rows[case]


def cell(name: str, value: float, case: str = "C-1") -> Callable[[CityState], None]:
    """Returns a break that writes a value into a case's column."""

    def write(city: CityState) -> None:
        city.cases.columns[name][row(city, case)] = value

    return write


def count(city: CityState) -> None:
    city.reports += 1


def differ(city: CityState) -> None:
    city.differing = city.duplicates + 1


def another_shard(city: CityState) -> None:
    city.positions[1] = b"1-0"


def position_back(city: CityState) -> None:
    city.positions[0] = b"%d-0" % int(NOON * 1000)
    city.recent.by_grid[0].clear()


def recent_ahead(city: CityState) -> None:
    city.recent.by_grid[0].append((0, b"9999999999999-0"))


def watermark_back(city: CityState) -> None:
    city.watermark = NOON - DAY


def seen_forgets(city: CityState) -> None:
    (hashes, _), *_ = city.seen.by_day.values()
    city.seen._table.drop(np.array(hashes[:1], np.uint64))


def seen_too_many(city: CityState) -> None:
    for key in range(1, 99):
        city.seen.add(key)


def index_elsewhere(city: CityState) -> None:
    city.cases.rows["C-1"], city.cases.rows["C-2"] = city.cases.rows["C-2"], city.cases.rows["C-1"]


def two_rows(city: CityState) -> None:
    city.cases.ids[city.cases.free[-1]] = "C-1"


def leak(city: CityState) -> None:
    city.cases.free.pop()


def twice_free(city: CityState) -> None:
    city.cases.free.append(city.cases.free[0])


def lost_step(city: CityState) -> None:
    city.cases.traces[row(city)] = city.cases.traces[row(city)][: -len(city.cases.traces[row(city, "C-2")])]


def no_rung(city: CityState) -> None:
    at = row(city, "C-3")
    city.rungs._known[at] = (float(city.cases.columns["last_at"][at]), NOON + 99 * DAY)


def not_left(city: CityState) -> None:
    at = row(city)
    ended = city.ended[0]
    city.ended.append(
        msgspec.structs.replace(ended, ids=["C-1"], traces=[city.cases.traces[at]], columns=dict(ended.columns))
    )


def not_ended(city: CityState) -> None:
    city.ended[0] = msgspec.structs.replace(city.ended[0], before_s=0.0)


def out_of_queue(city: CityState) -> None:
    city.early.queues.clear()


def other_case(city: CityState) -> None:
    city.early.by_case["C-1"] = city.early.by_case.pop("C-2")


def counts_and_waits(city: CityState) -> None:
    (held,) = city.early.waiting()
    taken = step_of(city, "C-2")
    other = msgspec.structs.replace(held, step=taken)
    city.early.by_case["C-2"], city.early.queues = [other], {0: {other: None}}


def step_of(city: CityState, case: str) -> Any:
    return city.cases.steps(case)[0]


def resident(city: CityState) -> None:
    city.people.add(2, "m", 40, 1)


def resident_since(city: CityState) -> None:
    city.succession.counted_from[2] = 0
    city.people.add(2, "m", 40, 1)


def dwelling(city: CityState) -> None:
    city.homes.dwellings[3, 0] += 1


def counted_by_nobody(city: CityState) -> None:
    city.counters.counts[-1, 0, 0] = 1


def one_row_for_two_days(city: CityState) -> None:
    days = list(city.counters.rows)
    city.counters.rows[days[0]] = city.counters.rows[days[1]]


def not_written_down(city: CityState) -> None:
    del city.journal.by_day[max(city.journal.by_day)][-24:]


def lost_child(city: CityState) -> None:
    community = city.tree.by_code["420502001001"]
    city.tree.by_code[community.code] = msgspec.structs.replace(community, stop=community.stop - 1)


def task_elsewhere(city: CityState) -> None:
    city.tasks.by_department["fire"] = city.tasks.by_department.pop("health")


def task_unlisted(city: CityState) -> None:
    city.tasks.by_id["T-2"] = Task("T-2")


def service_elsewhere(city: CityState) -> None:
    city.services.rows["S-1"] = 1


def service_nowhere(city: CityState) -> None:
    city.services.columns["stop"][0] = 0


def order_twice(city: CityState) -> None:
    city.orders.early["O-1"] = {0: NOON}


def order_for_no_grid(city: CityState) -> None:
    city.orders.open["O-1"][1].add(99)


def newest_without_end(city: CityState) -> None:
    city.newest = deque(list(city.newest) * 9)


def battery(city: CityState) -> None:
    city.workers.columns["battery"][0] = 1.5


def unbound(city: CityState) -> None:
    city.people.ages = city.people.ages.copy()


BREAKS: list[tuple[str, Callable[[CityState], None], str]] = [
    ("entries add up", count, "but 20 entries"),
    ("entries add up", differ, "2 of 1 duplicates differ"),
    ("positions belong to entries", another_shard, "shard 1: 0 entries up to b'1-0'"),
    ("nothing lies behind the position", recent_ahead, "grid 0: a recent report at 0/b'9999999999999-0'"),
    ("nothing lies behind the position", position_back, "case C-1: its step at 0/"),
    ("the watermark is the latest", watermark_back, f"lies after {NOON - DAY}"),
    ("seen reports are found", seen_forgets, "1 of 19 hashes are not in the table"),
    ("seen reports are found", seen_too_many, "117 remembered of 19 reports and 0 dead letters"),
    ("each case has one row", index_elsewhere, "case C-1: row 2 in the index, row 1 in the table"),
    ("each case has one row", two_rows, "case C-1 is in 2 rows"),
    ("free rows are free", leak, "listed as free, 1 differ"),
    ("free rows are free", twice_free, "1 rows are listed as free twice"),
    ("cases are what their steps add up to", lost_step, "case C-1: Facts("),
    ("cases are what their steps add up to", cell("last_at", 7.0), "case C-1: Facts("),
    ("cases lie within their ranges", cell("grid", 4), "1 cases in no grid"),
    ("cases lie within their ranges", cell("severity", 0), "1 cases without a severity"),
    ("cases are due by the rules", cell("due_at", NOON), f"case C-1 is due at {NOON}, by the rules at "),
    ("rungs say the same of one and of all", no_rung, "case C-3 leaves its level at "),
    ("ended cases have left", not_left, "case C-1 has ended and is still in row 1"),
    ("ended cases have left", not_ended, "1 of 1 cases had not ended before 0.0"),
    ("early steps are indexed", out_of_queue, "0 in the queue, 1 by case"),
    ("early steps are indexed", other_case, "case C-1: 1 steps wait, of cases ['C-2']"),
    ("what waits does not count", counts_and_waits, "case C-2: its step at "),
    ("the ledger balances", resident, "73 residents, but 72 at first and +0 since"),
    ("residents since they were counted", resident_since, "73 residents, 72 when counted and +0 since"),
    ("the ledger balances", dwelling, "41 dwellings, but 40 at first and +0 since"),
    ("days have rows", counted_by_nobody, "1 rows of no day hold counts"),
    ("days have rows", one_row_for_two_days, "days in rows"),
    ("the journal opens the counters", not_written_down, "1, 0 in the journal"),
    ("totals are the sums of their parts", lost_child, "72 residents, 145 in its 2 parts"),
    ("tasks are indexed", task_elsewhere, "task T-1 of health is listed under fire"),
    ("tasks are indexed", task_unlisted, "2 tasks, 1 by department"),
    ("services are indexed", service_elsewhere, "1 requests in rows, 1 in the index"),
    ("services are indexed", service_nowhere, "1 requests in no area"),
    ("orders wait once", order_twice, "order O-1 was issued, and receipts wait for it"),
    ("orders wait once", order_for_no_grid, "order O-1 waits for grids [0, 1, 2, 3, 99] of 4"),
    ("what is held is bounded", newest_without_end, "72 newest reports, at most 8"),
    ("workers are possible", battery, "1 grids with a battery beyond 0 to 1"),
    ("cells point into their columns", unbound, "People._cells writes where nobody reads"),
]


def test_full_state_is_valid(city: CityState) -> None:
    validate(city)


@pytest.mark.parametrize(("invariant", "broken", "said"), BREAKS, ids=range(len(BREAKS)))
def test_what_is_broken_is_named_with_figures(
    city: CityState, invariant: str, broken: Callable[[CityState], None], said: str
) -> None:
    broken(city)
    with pytest.raises(Contradiction) as error:
        validate(city)
    assert (error.value.invariant, said in str(error.value)) == (invariant, True), str(error.value)


def test_each_invariant_is_broken_once() -> None:
    assert {invariant for invariant, _, _ in BREAKS} == set(INVARIANTS)


@pytest.mark.parametrize(
    ("module", "limit"),
    [
        (journal, "KEPT_DAYS"),
        (journal, "KEPT_REPORTS"),
        (texts, "KEPT_TEXTS"),
        (orders, "KEPT_ORDERS"),
        (tasks, "KEPT_TASKS"),
        (services, "KEPT_SERVICES"),
    ],
)
def test_everything_that_is_held_has_a_limit(
    city: CityState, monkeypatch: pytest.MonkeyPatch, module: Any, limit: str
) -> None:
    monkeypatch.setattr(module, limit, 0)
    with pytest.raises(Contradiction, match=r"what is held is bounded: .* at most 0"):
        validate(city)
