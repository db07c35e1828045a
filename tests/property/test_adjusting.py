"""Whatever is adjusted: sums above are equal to the last case, before the day, after it, and after a restart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.panels import ledger
from dashboard.domain.reading.traces import FROM_TRACES, counted_steps
from dashboard.domain.rules.areas import AreaRecord, AreaTree, build_tree
from dashboard.domain.state import snapshot
from dashboard.domain.state.carrying import Start, carried, missing
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from dashboard.domain.state.validity import validate
from tests.support.making import DAY, NOON, event, fold, reported, rules

_DAY = dt.date(2026, 11, 20)  # two days before NOON
_LATER = dt.date(2026, 11, 22)
_BANDS = ([2] * 18, [1] * 18)
_OLD = ("a", "b", "k", "z")
_JUST_BEFORE = NOON - 2 * DAY - 13 * 3600  # of _DAY
_AT = NOON - 4 * DAY  # the first report


class _ByLongitude:
    """A place lies in the grid whose letter stands at its longitude."""

    def __call__(self, codes: Sequence[str], lat: float, lon: float) -> str | None:
        return next((code for code in codes if ord(code[-1]) == round(lon)), None)

    def shape_of(self, code: str) -> bytes:
        return code.encode()


def _grid(code: str, until: dt.date | None = None, into: str = "", parent: str = "d", **more: Any) -> AreaRecord:
    counts: dict[str, Any] = {"ages": _BANDS, "dwellings": 10, "households": 5} if code in _OLD else {}
    return AreaRecord(code, "grid", code, None, parent, until=until, into=tuple(into), **counts | more)


def _tree(*grids: AreaRecord) -> AreaTree:
    above = [AreaRecord("c", "city", "C"), AreaRecord("d", "district", "D", parent="c")]
    made = build_tree([*above, AreaRecord("e", "district", "E", parent="c"), *grids])
    made.place = _ByLongitude()
    return made


_BEFORE = _tree(*map(_grid, _OLD[:3]), _grid("z", parent="e"))
_ADJUSTED = {
    "split": _tree(_grid("a", _DAY, "xy"), _grid("b"), _grid("k"), _grid("x"), _grid("y"), _grid("z", parent="e")),
    "merge": _tree(_grid("a", _DAY, "b"), _grid("b"), _grid("k", _DAY, "b"), _grid("z", parent="e")),
    "chain": _tree(
        _grid("a", _DAY, "xy"), _grid("x", _LATER, "b"), _grid("y", _LATER, "kb"), _grid("b"), _grid("k"),
        _grid("z", parent="e"),
    ),
    "moved": _tree(_grid("a"), _grid("b", _DAY, "z"), _grid("k", parent="e"), _grid("z", parent="e")),
    "ahead": _tree(
        _grid("a", dt.date(2030, 1, 1), "x"), _grid("b"), _grid("k"), _grid("x"), _grid("z", parent="e")
    ),
    "nobody": _tree(_grid("a"), _grid("b"), _grid("k"), _grid("x", _DAY), _grid("z", parent="e")),
}  # fmt: skip


def _city(tree: AreaTree) -> CityState:
    return CityState(tree, rules(), horizon=Horizon(None, None))


def _person(kind: str, at: float, grid: str) -> bytes:
    data: dict[str, Any] = {"sex": "f"}
    if kind in ("birth", "death"):
        data["occurred_on"] = (dt.datetime.fromtimestamp(at, dt.UTC) + dt.timedelta(hours=8)).date().isoformat()
    if kind != "birth":
        data["age"] = 30
    if kind.startswith("move"):
        data |= {"floating": False, "other": "outside"}
    return event(f"population.{kind}", data, at=at, grid=grid)


def _case(number: int, at: float, grid: str, lon: str, hours: int) -> list[bytes]:
    place = {"lat": 30.5, "lon": float(ord(lon))}
    told = [reported(f"C-{number}", at, grid=grid, **place, self_handled=number % 5 == 0)]
    if hours:
        steps: list[tuple[str, float, dict[str, Any]]] = [
            ("handled", 0.5, {}),
            ("closed", 1, {}),
            ("rated", 1.1, {"score": 5}),
        ]
        told += [
            event(f"case.{name}", {"case": f"C-{number}", **more}, at=at + part * hours * 3600, grid=grid)
            for name, part, more in steps
        ]
    return told


_EVENTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["birth", "death", "move-in", "move-out"]), st.sampled_from(_OLD)),
        st.tuples(st.sampled_from(["dwelling", "component", "shift", "order"]), st.sampled_from(_OLD)),
        st.tuples(st.just("case"), st.sampled_from(_OLD), st.sampled_from("xybk?"), st.sampled_from([0, 3, 40])),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


def _raws(told: list[Any], until_s: float = NOON + DAY) -> list[bytes]:
    """Returns reports spread over four days and a half, as far as they have happened by an instant."""
    raws: list[tuple[float, bytes]] = []
    for number, (kind, grid, *more) in enumerate(told):
        at = _AT + number * 4.2 * DAY / len(told)
        if kind == "case":
            parts = zip((0.0, 0.5, 1.0, 1.1), _case(number, at, grid, *more), strict=False)
            raws += [(at + part * more[1] * 3600, raw) for part, raw in parts]
        elif kind == "dwelling":
            raws.append((at, event("dwelling.registered", {"kind": "rented"}, at=at, grid=grid)))
        elif kind == "component":
            raws.append((at, event("component.counted", {"class": "road", "count": 7}, at=at, grid=grid)))
        elif kind == "shift":
            raws.append((at, event("worker.shift-started", {}, at=at, grid=grid)))
        elif kind == "order":
            order = {"order": f"O-{number}", "kind": "check", "text": "look", "to": [grid]}
            raws.append((at, event("order.issued", order, at=at, grid="c")))
            raws.append((at + 1, event("order.read", {"order": f"O-{number}"}, at=at + 1, grid=grid)))
        else:
            raws.append((at, _person(kind, at, grid)))
    return [raw for at, raw in sorted(raws, key=lambda one: one[0]) if at < until_s]


def _folded(tree: AreaTree, raws: list[bytes]) -> CityState:
    city = _city(tree)
    fold(city, raws, first_ms=int((NOON - DAY) * 1000))
    return city


def _sums(city: CityState, now_s: float, code: str = "c") -> dict[str, Any]:
    """Returns all that an area says of itself, but for who is on shift there now: a new grid has a new worker."""
    reading, area = Reading(city, now_s), city.tree.by_code[code]
    body = area_body(reading, area, 0)
    del body["workers"]
    body["ledger"] = ledger(reading, area)
    return body


@pytest.mark.parametrize("name", _ADJUSTED)
@settings(max_examples=6)
@given(told=_EVENTS)
def test_sums_of_the_city_are_equal_before_and_after_any_adjustment(name: str, told: list[Any]) -> None:
    for now_s in (_JUST_BEFORE, NOON, NOON + 5 * DAY):
        raws = _raws(told, now_s)
        before, after = _folded(_BEFORE, raws), _folded(_ADJUSTED[name], raws)
        assert (before.reports, before.dead_letters) == (after.reports, after.dead_letters)
        one, other = _sums(before, now_s), _sums(after, now_s)
        assert one == other
        assert other["ledger"]["balances"]
        if name != "moved":
            assert _sums(before, now_s, "d") == _sums(after, now_s, "d")
        _parts_add_up(after, now_s)
        _counters_open(after, now_s)


def _parts_add_up(city: CityState, now_s: float) -> None:
    """What today's areas say of themselves adds up to what the city says, except for what happened in retired ones."""
    reading = Reading(city, now_s)
    whole = area_body(reading, city.tree.root, 0)
    parts = [area_body(reading, reading.tree.by_code[g], 0) for g in city.tree.grids if g not in reading.tree.gone]
    assert sum(part["cases"]["open"] for part in parts) == whole["cases"]["open"]
    assert sum(part["cases"]["overdue"] for part in parts) == whole["cases"]["overdue"]
    assert sum(part["people"]["population"] for part in parts) == whole["people"]["population"]


def _counters_open(city: CityState, now_s: float) -> None:
    """Each grid's counters open into exactly the steps that they count, also of cases that have moved."""
    reading = Reading(city, now_s)
    first, last = reading.today - 10, reading.today
    for code in city.tree.grids:
        area = city.tree.by_code[code]
        for name in FROM_TRACES:
            found = len(counted_steps(reading, name, first, last, area))
            assert found == reading.field.counters.window(name, first, last)[area.start], (code, name)


@pytest.mark.parametrize("name", ["split", "merge", "chain"])
@settings(max_examples=4)
@given(told=_EVENTS, cut=st.floats(0.0, 1.0))
def test_a_restart_in_the_middle_gives_the_same_numbers(name: str, told: list[Any], cut: float) -> None:
    raws = _raws(told)
    whole, first = _folded(_ADJUSTED[name], raws), _city(_ADJUSTED[name])
    at = int(cut * len(raws))
    fold(first, raws[:at], first_ms=int((NOON - DAY) * 1000))
    second = _city(_ADJUSTED[name])
    snapshot.load(second, snapshot.dump(first))
    fold(second, raws[at:], first_ms=int((NOON - DAY) * 1000) + at * 1000)
    validate(second)
    for code in whole.tree.by_code:
        assert _sums(whole, NOON, code) == _sums(second, NOON, code)


@pytest.mark.parametrize("name", ["split", "merge", "chain"])
@settings(max_examples=4)
@given(told=_EVENTS)
def test_a_trimmed_log_is_carried_over_with_its_sums(name: str, told: list[Any]) -> None:
    before, after = _folded(_BEFORE, _raws(told)), _city(_ADJUSTED[name])
    dumped, then, now = snapshot.dump(before), _start(before), _start(after)
    assert missing(dumped, then, now) == []
    snapshot.load(after, carried(dumped, then, now))
    validate(after)
    for now_s in (NOON, NOON + 5 * DAY):
        assert _sums(before, now_s) == _sums(after, now_s)
        _parts_add_up(after, now_s)


def _start(city: CityState) -> Start:
    tree = city.tree
    counted = {tree.grids[grid]: day for grid, day in city.succession.counted_from.items()}
    return Start(
        list(tree.grids), [c.id for c in rules().categories], tree.ages.tobytes(), tree.dwellings.tobytes(), counted
    )
