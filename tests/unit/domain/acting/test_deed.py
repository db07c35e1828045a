"""A deed becomes one report, byte for byte, wherever in the tree it is done."""

from __future__ import annotations

import pytest

from dashboard.domain.acting.deed import Deed, guard_of, just_after
from dashboard.domain.reports import decode
from tests.support.making import GRIDS, NOON


@pytest.mark.parametrize("area", [GRIDS[0], "420502001001", "420502", "4205"])
def test_a_deed_at_any_level_of_the_tree_is_a_report(area: str) -> None:
    deed = Deed("take/t.1/opened.5", "/departments/health", "task.taken", area, NOON, {"task": "t.1", "by": "Li"})
    report = decode(deed.raw)
    assert (report.id, report.source, report.subject) == (deed.key, deed.source, area)
    assert report.time.timestamp() == NOON
    assert report.data.task == "t.1"


def test_its_fields_stand_in_the_order_of_ever() -> None:
    deed = Deed("file/C-1/1.5-0", "/desk", "case.filed", GRIDS[0], NOON + 0.25, {"case": "C-1", "by": "监督"})
    assert deed.raw.decode() == (
        '{"specversion":"1.0","id":"file/C-1/1.5-0","source":"/desk","type":"case.filed",'
        '"subject":"420502001001001","time":"2026-11-22T04:00:00.250Z","data":{"case":"C-1","by":"监督"}}'
    )


def test_deeds_that_saw_the_same_version_share_a_guard() -> None:
    deeds = [Deed(f"{name}/a/b/2.7-0", "/desk", "case.filed", "4205", NOON, {}) for name in ("file", "reject")]
    later = Deed("file/a/b/3.8-0", "/desk", "case.filed", "4205", NOON, {})
    assert [guard_of(deed) for deed in deeds] == ["a/b/2.7-0"] * 2
    assert guard_of(later) == "a/b/3.8-0"


def test_what_follows_a_step_is_never_before_it() -> None:
    assert just_after(NOON, NOON + 1) == NOON + 1
    assert just_after(NOON + 1, NOON) == NOON + 1.001
