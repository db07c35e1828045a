"""Steps that came before what they follow: they wait, bounded in time and number."""

from __future__ import annotations

import msgspec
import pytest

from dashboard.domain.rules.lifecycle import CLOSED, Step
from dashboard.domain.state import early
from dashboard.domain.state.early import Early, EarlyReports


def _early(number: int, case: str = "C-1") -> Early:
    return Early(case, Step(CLOSED, 0, 0, 100.0 + number, number, 0), b"%d-0" % number, 1000 + number, "too soon")


def _held(*waiting: Early) -> EarlyReports:
    reports = EarlyReports()
    for one in waiting:
        reports.hold(one)
    return reports


def test_a_step_waits_until_it_is_let_in() -> None:
    first, second = _early(1), _early(2)
    reports = _held(first, second)
    reports.release(first)
    assert (reports.by_case, reports.count) == ({"C-1": [second]}, 1)
    reports.release(second)
    assert (reports.by_case, reports.count) == ({}, 0)
    assert list(reports.expired(10_000)) == [], "what was let in is never given up"


def test_what_has_waited_too_long_is_given_up_in_order() -> None:
    reports = _held(*(_early(number, f"C-{number}") for number in range(4)))
    assert reports.next_expiry_ms() == 1000
    assert [one.case for one in reports.expired(1001)] == ["C-0", "C-1"]
    assert list(reports.by_case) == ["C-2", "C-3"]
    assert reports.next_expiry_ms() == 1002


def test_a_loaded_copy_waits_for_the_same() -> None:
    reports = _held(_early(1), _early(2, "C-2"), _early(3))
    reports.release(_early(1))
    again = EarlyReports.load(msgspec.msgpack.decode(msgspec.msgpack.encode(reports.dump())))
    assert (again.by_case, again.count) == ({"C-2": [_early(2, "C-2")], "C-1": [_early(3)]}, 2)


def test_what_an_earlier_version_wrote_twice_waits_once() -> None:
    dumped = msgspec.msgpack.decode(msgspec.msgpack.encode(_held(_early(1), _early(2)).dump()))
    again = EarlyReports.load([*dumped, dumped[0]])
    assert (list(again.queue), again.by_case) == ([_early(1), _early(2)], {"C-1": [_early(1), _early(2)]})


def test_beyond_the_limit_the_oldest_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "KEPT_EARLY", 2)
    assert list(_held(*map(_early, range(4))).expired(0)) == [_early(0), _early(1)]
