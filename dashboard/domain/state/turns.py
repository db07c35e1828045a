"""Turns: what is done when a minute of arrivals or a day of the watermark is over, and never per report."""

from __future__ import annotations

from dashboard.domain.reports import ms_seq
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import DAY_S
from dashboard.domain.state.refusals import DeadLetter
from dashboard.domain.state.seen import DAY_MS

_LONGEST_MS = 60_000


def turn(city: CityState, position: bytes) -> list[DeadLetter]:
    """Does what depends on the time of arrival only; returns the early reports that are given up now."""
    arrival_ms, _ = ms_seq(position)
    city.seen.roll(arrival_ms)
    city.span = city.horizon.span(arrival_ms / 1000)
    letters = []
    for early in city.early.expired(arrival_ms):
        city.reports -= 1
        city.dead_letters += 1
        letters.append(DeadLetter(early.step.shard, early.position, "data.case", early.reason))
    plan_turn(city, arrival_ms)
    return letters


def plan_turn(city: CityState, arrival_ms: int) -> None:
    """Sets the next entry id at which `turn` has work: a minute on, a new day, or an early report's end."""
    due = min((arrival_ms // DAY_MS + 1) * DAY_MS, arrival_ms + _LONGEST_MS)
    expiry = city.early.next_expiry_ms()
    if expiry is not None:
        due = min(due, max(expiry, arrival_ms + 1))
    city.next_turn = str(due).encode()


def advance(city: CityState, at: float) -> None:
    """Moves the watermark on to a later instant (epoch seconds)."""
    city.watermark = at
    if at >= city.next_case_day:
        _forget_cases(city, at)


def _forget_cases(city: CityState, at: float) -> None:
    """Lets cases that ended long ago leave for the archive; once for each day of the watermark.

    The line is drawn at the start of a day, so that it depends on the day alone and not
    on which report happened to be its first.
    """
    today = at // DAY_S
    city.next_case_day = (today + 1) * DAY_S
    ended = city.cases.forget_before((today - city.case_days) * DAY_S)
    if len(ended):
        city.ended.append(ended)
