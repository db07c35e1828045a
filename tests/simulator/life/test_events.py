"""Reports as bytes: the same every time, with ids that are unique, and local times."""

from __future__ import annotations

from dashboard.domain.reports import decode, type_of
from simulator.life.events import Writer
from tests.simulator.conftest import NOW

GRID = "420502001001001"


def test_a_report_is_one_that_the_domain_knows() -> None:
    writer = Writer("Asia/Shanghai", 1)
    report = decode(writer.report("worker.shift-started", GRID, "/handsets/1", NOW + 0.7, {"battery": 0.5}))
    assert (report.id, report.source, report.subject, type_of(report)) == (
        writer.last_id,
        "/handsets/1",
        GRID,
        "worker.shift-started",
    )
    assert report.time.timestamp() == NOW  # whole seconds


def test_ids_are_unique_in_a_run_and_between_runs() -> None:
    writers = [Writer("Asia/Shanghai", run) for run in (1, 2)]
    ids = set()
    for writer in writers:
        for _ in range(2_000):
            writer.report("worker.shift-ended", GRID, "/h", NOW, {})
            ids.add(writer.last_id)
    assert len(ids) == 4_000
    assert {len(name) for name in ids} == {26}


def test_a_key_that_is_given_is_the_id_and_counts_as_none() -> None:
    writer = Writer("Asia/Shanghai", 1)
    writer.report("task.opened", GRID, "/keeper", NOW, {}, "task/t.1")
    assert (writer.last_id, writer.count) == ("task/t.1", 0)


def test_times_are_local_also_with_half_hours_and_when_the_clock_changes() -> None:
    assert Writer("Asia/Shanghai", 1).time(NOW) == "2026-11-25T10:30:00+08:00"
    assert Writer("Asia/Kolkata", 1).time(NOW) == "2026-11-25T08:00:00+05:30"
    london, change = Writer("Europe/London", 1), 1_792_890_000.0  # 2026-10-25 01:00 UTC
    assert (london.time(change - 1)[-6:], london.time(change)[-6:]) == ("+01:00", "+00:00")
    assert london.date(change) == "2026-10-25"
