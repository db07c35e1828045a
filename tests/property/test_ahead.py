"""What lies ahead of the clock has not happened: a reading is that of a city which was told only what lies before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain.reading import appraisal, services, tasks, wall
from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.panels import ledger
from dashboard.domain.reading.workers import worker_list
from dashboard.domain.state.city import CityState
from dashboard.domain.state.door import Door
from dashboard.domain.state.horizon import TOLERATED_SKEW_S, Horizon
from tests.support.making import DAY, GRIDS, NOON, copied, event, fold, packed, reported, state, step

START = NOON - 30 * 3600.0
LAST = 40
hours = st.integers(0, LAST)
grids, sexes = st.sampled_from(GRIDS), st.sampled_from("mf")
NAMES = {"filed": {}, "started": {}, "handled": {}, "returned": {}, "closed": {}, "reopened": {}, "suspended": {}}
NAMES |= {"resumed": {}, "rejected": {}, "rated": {"score": 4}, "escalated": {"to_level": "street"}}


def _of(report: str, /, **data: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[int, bytes]]:
    def made(values: dict[str, Any], hour: int, grid: str) -> tuple[int, bytes]:
        if "request" in values:  # each is handed in at one place
            values = values | {"request": values["request"] + grid}
        if "order" in values:  # and is issued once
            values = values | {"order": f"{values['order']}{hour}{grid}"}
        return hour, event(report, values, at=START + hour * 3600.0, grid=grid)

    return st.builds(made, st.fixed_dictionaries(data), hours, grids)


def _case(number: int) -> tuple[int, bytes]:
    return number * 9, reported(f"C-{number}", START + number * 9 * 3600.0, severity=1 + number % 3, grid=GRIDS[number])


def _task(name: str) -> tuple[int, bytes]:
    hour = {"a": 3, "b": 21}[name]
    data = {"task": name, "department": "civil-affairs", "cause": "c", "by": "keeper"}
    return hour, event("task.opened", data, at=START + hour * 3600.0)


steps = st.builds(
    lambda name, case, hour: (hour, step(name, f"C-{case}", START + hour * 3600.0, **NAMES[name])),
    st.sampled_from(sorted(NAMES)),
    st.integers(0, 3),
    hours,
)
CIVIL = st.just("civil-affairs")
anything = st.one_of(
    steps,
    steps,
    st.integers(0, 3).map(_case),
    _of("population.birth", sex=sexes, occurred_on=st.sampled_from(["2026-11-20", "2026-11-21"])),
    _of("population.death", sex=sexes, age=st.integers(0, 100), occurred_on=st.just("2026-11-20")),
    _of("population.move-in", sex=sexes, age=st.integers(0, 100), floating=st.booleans()),
    _of("population.move-out", sex=sexes, age=st.integers(0, 100), floating=st.booleans()),
    _of("dwelling.registered", kind=st.sampled_from(["owned", "rented"])),
    _of("dwelling.removed", kind=st.sampled_from(["owned", "rented"])),
    _of("component.counted", **{"class": st.sampled_from(["road", "green"]), "count": st.integers(0, 9)}),
    _of("worker.shift-started"),
    _of("worker.shift-ended"),
    st.sampled_from("ab").map(_task),
    _of("task.taken", task=st.sampled_from("ab"), department=CIVIL, by=st.sampled_from("xy")),
    _of("task.done", task=st.sampled_from("ab"), department=CIVIL, by=st.sampled_from("xy")),
    _of("order.issued", order=st.sampled_from("op"), to=st.just([GRIDS[0]])),
    _of("service.requested", service=st.just("s"), request=st.sampled_from("qr")),
    _of("service.completed", service=st.just("s"), request=st.sampled_from("qr"), score=st.integers(1, 5)),
)
NOT_COMPARED = ("reports", "held", "dead-letters", "duplicates", "reports-per-minute", "workers-silent")
logs = st.lists(anything, max_size=30, unique_by=lambda one: one[1])


def city(from_s: float = START - 3600.0) -> CityState:
    return state(horizon=Horizon(None, None, from_s))


def told(town: CityState, now_s: float) -> dict[str, Any]:
    """Returns what screens, lists and tables say of a city at a moment, but for what its log holds."""
    reading = Reading(town, now_s)
    bodies = [area_body(reading, area, 0) for area in town.tree.by_code.values()]
    for body in bodies:
        del body["log"], body["workers"]["silent"]  # a rhythm is learnt from all that was heard
        body.get("grid", {}).pop("silent", None)
    root = town.tree.root
    kpis = {name: value for name, value in wall.kpis(reading, root).items() if name not in NOT_COMPARED}
    appraised = appraisal.count(appraisal.freeze(town, now_s, 30))
    said = {
        "areas": bodies,
        "kpis": kpis,
        "homes": [_homes(reading, number) for number in range(len(GRIDS))],
        "layers": [wall.layer_values(reading, layer).tolist() for layer in ("newborns", "move-ins", "cases-open")],
        "on_shift": [worker["on_shift"] for worker in worker_list(reading, root, None)],
        "inbox": tasks.inbox(reading, "civil-affairs"),
        "tasks": [tasks.task_row(reading, task) for task in tasks.matching(reading, None, None, None)],
        "services": services.summary(reading, root, 30),
        "listed": services.listed(reading, root, services.ServiceFilter(), 0, 9),
        "ledger": ledger(reading, root),
        "appraised": [
            [part.per_grid.tolist(), part.cells.tolist(), part.upto.tolist()]
            for pair in appraised.cases.values()
            for part in pair
        ],
        "watermark": reading.watermark,
    }
    return {path: value for name, part in said.items() for path, value in _flat(name, part)}


def _homes(reading: Reading, grid: int) -> dict[str, Any]:
    """Returns components and all dwellings of a grid.

    Of which kind one was that is removed hangs on what was registered before it came in, also of what lies ahead.
    """
    shown = reading.field.homes.shown(grid, grid + 1)
    return {"components": shown["components"], "dwellings": sum(shown["dwellings"].values())}


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yields each single value with where it stands, so that a difference is named."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else None
    if inner is None:
        yield path, value
    for name, part in inner or ():
        yield from _flat(f"{path}/{name}", part)


@settings(max_examples=150)
@given(logs, hours, st.integers(-61, 61))
def test_a_reading_is_that_of_a_city_which_was_told_only_what_lies_before(log: Any, hour: int, more_s: int) -> None:
    now_s = START + hour * 3600.0 + more_s
    before = [raw for at, raw in log if START + at * 3600.0 <= now_s + TOLERATED_SKEW_S]
    whole, part = city(), city()
    fold(whole, [raw for _, raw in log])
    fold(part, before)
    unchanged = packed(whole)
    assert told(whole, now_s) == told(part, now_s)
    assert packed(whole) == unchanged, "reading changes nothing"
    if part.early.count == whole.early.count == whole.dead_letters == 0:
        assert Reading(whole, now_s).ahead >= len(log) - len(before)


@settings(max_examples=50)
@given(logs, st.integers(0, 30), hours)
def test_a_snapshot_carries_on_what_lies_ahead(log: Any, count: int, hour: int) -> None:
    raws = [raw for _, raw in log]
    whole, first = city(), city()
    fold(whole, raws)
    fold(first, raws[:count])
    second = copied(first, city())
    fold(second, raws[count:])
    assert told(second, START + hour * 3600.0) == told(whole, START + hour * 3600.0)
    assert packed(second) == packed(whole)


@settings(max_examples=100)
@given(logs, st.lists(st.integers(0, 90_000), min_size=30, max_size=30), st.floats(-0.5, 24.0), st.integers(0, 30))
def test_two_folds_of_one_log_at_different_hours_are_equal(log: Any, gaps: Any, hours_ahead: float, cut: int) -> None:
    """In real time, where reports may lie a day ahead of their arrival: in lots of any size, over a restart."""
    first_ms = int((START + (LAST / 2 - hours_ahead) * 3600) * 1000)
    arrivals = (np.cumsum(gaps) + first_ms).tolist()
    entries = [[b"%d-0" % ms, [b"event", raw]] for ms, (_, raw) in zip(arrivals, log, strict=False)]
    one, other = state(horizon=Horizon()), state(horizon=Horizon())
    for entry in entries:
        Door(one).fold([entry], 0, set())
    Door(other).fold(entries[:cut], 0, set())
    other = copied(other, state(horizon=Horizon()))
    Door(other).fold(entries[cut:], 0, set())
    assert packed(one) == packed(other)
    now_s = (arrivals[len(entries) - 1] if entries else first_ms) / 1000
    part = state(horizon=Horizon())
    Door(part).fold([e for e, (at, _) in zip(entries, log, strict=False) if not _ahead(at, now_s)], 0, set())
    assert _unheard(told(one, now_s)) == _unheard(told(part, now_s))


def _unheard(said: dict[str, Any]) -> dict[str, Any]:
    """Returns it without when grids were heard: they were, when they told what lies ahead."""
    return {path: value for path, value in said.items() if not path.endswith(("watermark", "last_report"))}


def _ahead(hour: int, now_s: float) -> bool:
    return START + hour * 3600.0 > now_s + TOLERATED_SKEW_S


@given(logs, st.sampled_from([NOON + 72 * 365 * DAY, NOON + 500 * DAY]))
def test_one_report_of_a_wrong_clock_changes_nothing_for_good(log: Any, wrong: float) -> None:
    town, right = city(), city()
    far = [event("dwelling.registered", {"kind": "owned"}, at=wrong), reported("C-far", wrong)]
    far += [event("worker.shift-ended", {}, at=wrong), event("task.done", {"task": "a", "by": "x"}, at=wrong)]
    fold(town, far)
    raws = [raw for _, raw in log]
    fold(town, raws)
    fold(right, raws)
    now_s = START + LAST * 3600.0
    assert told(town, now_s) == told(right, now_s)
    assert town.watermark == right.watermark
    assert town.journal.first_day() == right.journal.first_day()
