"""The table of cases: rows are used again, columns stay in step with traces, and a copy is a copy."""

from __future__ import annotations

import msgspec
import numpy as np

from dashboard.domain.reading import cases
from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.moment import Reading, instant
from dashboard.domain.rules.channel import UNKNOWN
from dashboard.domain.rules.lifecycle import CLOSED, HANDLED, State
from dashboard.domain.rules.rules import parse_rules
from dashboard.domain.state.cases import _FIRST_ROWS, COLUMNS, FREE, LATER, CaseTable
from dashboard.domain.state.city import CityState
from dashboard.domain.state.ended import EndedCases
from dashboard.domain.state.horizon import Horizon
from tests.support.making import DAY, NOON, copied, fold, reported, state, step, tree


def test_steps_are_told_in_the_order_in_which_they_happened() -> None:
    city = state()
    fold(city, [reported("C-1"), step("closed", "C-1", NOON + 60.0), step("handled", "C-1", NOON + 30.0)])
    assert [taken.code for taken in city.cases.steps("C-1")][1:] == [HANDLED, CLOSED]


def test_rows_of_cases_that_left_are_used_again() -> None:
    city = state()
    fold(city, [reported("C-1", due=instant(NOON + 120.0)), step("closed", "C-1", NOON + 60.0), reported("C-2")])
    row = city.cases.rows["C-1"]
    ended = city.cases.forget_before(NOON + DAY)
    assert (ended.ids, ended.columns["state"].tolist()) == (["C-1"], [State.CLOSED])
    assert city.cases.columns["state"][row] == FREE
    fold(city, [reported("C-3", at=NOON + 5.0)], first_ms=int(NOON * 1000) + 9000)
    assert city.cases.rows == {"C-2": city.cases.rows["C-2"], "C-3": row}
    assert city.cases.facts(row).closed_at == 0.0, "nothing of the one before is left"


def test_the_table_grows_and_keeps_what_it_holds() -> None:
    city = state()
    fold(city, [reported(f"C-{number}", severity=number % 3 + 1) for number in range(_FIRST_ROWS + 1)])
    assert len(city.cases.ids) == 2 * _FIRST_ROWS
    severities = city.cases.columns["severity"]
    assert all(severities[row] == int(case[2:]) % 3 + 1 for case, row in city.cases.rows.items())
    assert np.count_nonzero(city.cases.columns["state"] != FREE) == _FIRST_ROWS + 1


def test_pauses_move_what_is_due() -> None:
    city = state()
    fold(city, [reported("C-1"), step("suspended", "C-1", NOON + 60.0, reason="papers")])
    row = city.cases.rows["C-1"]
    due = float(city.cases.columns["due_at"][row])
    fold(city, [step("resumed", "C-1", NOON + 3660.0)], first_ms=int(NOON * 1000) + 9000)
    assert city.cases.columns["due_at"][row] == due + 3600.0
    assert city.cases.columns["paused_s"][row] == 3600.0


def test_a_promise_is_kept_whatever_the_limits_say() -> None:
    city = state()
    fold(city, [reported("C-1", due="2026-12-24T12:00:00+08:00"), reported("C-2")])
    promised, counted = (city.cases.rows[case] for case in ("C-1", "C-2"))
    before = city.cases.columns["due_at"].copy()
    city.cases.columns["due_at"][counted] = 0.0
    city.cases.move_all()
    assert city.cases.columns["due_at"][[promised, counted]].tolist() == before[[promised, counted]].tolist()


def test_a_loaded_copy_is_whole_also_from_a_version_that_knew_fewer_columns() -> None:
    city = state()
    fold(city, [reported("C-1"), reported("C-2"), step("closed", "C-1", NOON + 60.0)])
    dumped = msgspec.msgpack.decode(msgspec.msgpack.encode(city.cases.dump()))
    again = CaseTable.load(dumped, city.deadlines)
    assert again.rows == city.cases.rows
    assert sorted(again.free) == sorted(city.cases.free)
    for name in COLUMNS:
        assert again.columns[name].tobytes() == city.cases.columns[name].tobytes(), name
    for name in LATER:
        dumped["columns"].pop(name, None)
    older = CaseTable.load(dumped, city.deadlines)
    assert older.columns["channel"][older.rows["C-1"]] == UNKNOWN


def test_a_city_may_have_five_thousand_categories_and_each_is_told_apart() -> None:
    names = [f"k-{number:04d}" for number in range(5_000)]
    entry = {"name": "某", "duty": "d", "department": "e", "limits": {"close": ["1 hour", "2 hour", "1 work_day"]}}
    label = {"name": "某", "name_en": "x"}
    tables = {"duties": {"d": label}, "departments": {"e": label}, "categories": dict.fromkeys(names, entry)}
    city = CityState(tree(), parse_rules(tables), case_days=1, horizon=Horizon(None, None))
    wanted = ["k-0000", "k-0255", "k-0256", "k-0300", "k-4999"]
    fold(city, [reported(name, NOON, name, 1) for name in wanted])
    again = copied(city, CityState(tree(), parse_rules(tables), horizon=Horizon(None, None)))
    for one in (city, again):
        reading = Reading(one, NOON + 60.0)
        assert [(cases.one(reading, case) or {})["category"] for case in wanted] == wanted
        assert area_body(reading, one.tree.root, 0)["cases"]["open"] == 5
    fold(city, [step("closed", name, NOON + 60.0) for name in wanted] + [reported("L", NOON + 3 * DAY, "k-0001")])
    [ended] = city.ended
    assert [int(code) for code in EndedCases.load(ended.dump()).columns["category"]] == [0, 255, 256, 300, 4999]


def test_categories_of_an_earlier_version_are_read() -> None:
    city = state()
    fold(city, [reported("C-1", category="labour")])
    dumped = city.cases.dump()
    dumped["columns"]["category"] = city.cases.columns["category"].astype("<u1").tobytes()
    again = CaseTable.load(dumped, city.deadlines)
    assert again.columns["category"].tolist() == city.cases.columns["category"].tolist()
