"""Snapshots: a server goes on where the last one stood, and never from what was made of something else."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import pytest
import redis

from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import AreaRecord, AreaTree, build_tree
from dashboard.domain.rules.calendar import DayName, WorkCalendar
from dashboard.domain.rules.limits import Limit
from dashboard.domain.rules.rules import Rules
from dashboard.domain.state import snapshot
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.domain.state.validity import validate
from dashboard.errors import SnapshotRefused
from dashboard.feeds.follower import Follower, Replica
from dashboard.feeds.keys import SNAPSHOT, SNAPSHOT_LEASE, SNAPSHOTS_ASIDE
from dashboard.feeds.snapshots.origin import origin_of
from dashboard.feeds.snapshots.packing import Head, Kept, _sum, encode
from dashboard.feeds.snapshots.snapshots import Snapshots
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, rules, state, step, tree


def _snapshots(url: str, replica: Replica, shards: int = 1) -> Snapshots:
    return Snapshots(url, replica, shards, 60.0)


def _write(client: redis.Redis, raws: Iterable[bytes]) -> list[bytes]:
    return [client.xadd("reports", {"event": raw}) for raw in raws]


async def _follow(url: str, replica: Replica, shards: int = 1) -> None:
    """Folds what the log holds."""
    follower = Follower(url, shards, replica, lambda letter, raw: None)
    task = asyncio.create_task(follower.run())
    async with asyncio.timeout(20):
        while follower.ready is not None:  # noqa: ASYNC110  of several kinds
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await follower.close()


async def _saved(url: str, replica: Replica, shards: int = 1) -> None:
    """Folds what the log holds, and saves it as a server does at its end."""
    await _follow(url, replica, shards)
    saving = _snapshots(url, replica, shards)
    await saving.save()
    await saving.close()


async def _restored(url: str, replica: Replica, shards: int = 1) -> bool:
    restoring = _snapshots(url, replica, shards)
    try:
        return await restoring.restore()
    finally:
        await restoring.close()


async def test_what_was_saved_is_what_the_next_server_knows(redis_url: str, redis_client: redis.Redis) -> None:
    before, after = Replica(state), Replica(state)
    _write(redis_client, [reported("C-1"), reported("C-2")])
    await _saved(redis_url, before)
    assert await _restored(redis_url, after)
    assert after.state.positions == before.state.positions
    assert after.state.cases.rows == before.state.cases.rows
    assert after.marks[0].newest_first() == before.marks[0].newest_first()


async def test_nothing_new_is_not_saved_again(redis_url: str, redis_client: redis.Redis) -> None:
    replica = Replica(state)
    fold(replica.state, [reported("C-1")])
    saving = _snapshots(redis_url, replica)
    await saving.save()
    redis_client.delete(SNAPSHOT)
    await saving.save()
    assert not redis_client.exists(SNAPSHOT)
    fold(replica.state, [reported("C-2")])
    await saving.save()
    assert redis_client.exists(SNAPSHOT)
    await saving.close()


async def test_one_of_several_saves_and_hands_over_when_it_ends(redis_url: str, redis_client: redis.Redis) -> None:
    replicas = [Replica(state), Replica(state)]
    for number, replica in enumerate(replicas):
        fold(replica.state, [reported(f"C-{number}")])
    first, second = (_snapshots(redis_url, replica) for replica in replicas)
    assert await first.save() > 0.0
    assert await second.save() == 0.0, "the other one has the lease"
    await first.close()
    assert not redis_client.exists(SNAPSHOT_LEASE)
    assert await second.save() > 0.0
    await second.close()


def _fields(city: CityState, dumped: dict[str, Any]) -> dict[str, bytes]:
    return encode(Kept(dumped, 1), Head(origin_of(city, 1), 1, {}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"positions": {0: b"abc"}},
        {"positions": {0: 7}},
        {"positions": {}},
        {"entries": {0: 99}},
        {"log": [1]},
        {"watermark": "x", "log": [-1, 0, 0, 0]},
        {"workers": {}},
        {"cases": {"ids": ["C-1"], "traces": [b""], "columns": {}}},
        {"seen": {"days": 7, "day": 0, "by_day": {0: (b"123", b"")}}},
        {"people": {"ages": b""}},
        {"early": [[1, 2, 3]]},
        {"counters": None},
    ],
)
async def test_a_wrong_value_leads_to_a_fold_from_the_start(
    redis_url: str, redis_client: redis.Redis, wrong: dict[str, object]
) -> None:
    before, after = Replica(state), Replica(state)
    _write(redis_client, [reported("C-1")])
    await _follow(redis_url, before)
    dumped = {**snapshot.dump(before.state), **wrong}
    if wrong.get("seen"):
        fields = _fields(before.state, snapshot.dump(before.state))
        fields["seen"] = msgspec.msgpack.encode(wrong["seen"])
        fields["sum"] = _sum(fields["head"], fields["state"], fields["seen"])
    else:
        fields = _fields(before.state, dumped)
    redis_client.hset(SNAPSHOT, mapping=fields)
    assert not await _restored(redis_url, after)
    [name] = redis_client.zrange(SNAPSHOTS_ASIDE, 0, -1)
    assert redis_client.hgetall(name)[b"state"] == fields["state"], "it is kept"
    assert (after.state.reports, after.state.positions) == (0, {})


async def test_a_key_of_another_type_leads_to_a_fold_from_the_start(
    redis_url: str, redis_client: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    redis_client.set(SNAPSHOT, "something else")
    assert not await _restored(redis_url, Replica(state))
    assert "WRONGTYPE" in caplog.text


# ------------------------------------------------------------------ what a state starts from

CODES = [*GRIDS]


def _lively() -> list[bytes]:
    """Returns reports of every kind that a state keeps, each at another grid, all within two days."""
    at = NOON - DAY
    raws = [reported(f"C-{n}", at + n, ("dispute", "labour")[n % 2], grid=CODES[n % 4]) for n in range(12)]
    raws += [step("closed", "C-1", at + 900), step("handled", "C-2", at + 901, note="done"), step("closed", "C-99", at)]
    raws += [
        event("population.birth", {"sex": "f", "occurred_on": "2026-11-21"}, at=at + n, grid=CODES[n % 4])
        for n in range(5)
    ]
    raws += [event("dwelling.registered", {"kind": "rented"}, at=at, grid=CODES[3])]
    raws += [event("dwelling.removed", {"kind": "owned"}, at=at + 1, grid=CODES[3])]
    raws += [event("component.counted", {"class": "road", "count": 7}, at=at, grid=CODES[2])]
    raws += [event("order.issued", {"order": "O-1", "to": CODES[:3], "kind": "visit", "text": "x"}, at=at)]
    raws += [event("order.read", {"order": "O-1", "grid": CODES[0]}, at=at + 200, grid=CODES[0])]
    raws += [event("order.read", {"order": "O-1", "grid": CODES[1]}, at=at + 400, grid=CODES[1])]
    asked = {"service": "pension-check", "request": "S-1", "off_hours": False}
    raws += [
        event("service.requested", asked, at=at, grid=CODES[2]),
        event("worker.shift-started", {}, at=at, grid=CODES[3]),
    ]
    return raws


def _numbers(city: CityState) -> list[dict[str, Any]]:
    """Returns all numbers of all areas, and what is due when."""
    reading = Reading(city, NOON)
    bodies = [area_body(reading, area, 0) for area in city.tree.by_code.values()]
    due = {case: float(city.cases.columns["due_at"][row]) for case, row in city.cases.rows.items()}
    return [*bodies, due, snapshot.dump(city)["services"]["columns"]["start"]]


def _tree_of(change: Callable[[AreaRecord], AreaRecord | None], *more: AreaRecord) -> AreaTree:
    plain = tree()
    records = [
        AreaRecord(
            area.code, area.level, area.name, area.name_en, area.parent,
            None if area.level != "grid" else tuple(plain.ages[area.start].tolist()), 40, 30,
        )
        for area in plain.by_code.values()
    ]  # fmt: skip
    return build_tree([new for record in records if (new := change(record)) is not None] + list(more))


def _only(which: str, **changes: Any) -> AreaTree:
    return _tree_of(lambda r: msgspec.structs.replace(r, **changes) if r.code == which else r)


def _rules_of(**changes: Any) -> Rules:
    return msgspec.structs.replace(rules(), **changes)


def _shorter() -> Rules:
    first, *others = rules().categories
    limits = {**first.limits, "close": (Limit(1, "hour"),) * 3}
    return _rules_of(categories=(msgspec.structs.replace(first, limits=limits), *others))


_HOLIDAY = {dt.date(2026, 11, 23): DayName("假", "holiday")}
_MORE = (
    AreaRecord("420503001002", "community", "丁社区", None, "420503"),
    AreaRecord("420503001002001", "grid", "001", None, "420503001002"),
)
INPUTS: dict[str, dict[str, Any]] = {
    "names": {"tree": _only(GRIDS[0], name="another")},
    "residents": {"tree": _only(GRIDS[1], ages=([9] * 18, [5] * 18))},
    "dwellings": {"tree": _only(GRIDS[3], dwellings=400)},
    "households": {"tree": _only(GRIDS[2], households=400)},
    "parents": {"tree": _only("420502001002", parent="420503")},
    "a grid more": {"tree": _tree_of(lambda r: r, *_MORE)},
    "limits": {"rules": _shorter()},
    "categories in another order": {"rules": _rules_of(categories=rules().categories[::-1])},
    "receipts": {"rules": _rules_of(order_receipt_limit_s=30.0)},
    "targets": {"rules": _rules_of(targets={"closing_rate": 0.5}, window_days=7)},
    "services": {"rules": _rules_of(services=dict(reversed(rules().services.items())))},
    "calendar": {"calendar": WorkCalendar("Asia/Shanghai", ((540, 600),), _HOLIDAY)},
    "clock": {"horizon": Horizon()},
    "days of cases": {"case_days": 31},
    "days of counters": {"keep_days": 35},
    "hold": {"hold_s": 0.5, "hold_bytes": 100},
}
ALWAYS = {"timezone": {"timezone": "America/Chicago"}}


def _made(tree_: AreaTree | None = None, rules_: Rules | None = None, **options: Any) -> CityState:
    options = {"horizon": Horizon(None, None), **options}
    return CityState(tree_ or tree(), rules_ or rules(), options.pop("timezone", "Asia/Shanghai"), **options)


def _maker(given: dict[str, Any]) -> Callable[[], CityState]:
    named = {"tree": "tree_", "rules": "rules_"}
    return lambda: _made(**{named.get(name, name): value for name, value in given.items()})


@pytest.mark.parametrize("name", [*INPUTS, *ALWAYS])
async def test_each_input_alone_gives_what_a_server_without_a_snapshot_has(
    redis_url: str, redis_client: redis.Redis, name: str
) -> None:
    make = _maker((INPUTS | ALWAYS)[name])
    _write(redis_client, _lively())
    await _saved(redis_url, Replica(_made))
    _write(redis_client, [reported("C-50", NOON - 60, grid=GRIDS[2])])
    restarted, never = Replica(make), Replica(make)
    await _restored(redis_url, restarted)
    await _follow(redis_url, restarted)
    await _follow(redis_url, never)
    assert _numbers(restarted.state) == _numbers(never.state)
    validate(restarted.state)
    await _saved(redis_url, restarted)
    again = Replica(make)
    assert await _restored(redis_url, again), "what was folded anew is a snapshot that fits"
    assert _numbers(again.state) == _numbers(never.state)


@pytest.mark.parametrize("name", INPUTS)
async def test_what_a_trimmed_log_no_longer_holds_is_carried_over(
    redis_url: str, redis_client: redis.Redis, name: str
) -> None:
    make = _maker(INPUTS[name])
    _write(redis_client, _lively())
    await _saved(redis_url, Replica(_made))
    redis_client.xtrim("reports", maxlen=1, approximate=False)
    carried, before = Replica(make), Replica(_made)
    assert await _restored(redis_url, carried)
    await _restored(redis_url, before)
    validate(carried.state)
    city = _numbers(carried.state)[0]
    assert city["cases"]["open"] == _numbers(before.state)[0]["cases"]["open"] == 11
    assert city["log"]["reports"] == before.state.reports
    for code in GRIDS:
        new, old = (Reading(r.state, NOON) for r in (carried, before))
        bodies = [area_body(reading, reading.state.tree.by_code[code], 0) for reading in (new, old)]
        assert next(b["cases"]["open"] for b in bodies) == bodies[1]["cases"]["open"]
        assert bodies[0]["people"]["newborns"] == bodies[1]["people"]["newborns"]
    _write(redis_client, [reported("C-51", NOON - 60, grid=GRIDS[2])])
    await _follow(redis_url, carried)
    assert "C-51" in carried.state.cases.rows


async def test_residents_that_are_carried_over_are_what_folding_anew_would_give(
    redis_url: str, redis_client: redis.Redis
) -> None:
    make = _maker({"tree": _only(GRIDS[1], ages=([9] * 18, [5] * 18), dwellings=77)})
    never = Replica(make)
    _write(redis_client, _lively())
    await _saved(redis_url, Replica(_made))
    await _follow(redis_url, never)
    redis_client.xtrim("reports", maxlen=1, approximate=False)
    carried = Replica(make)
    assert await _restored(redis_url, carried)
    assert _numbers(carried.state) == _numbers(never.state)


_GONE = {
    "a grid": ({"tree": _only(GRIDS[0], code=GRIDS[0][:-1] + "9")}, f"no grid {GRIDS[0]}"),
    "a category": ({"rules": _rules_of(categories=rules().categories[1:])}, "no category dispute"),
    "a time zone": ({"timezone": "America/Chicago"}, "another timezone"),
}


@pytest.mark.parametrize("name", _GONE)
async def test_a_start_that_would_lose_what_was_counted_is_refused_and_putting_it_back_helps(
    redis_url: str, redis_client: redis.Redis, name: str
) -> None:
    given, words = _GONE[name]
    _write(redis_client, _lively())
    await _saved(redis_url, Replica(_made))
    redis_client.xtrim("reports", maxlen=3, approximate=False)
    before = redis_client.hgetall(SNAPSHOT)
    with pytest.raises(SnapshotRefused, match=words):
        await _restored(redis_url, Replica(_maker(given)))
    assert redis_client.hgetall(SNAPSHOT) == before
    back = Replica(_made)
    assert await _restored(redis_url, back)
    assert len(back.state.cases.rows) == 12


async def test_a_server_of_another_number_of_shards_touches_no_snapshot(
    redis_url: str, redis_client: redis.Redis
) -> None:
    _write(redis_client, _lively())
    await _saved(redis_url, Replica(_made))
    before = redis_client.hgetall(SNAPSHOT)
    assert not await _restored(redis_url, Replica(_made), shards=2)
    await _saved(redis_url, Replica(_made), shards=2)
    assert redis_client.hgetall(SNAPSHOT) == before
    back = Replica(_made)
    assert await _restored(redis_url, back)
    assert len(back.state.cases.rows) == 12


# ------------------------------------------------------------------ of which log


async def test_the_newest_entry_deleted_from_a_trimmed_log_costs_nothing(
    redis_url: str, redis_client: redis.Redis
) -> None:
    ids = _write(redis_client, _lively())
    await _saved(redis_url, Replica(_made))
    redis_client.xtrim("reports", maxlen=5, approximate=False)
    redis_client.xdel("reports", ids[-1])
    after = Replica(_made)
    assert await _restored(redis_url, after)
    await _follow(redis_url, after)
    assert len(after.state.cases.rows) == 12
    assert after.replaced is None


async def test_a_snapshot_of_another_log_is_set_aside_and_the_log_folded(
    redis_url: str, redis_client: redis.Redis
) -> None:
    _write(redis_client, _lively())
    await _saved(redis_url, Replica(_made))
    redis_client.delete("reports")
    _write(redis_client, [reported("D-1", NOON - 60)])
    said: list[str] = []
    after = Replica(_made)
    restoring = Snapshots(redis_url, after, 1, 60.0, said.append)
    assert not await restoring.restore()
    await restoring.close()
    [name] = redis_client.zrange(SNAPSHOTS_ASIDE, 0, -1)
    assert name.decode() in said[0]
    assert after.replaced is not None
    await _follow(redis_url, after)
    assert list(after.state.cases.rows) == ["D-1"]


async def test_of_many_that_were_set_aside_the_newest_are_kept(redis_url: str, redis_client: redis.Redis) -> None:
    replica = Replica(_made)
    _write(redis_client, _lively())
    await _follow(redis_url, replica)
    keeping = _snapshots(redis_url, replica)
    for number in range(5):
        await keeping.set_aside(f"log {number}")
    await keeping.close()
    names = redis_client.zrange(SNAPSHOTS_ASIDE, 0, -1)
    assert len(names) == 3
    assert all(redis_client.exists(name) for name in names)
    assert len(list(redis_client.scan_iter(f"{SNAPSHOTS_ASIDE}:*"))) == 3
