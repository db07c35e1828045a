"""Why a case is due when it is due: the facts add up to the instant, and the sentence says the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dashboard.domain.reading.cases import one
from dashboard.domain.reading.moment import Reading, instant
from tests.support.making import DAY, NOON, fold, reported, state, step

HOUR = 3600.0


def why(*raws: bytes, now: float = NOON) -> dict[str, Any]:
    """Returns the deadline of the case C-1 after some reports."""
    city = state()
    fold(city, raws)
    assert city.dead_letters == 0
    found = one(Reading(city, now), "C-1")
    assert found is not None
    assert found["due_at"] == found["deadline"]["due_at"]
    deadline: dict[str, Any] = found["deadline"]
    return deadline


def test_limit_of_the_rules_counts_from_the_report() -> None:
    found = why(reported("C-1", NOON - DAY))
    assert (found["rule"], found["limit"], found["unit"]) == ("limits/dispute/severity-2/close", 5, "day")
    assert found["due_at"] == found["base_due_at"] == instant(NOON + 4 * DAY)
    assert found["explanation"] == "Due 5 day after the report (row limits/dispute/severity-2/close)."


def test_promise_beats_the_rules_and_has_no_limit() -> None:
    found = why(reported("C-1", NOON - DAY, due=instant(NOON + HOUR)))
    assert (found["rule"], found["promised"], found["limit"], found["unit"]) == ("promised", True, None, None)
    assert found["due_at"] == instant(NOON + HOUR)
    assert "promised" in found["explanation"]


def test_each_pause_moves_the_due_time_by_its_length_and_an_open_one_not_yet() -> None:
    paused = [step("suspended", "C-1", NOON - 9 * HOUR), step("resumed", "C-1", NOON - 7 * HOUR)]
    found = why(reported("C-1", NOON - DAY), *paused, step("suspended", "C-1", NOON - HOUR))
    moved = dt.datetime.fromisoformat(found["due_at"]) - dt.datetime.fromisoformat(found["base_due_at"])
    assert [pause["moved_s"] for pause in found["pauses"]] == [2 * HOUR, None]
    assert moved.total_seconds() == 2 * HOUR
    assert "moved by a pause of 2.0 h" in found["explanation"]
    assert f"stands still since {instant(NOON - HOUR)}" in found["explanation"]


def test_step_that_is_done_has_used_its_share_for_good() -> None:
    raws = [reported("C-1", NOON - DAY), step("filed", "C-1", NOON - DAY + HOUR)]
    shares = [{each["step"]: each["share"] for each in why(*raws, now=now)["steps"]} for now in (NOON, NOON + DAY)]
    assert shares[0]["close"] == 0.2
    assert shares[1]["close"] == 0.4
    filed = [each["file"] for each in shares]
    assert filed[0] == filed[1] > 0
