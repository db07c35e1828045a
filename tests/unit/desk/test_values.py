"""Each value with its limit: what is within is ok, what is not says how bad that is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from dashboard.desk.system import Condition, Snapshot
from dashboard.desk.values import Value, values_of, worst
from dashboard.feeds.engines import Engine
from dashboard.feeds.store import Stored
from dashboard.layouts.system import GROUPS
from tests.support.desks import Office

VALKEY = Engine("Valkey", "9.1.2", dt.date(2029, 5, 19))
WELL = Stored(VALKEY, 900, 50_000_000, 100_000_000, "noeviction", "aof", None, False)


def changed(condition: Condition, part: str, **values: Any) -> Condition:
    return msgspec.structs.replace(
        condition, **{part: msgspec.structs.replace(getattr(condition, part) or WELL, **values)}
    )


def state_of(condition: Condition, name: str) -> str:
    return {value.id: value for value in values_of(condition)}[name].state


@pytest.fixture
def well(office: Office) -> Condition:
    condition = msgspec.structs.replace(office.desk.system.condition(), store=WELL)
    status = condition.keeper.status | {"state": "keeping"}
    condition = changed(changed(condition, "log", reason=None, age_s=0.2), "keeper", status=status)
    return msgspec.structs.replace(condition, snapshot=Snapshot(10.0, 60.0, 5))


async def test_a_server_that_is_well_has_nothing_to_look_at(well: Condition) -> None:
    assert [value.id for value in values_of(well) if value.state != "ok"] == []
    assert worst(values_of(well), 0) == "ok"


async def test_the_page_has_a_place_for_each_value_in_its_group(well: Condition) -> None:
    found: dict[str, list[str]] = {}
    for value in values_of(well):
        found.setdefault(value.group, []).append(value.id)
    assert {group: list(names) for group, names in GROUPS.items()} == found


@pytest.mark.parametrize(
    ("part", "values", "name", "state"),
    [
        ("log", {"reason": "no answer from Redis"}, "log-ready", "broken"),
        ("log", {"age_s": 3.5}, "log-age", "broken"),
        ("log", {"unwritable": "OOM command not allowed"}, "log-writable", "broken"),
        ("log", {"skew_s": -2.5}, "clock", "watch"),
        ("log", {"faults": 1}, "faults", "broken"),
        ("log", {"strays": 4000}, "strays", "broken"),
        ("log", {"strangers": 74}, "strangers", "watch"),
        ("log", {"behind": 1001}, "log-behind", "watch"),
        ("store", {"memory_bytes": 90_000_001}, "memory", "broken"),
        ("store", {"days_left": -1}, "support", "watch"),
        ("store", {"days_left": 0}, "support", "ok"),
        ("store", {"engine": Engine("Redis", "7.2.13", None), "days_left": None}, "support", "unknown"),
        ("store", {"policy": "allkeys-lru"}, "policy", "broken"),
        ("store", {"persistence": "none"}, "persistence", "broken"),
        ("store", {"persistence": "rdb"}, "persistence", "watch"),
        ("store", {"failing": "rdb_last_bgsave_status"}, "disk", "broken"),
        ("counts", {"dead_letters": 1}, "dead-letters", "watch"),
        ("counts", {"differing": 1}, "differing", "watch"),
        ("keeper", {"status": {"state": "waiting", "error": "no answer"}}, "keeper-error", "broken"),
        ("keeper", {"status": {"state": "off", "error": None}}, "keeper", "watch"),
        ("keeper", {"round_s": 0.6}, "keeper-round", "watch"),
        ("snapshot", {"age_s": 181.0}, "snapshot", "watch"),
        ("archive", {"error": "no space left"}, "archive-error", "broken"),
        ("archive", {"waiting": 20_001}, "archive-waiting", "watch"),
        ("screens", {"frame_s": 0.2}, "frame", "watch"),
        ("screens", {"refused": 1}, "refused", "watch"),
    ],
)
async def test_what_is_over_its_limit_is_said(
    well: Condition, part: str, values: dict[str, Any], name: str, state: str
) -> None:
    assert state_of(changed(well, part, **values), name) == state


async def test_an_old_snapshot_is_fine_when_nothing_was_folded_since_or_another_saves(well: Condition) -> None:
    assert state_of(changed(well, "snapshot", age_s=900.0, unsaved=0), "snapshot") == "ok"
    elsewhere = changed(well, "store", snapshot_lease=True)
    assert state_of(changed(elsewhere, "snapshot", age_s=900.0), "snapshot") == "ok"


@pytest.mark.parametrize(("age_s", "state"), [(5.0, "watch"), (86_399.0, "watch"), (86_400.0, "ok"), (None, "watch")])
async def test_dead_letters_are_to_be_looked_at_while_they_are_new(
    age_s: float | None, state: str, well: Condition
) -> None:
    some = changed(changed(well, "counts", dead_letters=3), "store", letter_age_s=age_s)
    assert state_of(some, "dead-letters") == state
    assert state_of(changed(some, "counts", dead_letters=0), "dead-letters") == "ok"


async def test_what_redis_does_not_say_is_not_known(well: Condition) -> None:
    silent = msgspec.structs.replace(well, store=None)
    assert {state_of(silent, name) for name in ("memory", "engine", "support", "policy", "persistence", "disk")} == {
        "unknown"
    }


def test_the_worst_value_is_that_of_the_whole() -> None:
    values = [Value("a", "log", "count", 1), Value("b", "log", "count", 1, 0, "watch")]
    assert worst(values, 0) == "watch"
    assert worst([*values, Value("c", "log", "count", 1, 0, "broken")], 0) == "broken"
    assert worst([], 1) == "broken"
