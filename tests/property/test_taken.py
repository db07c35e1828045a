"""What the intake answers 202 counts: in any log, the fold refuses nothing of it but for the life of a case."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain.reports import TYPES, decode
from dashboard.domain.state.door import Door
from dashboard.domain.state.horizon import Horizon
from dashboard.domain.state.refusals import check
from dashboard.errors import InvalidReport
from tests.support.making import DAY, GRIDS, NOON, event, state, step

UNDERWAY_MS = 6000
EDGES = [-400 * DAY, -1.0, 0.0, DAY]  # from the arrival of a report: where its time begins and ends to count
gaps = st.one_of(st.integers(0, 90_000), st.sampled_from([2 * 86_400_000, 402 * 86_400_000]))
offsets = st.builds(lambda edge, by: edge + by, st.sampled_from(EDGES), st.floats(-70.0, 70.0, width=32))
places = st.sampled_from([*GRIDS[:3], "420502", "999"])
days = st.sampled_from(["2025-10-01", "2026-11-20", "2026-11-22", "2026-11-23", "2026-12-31"])
codes = st.lists(st.sampled_from([*GRIDS[:2], "420502"]), min_size=1, max_size=2)
EVERYTHING = {  # that any type needs; what a type does not know it does not read
    "sex": "m",
    "age": 40,
    "occurred_on": "2026-11-21",
    "floating": True,
    "kind": "owned",
    "class": "road",
    "count": 3,
    "case": "C-1",
    "category": "labour",
    "severity": 2,
    "to": "governance",
    "to_level": "street",
    "into": "C-9",
    "score": 4,
    "task": "t",
    "department": "governance",
    "cause": "c",
    "order": "o",
    "service": "s",
    "request": "r",
    "lat": 30.0,
    "lon": 111.0,
}
HORIZONS = st.sampled_from([Horizon(), Horizon(), Horizon(None, None), Horizon(None, None, NOON)])
kinds: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.one_of(
    st.builds(
        lambda n, c: ("case.reported", {"case": f"C-{n}", "category": c, "severity": 1}),
        st.integers(0, 2),
        st.sampled_from(["dispute", "none"]),
    ),
    st.builds(lambda day: ("population.birth", {"sex": "f", "occurred_on": day}), days),
    st.builds(lambda to: ("order.issued", {"order": "o", "to": to}), codes),
    st.just(("worker.position", {"lat": 30.0, "lon": 111.0})),
    st.just(("task.opened", {"task": "t", "department": "civil", "cause": "c", "by": "keeper"})),
    st.just(("case.closed", {"case": "C-1"})),
    st.sampled_from(TYPES).map(
        lambda name: (name, EVERYTHING | ({"to": [GRIDS[1]]} if name == "order.issued" else {}))
    ),
)
arrival = st.tuples(gaps, kinds, offsets, places, st.integers(0, UNDERWAY_MS), st.integers(0, 1))


@settings(max_examples=150)
@given(st.lists(arrival, max_size=12), HORIZONS)
def test_what_is_answered_taken_is_never_a_dead_letter_but_by_the_life_of_a_case(log: Any, horizon: Horizon) -> None:
    one_by_one, at_once = (state(horizon=horizon) for _ in range(2))
    taken: dict[int, list[Any]] = {0: [], 1: []}
    letters = []
    now_ms = int(NOON * 1000)
    for number, (gap, (kind, data), offset, place, underway, shard) in enumerate(log):
        now_ms += gap
        raw = event(kind, data, at=now_ms / 1000 + offset, grid=place, id=f"e-{number}")
        try:
            check(one_by_one, decode(raw), shard, now_ms, now_ms + UNDERWAY_MS)
        except InvalidReport:
            continue
        now_ms += underway
        entry = [b"%d-%d" % (now_ms, number), [b"event", raw]]
        taken[shard].append(entry)
        letters += [letter for letter, _ in Door(one_by_one).fold([entry], shard, set())]
    letters += [letter for shard in taken for letter, _ in Door(at_once).fold(taken[shard], shard, set())]
    assert {letter.field for letter in letters} <= {"data.case"}


@pytest.mark.parametrize("kind", TYPES)
def test_a_report_of_each_type_is_taken_and_counts(kind: str) -> None:
    """So that the property above holds of every type, and not by taking none of it."""
    city, ms = state(horizon=Horizon()), int(NOON * 1000)
    data = EVERYTHING | ({"to": [GRIDS[1]]} if kind == "order.issued" else {})
    raws = [event(kind, data)] if kind == "case.reported" or not kind.startswith("case.") else []
    raws = raws or [event("case.reported", EVERYTHING, at=NOON - 1), event(kind, data)]
    for number, raw in enumerate(raws):
        check(city, decode(raw), 0, ms, ms + UNDERWAY_MS)
        assert Door(city).fold([[b"%d-%d" % (ms, number), [b"event", raw]]], 0, set()) == []
    assert city.reports == len(raws)


def test_a_report_a_second_inside_of_what_counts_is_taken_and_one_outside_is_not() -> None:
    """So that the property above is not true by taking nothing."""
    ms = int(NOON * 1000)
    for at, is_taken in ((-400 * DAY + 7, True), (-400 * DAY + 5, False), (DAY - 1, True), (DAY, False)):
        raw = step("urged", "C-1", NOON + at)
        try:
            check(state(horizon=Horizon()), decode(raw), 0, ms, ms + UNDERWAY_MS)
            assert is_taken, at
        except InvalidReport:
            assert not is_taken, at
