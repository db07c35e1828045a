"""Steps that came before what they follow: they wait, bounded in time and number."""

from __future__ import annotations

import tracemalloc

import msgspec

from dashboard.domain.rules.lifecycle import CLOSED, Step
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
    assert list(reports.expired(0, 10_000)) == [], "what was let in is never given up"


def test_what_has_waited_too_long_is_given_up_in_order() -> None:
    reports = _held(*(_early(number, f"C-{number}") for number in range(4)))
    assert reports.next_expiry_ms(0) == 1000
    assert [one.case for one in reports.expired(0, 1001)] == ["C-0", "C-1"]
    assert list(reports.by_case) == ["C-2", "C-3"]
    assert reports.next_expiry_ms(0) == 1002


def test_a_loaded_copy_waits_for_the_same() -> None:
    reports = _held(_early(1), _early(2, "C-2"), _early(3))
    reports.release(_early(1))
    again = EarlyReports.load(msgspec.msgpack.decode(msgspec.msgpack.encode(reports.dump())))
    assert (again.by_case, again.count) == ({"C-2": [_early(2, "C-2")], "C-1": [_early(3)]}, 2)


def test_what_an_earlier_version_wrote_twice_waits_once() -> None:
    dumped = msgspec.msgpack.decode(msgspec.msgpack.encode(_held(_early(1), _early(2)).dump()))
    again = EarlyReports.load([*dumped, dumped[0]])
    assert (list(again.waiting()), again.by_case) == ([_early(1), _early(2)], {"C-1": [_early(1), _early(2)]})


def test_beyond_its_memory_the_oldest_gives_way_and_none_of_another_shard() -> None:
    reports = EarlyReports(most_bytes=3 * _early(0).size_bytes)
    other = msgspec.structs.replace(_early(9), step=msgspec.structs.replace(_early(9).step, shard=1))
    for one in (*map(_early, range(5)), other):
        reports.hold(one)
    assert reports.full(0)
    assert not reports.full(1)
    assert list(reports.expired(0, 0)) == [_early(0), _early(1)]
    assert list(reports.expired(1, 0)) == []
    assert (reports.count, reports.bytes_of[0]) == (4, 3 * _early(0).size_bytes)


def test_its_size_is_about_what_it_takes() -> None:
    """Counted as the interpreter counts it: as many again take as much again."""
    tracemalloc.start()
    reports = EarlyReports()
    for number in range(3_000):
        case = f"case-{number}"
        step = Step(CLOSED, 0, 0, 100.5 + number, 1_700_000_000_000 + number, 0)
        reason = f"case {case} was never reported"
        reports.hold(Early(case, step, b"%d-0" % step.ms, step.ms + 1000, reason, 2**63 + number))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.6 < reports.bytes_of[0] / taken < 1.6
