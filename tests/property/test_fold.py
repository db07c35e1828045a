"""What must hold for every log: the fold is deterministic, restartable, and indifferent to duplicates and shards."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.wall import kpis, slow_body
from dashboard.domain.state.city import CityState
from dashboard.domain.state.door import Door
from dashboard.feeds.live.frames import Moment, TopicFrames, diff, merge
from tests.support.making import (
    DAY,
    GRIDS,
    NOON,
    copied,
    event,
    fold,
    fold_one,
    packed,
    positions,
    reported,
    state,
    step,
)

CASES = ["C-1", "C-2", "C-3"]
STEPS = ["filed", "dispatched", "started", "handled", "returned", "closed", "reopened", "rated", "suspended", "resumed"]
STEPS += ["escalated", "rejected", "urged", "merged"]
times = st.integers(0, 40).map(lambda hours: NOON - 30 * 3600 + hours * 3600.0)
grids = st.sampled_from(GRIDS)
sexes = st.sampled_from("mf")


def _population(kind: str) -> st.SearchStrategy[bytes]:
    ages = st.integers(0, 100)
    if kind == "birth":
        data = st.fixed_dictionaries({"sex": sexes, "occurred_on": st.sampled_from(["2026-11-20", "2026-11-21"])})
    elif kind == "death":
        data = st.fixed_dictionaries({"sex": sexes, "age": ages, "occurred_on": st.just("2026-11-20")})
    else:
        data = st.fixed_dictionaries({"sex": sexes, "age": ages, "floating": st.booleans()})
    return st.builds(lambda d, at, g: event(f"population.{kind}", d, at=at, grid=g), data, times, grids)


steps = st.builds(
    lambda name, case, at: step(name, case, at, **_extra(name)),
    st.sampled_from(STEPS),
    st.sampled_from(CASES),
    times,
)
reports = st.builds(
    lambda case, at, severity: reported(case, at, severity=severity), st.sampled_from(CASES), times, st.integers(1, 3)
)
shifts = st.builds(
    lambda name, at, g: event(f"worker.{name}", {}, at=at, grid=g),
    st.sampled_from(["shift-started", "shift-ended"]),
    times,
    grids,
)
garbage = st.binary(max_size=20)
any_report = st.one_of(
    *(_population(kind) for kind in ("birth", "death", "move-in", "move-out")), steps, steps, reports, shifts, garbage
)
logs = st.lists(any_report, max_size=40)


def _extra(name: str) -> dict[str, Any]:
    return {
        "dispatched": {"to": "governance"},
        "rated": {"score": 4},
        "escalated": {"to_level": "street"},
        "merged": {"into": "C-9"},
    }.get(name, {})


def seen_by_all(city: CityState, now: float = NOON + DAY) -> list[dict[str, Any]]:
    """Returns the numbers of every area."""
    reading = Reading(city, now)
    return [area_body(reading, area, 0) for area in city.tree.by_code.values()]


def check_invariants(city: CityState) -> None:
    """Raises when the parts of a state contradict each other."""
    assert city.reports + city.duplicates + city.dead_letters == sum(city.entries.values())
    assert city.early.count == sum(map(len, city.early.by_case.values()))
    table = city.cases
    assert sorted(table.rows.values()) == np.flatnonzero(table.columns["state"] != 255).tolist()
    assert len(table.rows) + len(table.free) == len(table.ids)
    assert len(city.seen) >= city.reports - city.early.count
    reading = Reading(city, NOON + DAY)
    whole = kpis(reading, city.tree.root)
    parts = [kpis(reading, child) for child in city.tree.children(city.tree.root.code)]
    for name in ("population", "cases-open", "cases-overdue", "newborns-today", "move-ins-yesterday"):
        assert whole[name] == sum(part[name] for part in parts)


@given(logs)
def test_folding_is_deterministic_and_keeps_its_invariants(log):
    one, two = state(), state()
    fold(one, log)
    fold(two, log)
    assert packed(one) == packed(two)
    check_invariants(one)


odd = st.one_of(
    garbage,
    st.just(b"[" * 100_000),
    st.builds(lambda at: event("population.birth", {"sex": "m", "occurred_on": "2020-01-01"}, at=at), times),
    st.builds(lambda at: event("dwelling.registered", {"kind": "owned"}, at=at, grid="429999001001001"), times),
    st.builds(lambda at: event("service.requested", {"service": "s", "request": "r"}, at=at, grid="4205"), times),
    st.builds(lambda at: event("worker.position", {"lat": 30, "lon": 111}, at=at - 90 * 365 * DAY), times),
    st.builds(lambda at: event("worker.position", {"lat": 30, "lon": 111, "battery": 0.5}, at=at, id="same"), times),
)


@given(
    st.lists(st.one_of(any_report, odd), max_size=40),
    st.lists(st.integers(1, 9), min_size=1),
    st.sampled_from([1, 70_000, 9 * 3600_000, 5 * 86_400_000]),
    st.data(),
)
def test_folding_in_lots_of_any_size_is_folding_one_by_one(log, sizes, step_ms, data):
    """Also when days pass within a lot, so that duplicates are forgotten and early reports are given up."""
    log = log + (data.draw(st.lists(st.sampled_from(log), max_size=10)) if log else [])
    entries = [[b"%d-0" % (int(NOON * 1000) + n * step_ms), [b"event", raw]] for n, raw in enumerate(log)]
    if entries:
        entries.insert(len(entries) // 2, [entries[len(entries) // 2][0], [b"other", b"{}"]])
    (single, each, touched_by_each), (city, dead, touched) = in_lots(entries, [1]), in_lots(entries, sizes)
    assert packed(city) == packed(single)
    assert (dead, touched) == (each, touched_by_each)
    raw_at = {position: fields[1] for position, fields in entries if fields[0] == b"event"}
    assert all(raw in (None, raw_at.get(letter.position)) for letter, raw in dead)


def in_lots(entries: list[Any], sizes: list[int]) -> tuple[CityState, list[Any], set[int]]:
    """Returns the state after folding entries in lots of these sizes, the dead letters, and the grids touched."""
    door, dead, touched = Door(state()), [], set[int]()
    rest, lengths = entries, itertools.cycle(sizes)
    while rest:
        length = next(lengths)
        dead += door.fold(rest[:length], 0, touched)
        rest = rest[length:]
    return door.city, dead, touched


@given(logs, st.data())
def test_a_duplicate_changes_nothing_but_its_count(log, data):
    extra = data.draw(st.lists(st.sampled_from(log), max_size=5)) if log else []
    once, again = state(), state()
    fold(once, log)
    fold(again, log)
    before = seen_by_all(again)
    outcomes = [c.outcome for c in fold(again, extra, first_ms=int(NOON * 1000) + 10**6)]
    for shown, old in zip(seen_by_all(again), before, strict=True):
        assert {k: v for k, v in shown.items() if k != "log"} == {k: v for k, v in old.items() if k != "log"}
    assert set(outcomes) <= {"duplicate", "dead", "held"}


@given(logs, st.integers(0, 40))
def test_snapshot_at_k_plus_the_tail_is_the_whole(log, k):
    whole, first, second = state(), state(), state()
    fold(whole, log)
    fold(first, log[:k])
    copied(first, second)
    fold(second, log[k:], first_ms=int(NOON * 1000) + 1000 * len(log[:k]))
    assert packed(second) == packed(whole)


@given(logs, st.integers(1, 7))
def test_deltas_applied_to_a_snapshot_give_the_next_snapshot(log, stride):
    city, frames = state(), TopicFrames("city", "e")
    moment = Moment(0, 0)
    body: dict[str, Any] | None = None
    for start in range(0, len(log), stride):
        fold(city, log[start : start + stride], first_ms=int(NOON * 1000) + start * 1000)
        reading = Reading(city, NOON + start)
        frame = frames.delta({"kpi": kpis(reading, city.tree.root), **slow_body(reading, city.tree.root)}, moment)
        if body is not None and frame is not None:
            body = merge(body, msgspec.json.decode(frame)["body"])
        snapshot = msgspec.json.decode(frames.snapshot(moment))["body"]
        assert body is None or body == snapshot
        body = snapshot


@given(logs, st.randoms(use_true_random=False))
def test_the_order_between_shards_does_not_matter(log, random):
    shards: dict[int, list[tuple[bytes, bytes]]] = {0: [], 1: []}
    for raw, position in zip(log, positions(), strict=False):
        shards[1 if b"420503001001001" in raw else 0].append((raw, position))

    def folded(order: list[int]) -> CityState:
        door, queues = Door(state()), {shard: iter(entries) for shard, entries in shards.items()}
        for shard in order:
            raw, position = next(queues[shard])
            fold_one(door, raw, position, shard)
        return door.city

    order = [shard for shard, entries in shards.items() for _ in entries]
    mixed = random.sample(order, len(order))
    assert seen_by_all(folded(order)) == seen_by_all(folded(mixed))


@given(st.lists(st.one_of(steps, reports), max_size=14, unique=True), st.randoms(use_true_random=False))
def test_a_case_depends_on_the_steps_that_came_and_not_on_their_order(log, random):
    """The first report of a case stands, so only one report for each case is kept here."""
    kept = {raw: raw for raw in log if b"case.reported" not in raw}
    for case in CASES:
        first = next((raw for raw in log if b"case.reported" in raw and f'"{case}"'.encode() in raw), None)
        if first is not None:
            kept[first] = first
    one, two = state(), state()
    fold(one, kept)
    fold(two, random.sample(list(kept), len(kept)))
    assert seen_by_all(one) == seen_by_all(two)


@given(logs)
def test_the_ledger_balances_for_every_area_and_day(log):
    city = state()
    start = city.people.ages.sum(axis=(1, 2))
    fold(city, log)
    days = sorted(city.counters.rows)
    net = {
        day: sum(
            sign * city.counters.day(name, day).astype(np.int64)
            for name, sign in (("births", 1), ("deaths", -1), ("move_ins", 1), ("move_outs", -1))
        )
        for day in days
    }
    end = start + sum(net.values(), np.zeros(len(GRIDS), np.int64))
    assert end.tolist() == city.people.ages.sum(axis=(1, 2)).tolist()


leaves = st.one_of(st.integers(), st.none(), st.text(max_size=3), st.lists(st.integers(), max_size=3))
bodies = st.recursive(
    st.dictionaries(st.text(max_size=2), leaves, max_size=4),
    lambda inner: st.dictionaries(st.text(max_size=2), st.one_of(leaves, inner), max_size=4),
    max_leaves=12,
)


@given(bodies, bodies)
def test_merging_a_diff_gives_the_new_body(old, new):
    merged = merge(old, diff(old, new))
    assert merge(merged, new) == merged
    assert diff(merged, new) == {}


@settings(max_examples=20)
@given(st.sets(st.integers(1, 2**64 - 2), max_size=5000), st.integers(0, 8))
def test_seen_reports_are_remembered_exactly(keys, reloads):
    from dashboard.domain.state.seen import DAY_MS, SeenReports, compact

    seen = SeenReports(days=2)
    seen.roll(0)
    assert [seen.add(key, key & 0xFFFF) for key in keys] == [-1] * len(keys)
    if reloads:
        seen = SeenReports.load(compact(seen.dump()) if reloads % 2 else seen.dump())
    assert [seen.add(key) for key in keys] == [key & 0xFFFF for key in keys]
    seen.roll(3 * DAY_MS)
    assert len(seen) == 0
    assert [seen.add(key) for key in list(keys)[:10]] == [-1] * len(list(keys)[:10])
