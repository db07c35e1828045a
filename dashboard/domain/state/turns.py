"""Turns: what is done when a minute of arrivals or a day of the watermark is over, and never per report."""

from __future__ import annotations

from dashboard.domain.reports import ms_seq
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import DAY_S
from dashboard.domain.state.refusals import DeadLetter
from dashboard.domain.state.seen import DAY_MS

_LONGEST_MS = 60_000


def turn(city: CityState, position: bytes, shard: int) -> list[DeadLetter]:
    """Does what depends on the time of arrival only; returns the early reports that are given up now."""
    arrival_ms, _ = ms_seq(position)
    city.seen.roll(arrival_ms)
    letters, keys = [], []
    for early in city.early.expired(shard, arrival_ms):
        city.reports -= 1
        city.dead_letters += 1
        letters.append(DeadLetter(shard, early.position, "data.case", early.reason))
        keys.append(early.key)
    if keys:
        city.seen.forget(keys)
    if (past_s := city.later.settle(arrival_ms)) > city.watermark:
        advance(city, past_s)
    plan_turn(city, arrival_ms, shard)
    return letters


def plan_turn(city: CityState, arrival_ms: int, shard: int) -> None:
    """Sets the next entry id at which `turn` has work: a minute on, a new day, or an early report's end.

    Ids compare as bytes where both have as many digits; next to others each entry is a turn.
    """
    due = min((arrival_ms // DAY_MS + 1) * DAY_MS, arrival_ms + _LONGEST_MS)
    expiry = city.early.next_expiry_ms(shard)
    if city.early.full(shard):
        due = arrival_ms
    elif expiry is not None:
        due = min(due, max(expiry, arrival_ms + 1))
    known = len(str(arrival_ms)) == len(str(due))
    city.next_turns[shard] = b"%d" % due if known else b""


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
    over = city.horizon.over(at) // DAY_S
    ended = city.cases.forget_before((over - city.case_days) * DAY_S)
    if len(ended):
        columns = ended.columns
        columns["grid"] = city.succession.lying(columns["grid"], columns.pop("way"), columns["closed_at"])
        grid, level = columns["grid"], columns["level"]
        ended.columns["level"] = city.tree.standing[grid, level]  # as people saw it: the archive knows no tree
        city.ended.append(ended)
