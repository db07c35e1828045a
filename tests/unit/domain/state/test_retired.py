"""Reports of a retired grid count for who takes over: by place, else the first; for nobody, what begins is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import AreaRecord, build_tree
from dashboard.domain.state import snapshot
from dashboard.domain.state.carrying import Start, carried, missing
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.domain.state.people import COUNTER_CODES
from tests.support.making import DAY, NOON, event, fold, reported, rules

_DAY = dt.date(2026, 11, 22)  # the day of NOON
_BANDS = ([1] * 18, [1] * 18)
_EVE = NOON - 13 * 3600  # 23:00 of the day before


class _EastOrWest:
    def __call__(self, codes: Sequence[str], lat: float, lon: float) -> str | None:
        return next((code for code in codes if {"w": 110.0, "e": 112.0}.get(code) == lon), None)

    def shape_of(self, code: str) -> bytes:
        return code.encode()


def city(**more: Any) -> CityState:
    """Returns a city where `a` is cut into `w` and `e` at the start of the day, and `n` ends with nobody behind it."""
    halves = [AreaRecord(code, "grid", code, None, "c", **more) for code in "we"]
    cut = AreaRecord("a", "grid", "a", None, "c", _BANDS, 10, 5, _DAY, ("w", "e"))
    gone = AreaRecord("n", "grid", "n", None, "c", until=_DAY)
    tree = build_tree([AreaRecord("c", "city", "C"), cut, gone, *halves])
    tree.place = _EastOrWest()
    return CityState(tree, rules(), horizon=Horizon(None, None))


def counted(state: CityState, name: str) -> dict[str, int]:
    sums = state.counters.counts.sum(axis=0)[COUNTER_CODES[name]]
    return {code: int(sums[grid]) for code, grid in state.tree.grid_index.items() if sums[grid]}


def test_a_case_goes_where_its_place_lies_from_the_start_of_the_day_on() -> None:
    state = city()
    east, nowhere = {"lat": 30.0, "lon": 112.0}, {"lat": 0.0, "lon": 0.0}
    fold(state, [
        reported("C-1", _EVE, grid="a", **east), reported("C-2", NOON, grid="a", **east),
        reported("C-3", NOON, grid="a"), reported("C-4", NOON, grid="a", **nowhere),
    ])  # fmt: skip
    assert state.dead_letters == 0
    assert counted(state, "cases_reported") == {"a": 1, "e": 1, "w": 2}
    reading = Reading(state, NOON)
    lies = {reading.case_id(i): state.tree.grids[grid] for i, grid in enumerate(reading.cases.columns["grid"])}
    assert lies == {"C-1": "e", "C-2": "e", "C-3": "w", "C-4": "w"}


def test_an_open_case_moves_with_its_history_and_an_ended_one_stays() -> None:
    state = city()
    east = {"lat": 30.0, "lon": 112.0}
    fold(state, [reported("C-1", _EVE - 60, grid="a", **east), reported("C-2", _EVE - 60, grid="a", **east)])
    steps = [("closed", "C-1", _EVE), ("handled", "C-2", NOON), ("closed", "C-2", NOON + 60)]
    fold(state, [event(f"case.{name}", {"case": case}, at=at, grid="a") for name, case, at in steps])
    assert state.dead_letters == 0
    now, later = Reading(state, NOON), Reading(state, NOON + 5 * DAY)
    for reading in (now, later):
        lies = {reading.case_id(i): state.tree.grids[grid] for i, grid in enumerate(reading.cases.columns["grid"])}
        assert lies == {"C-1": "a", "C-2": "e"}
    assert counted(state, "cases_reported") == {"a": 2}, "past days keep the grids of their day"
    assert counted(state, "cases_handled") == {"e": 1}
    assert len(state.cases.steps("C-2")) == 3


def test_people_live_with_the_first_and_late_reports_change_both_alike() -> None:
    state = city()
    birth = event("population.birth", {"sex": "f", "occurred_on": "2026-11-21"}, at=_EVE, grid="a")
    fold(state, [birth])
    before, after = (Reading(state, at).field.ages.sum(axis=(1, 2)).tolist() for at in (_EVE, NOON))
    assert (before, after) == ([37, 0, 0, 0], [0, 0, 0, 37])  # grids: a, e, n, w
    assert Reading(state, NOON).field.households.tolist() == [0, 0, 0, 5]
    assert Reading(state, NOON).workers_in(state.tree.root) == 2


def test_what_happened_before_a_count_does_not_change_it_again() -> None:
    state = city(ages=_BANDS, counted_on=_DAY)
    births = [("2026-11-21", NOON), ("2026-11-22", NOON)]
    fold(state, [event("population.birth", {"sex": "f", "occurred_on": on}, at=at, grid="w") for on, at in births])
    moved = {"sex": "m", "age": 30, "floating": False, "other": "outside"}
    fold(state, [event("population.move-in", moved, at=_EVE, grid="w")])
    ages = Reading(state, NOON).field.ages.sum(axis=(1, 2)).tolist()
    assert ages == [0, 36, 0, 37], "who lived in the one that is retired is in the counts of both halves"
    assert counted(state, "births") == {"w": 2}, "that it happened counts as before"
    fresh = Reading(city(ages=_BANDS, counted_on=_DAY), _EVE)
    assert fresh.field.ages.sum() == 36, "a count for a day to come is not there yet"


def test_where_nobody_takes_over_what_begins_is_refused_and_what_began_can_end() -> None:
    state = city()
    done = fold(state, [
        reported("C-1", _EVE, grid="n"), reported("C-2", NOON, grid="n"),
        event("case.closed", {"case": "C-1"}, at=NOON + 1, grid="n"),
    ])  # fmt: skip
    assert [one.outcome for one in done] == ["applied", "dead", "applied"]
    assert done[1].dead[0].reason == "n was retired on 2026-11-22, and nobody takes over"


def test_a_receipt_finds_its_order_whichever_of_both_the_handset_calls_itself() -> None:
    def order(name: str, to: str, at: float) -> bytes:
        return event("order.issued", {"order": name, "kind": "check", "text": "look", "to": [to]}, at=at, grid="c")

    state = city()
    fold(state, [order("O-1", "a", _EVE), order("O-2", "a", NOON), order("O-3", "a", NOON)])
    reads = [("O-1", "a"), ("O-2", "a"), ("O-3", "w")]
    fold(state, [event("order.read", {"order": name}, at=NOON + 60, grid=grid) for name, grid in reads])
    assert counted(state, "orders_sent") == {"a": 1, "w": 2}
    assert counted(state, "orders_received") == {"w": 2}, "the first was read after the limit"


@pytest.mark.parametrize(("on", "said"), [("2026-11-25", 0), ("2026-11-22", 1), ("2026-11-21", 0)])
def test_a_count_over_a_trimmed_log_is_taken_where_it_says_who_is_there(on: str, said: int) -> None:
    before = city()
    births = [event("population.birth", {"sex": "f", "occurred_on": f"2026-11-{day}"}, grid="w") for day in (21, 22)]
    fold(before, births)
    after = city(ages=_BANDS, counted_on=dt.date.fromisoformat(on))
    dumped, then, now = snapshot.dump(before), start(before), start(after)
    found = missing(dumped, then, now)
    assert len(found) == said, found
    if not said:
        snapshot.load(after, carried(dumped, then, now))
        people = after.people.ages.sum(axis=(1, 2)).tolist()
        assert people[-1] == (36 if on == "2026-11-25" else 38)


def start(state: CityState) -> Start:
    tree, days = state.tree, state.succession.counted_from
    counts = tree.ages.tobytes(), tree.dwellings.tobytes()
    return Start(
        list(tree.grids), [c.id for c in rules().categories], *counts, {tree.grids[grid]: d for grid, d in days.items()}
    )
