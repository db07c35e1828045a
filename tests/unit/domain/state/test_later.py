"""What may lie ahead of a clock is noted beside the state, within bounds, and forgotten once it is past."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.domain.state import later as module
from dashboard.domain.state.horizon import Horizon
from dashboard.domain.state.later import Later, lasts
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, state, step

MS = int(NOON * 1000)


def test_in_real_time_only_what_is_later_than_its_arrival_is_noted() -> None:
    later = Later(Horizon())
    later.add("residents", NOON + 60, 5, 1, MS)
    assert later.latest == -np.inf
    later.add("residents", NOON + 61, 5, 1, MS)
    assert later.read("residents").tolist() == [(NOON + 61, 5, 1)]
    assert later.settle(MS) == 0.0
    assert later.settle(MS + 3_600_000) == NOON + 61
    assert (later.latest, len(later.read("residents"))) == (-np.inf, 0)


def test_without_a_known_start_of_the_clock_nothing_lies_ahead() -> None:
    later = Later(Horizon(None, None))
    later.put("shifts", NOON + 9 * DAY, 1, 1, (0.0, 0), MS)
    assert (later.latest, later.based["shifts"]) == (-np.inf, set())


def test_a_cell_keeps_what_it_held_before_and_what_is_said_of_it_since() -> None:
    later = Later(Horizon(None, None, NOON))
    for at, value in ((NOON - 5, 3), (NOON + DAY, 7), (NOON + 99, 4), (NOON + 99, 5)):
        later.put("components", at, 2, value, (NOON - 9, 1), MS)
    notes = later.read("components")
    assert notes["value"].tolist() == [1, 7, 4, 5]
    then = notes[notes["at"] < NOON + DAY]
    assert then[lasts(then)]["value"].tolist() == [5]


def test_notes_are_bounded_and_the_latest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_NOTES", 10)
    monkeypatch.setattr(module, "MOST_TASKS", 3)
    later = Later(Horizon(None, None, NOON))
    for n in range(60):
        at = NOON + 100 + n
        later.add("residents", at, n, 1, MS)
        later.count(0, at, 20_000, n, 1, 0, MS, n)
        later.put("shifts", at, n, 1, (0.0, 0), MS)
        later.step(f"t{n}", (at, "opened", None, None), None, MS)
    assert len(later.tasks) == 3
    for kind in ("residents", "counted", "shifts"):
        notes = later.read(kind)
        assert 0 < len(notes) <= 11
        assert notes["at"].max() == NOON + 159
    again = Later(Horizon(None, None, NOON))
    again.load(later.dump())
    assert again.dump() == later.dump()
    assert again.based == later.based


def test_a_report_of_2098_does_not_move_what_is_forgotten_and_what_is_kept() -> None:
    """With a shifted clock any time of the century counts, so one wrong clock could end all windows."""
    wrong = NOON + 72 * 365 * DAY
    city = state(horizon=Horizon(None, None, NOON))
    fold(city, [reported("C-far", wrong), event("dwelling.registered", {"kind": "owned"}, at=wrong)])
    fold(city, [reported("C-1", NOON), step("closed", "C-1", NOON + 60), reported("C-2", NOON + DAY)])
    assert city.watermark == NOON + DAY
    assert (len(city.cases), city.ended) == (3, [])
    assert city.journal.counted(6, 0, 99_999, 0, 9)[0].day == city.days.day(NOON + DAY)


def test_in_real_time_one_that_lies_ahead_moves_the_watermark_when_its_time_has_come() -> None:
    city = state(horizon=Horizon())
    fold(city, [reported("C-1", NOON + 7200), reported("C-2", NOON)], first_ms=MS)
    assert (city.watermark, city.workers.last_at(0)) == (NOON, NOON)
    fold(city, [reported("C-3", NOON + 60, grid=GRIDS[1])], first_ms=MS + 7_260_000)
    assert city.watermark == NOON + 7200
