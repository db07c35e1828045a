"""When cases go up: the limit, the shares of the levels, pauses, office hours; and who is waited for."""

from __future__ import annotations

import itertools
import json

import pytest

from dashboard.domain.acting.keeper import escalation
from dashboard.domain.rules.ladder import LADDER, Ladder, parse_ladder
from dashboard.domain.state.city import CityState
from dashboard.errors import RulesError
from dashboard.feeds.keeper import Escalations
from tests.support.making import DAY, NOON, fold, reported, state, step

HOUR = 3600.0
LIMIT = 3 * DAY  # urban management, severity 2


def city_with(*steps: bytes) -> CityState:
    city = state()
    fold(city, [reported("C-1", category="urban-management"), *steps])
    assert city.dead_letters == 0
    return city


def ends(city: CityState) -> float:
    return city.rungs.ends(city.cases, city.cases.rows["C-1"])


def climb(city: CityState, now: float) -> str | None:
    """Lets the keeper's rule act at an instant; returns the level that the case came to."""
    rows = city.rungs.broken(city.cases, now)
    if not len(rows):
        return None
    deed = escalation(city, int(rows[0]), now)
    fold(city, [deed.raw], first_ms=int(now * 1000))
    return str(json.loads(deed.raw)["data"]["to_level"])


def test_an_unhandled_case_climbs_to_the_city_and_stays_there() -> None:
    city, now, path = city_with(), NOON, []
    while now < NOON + 40 * DAY:
        now += HOUR
        level = climb(city, now)
        if level is not None:
            path.append((level, round((now - NOON) / HOUR)))
    hours = LIMIT / HOUR
    assert path[0] == ("community", hours + 1)
    assert [level for level, _ in path] == ["community", "street", "district", "city"]
    spans = [later - earlier for (_, earlier), (_, later) in itertools.pairwise(path)]
    expected = [hours * share for share in (LADDER.community, LADDER.street, LADDER.district)]
    assert all(abs(span - wanted) <= 1 for span, wanted in zip(spans, expected, strict=True)), spans
    assert city.dead_letters == 0


def test_no_level_ends_before_the_case_is_due() -> None:
    city = city_with(step("escalated", "C-1", NOON + HOUR, to_level="street"))
    assert ends(city) == NOON + LIMIT


def test_a_pause_at_a_level_moves_its_end() -> None:
    at = NOON + LIMIT
    city = city_with(step("escalated", "C-1", at, to_level="community"))
    assert ends(city) == at + LADDER.community * LIMIT
    fold(city, [step("suspended", "C-1", at + HOUR, reason="x")])
    assert not len(city.rungs.broken(city.cases, at + 30 * DAY)), "suspended"
    fold(city, [step("resumed", "C-1", at + 31 * DAY, reason="x")])
    assert ends(city) == at + LADDER.community * LIMIT + 31 * DAY - HOUR


def test_a_pause_before_the_level_does_not_move_its_end_twice() -> None:
    city = city_with(
        step("suspended", "C-1", NOON + HOUR, reason="x"),
        step("resumed", "C-1", NOON + 2 * HOUR, reason="x"),
        step("escalated", "C-1", NOON + LIMIT + HOUR, to_level="community"),
    )
    assert ends(city) == NOON + LIMIT + HOUR + LADDER.community * LIMIT


@pytest.mark.parametrize("end", ["closed", "rejected", "merged"])
def test_what_has_ended_does_not_climb(end: str) -> None:
    city = city_with(step(end, "C-1", NOON + HOUR, **({"into": "C-2"} if end == "merged" else {"reason": "x"})))
    assert not len(city.rungs.broken(city.cases, NOON + 90 * DAY))


def test_a_category_may_have_a_ladder_of_its_own() -> None:
    assert parse_ladder("x", {"street": 2}, LADDER) == Ladder(LADDER.community, 2.0, LADDER.district)
    for wrong in ({"street": 0}, {"street": "1"}, {"top": 1}, {"street": True}, {"street": float("nan")}, []):
        with pytest.raises(RulesError, match=r"^rules, x"):
            parse_ladder("x", wrong, LADDER)


def test_a_case_that_comes_in_late_waits_for_its_further_steps() -> None:
    city = city_with()
    late = Escalations(city, 10.0)
    now = NOON + LIMIT + HOUR
    assert not late.due(now, 100.0)
    assert not late.due(now, 109.9)
    fold(city, [step("filed", "C-1", NOON + HOUR)])
    assert not late.due(now, 110.1), "another step came in: it waits anew"
    assert len(late.due(now, 121.0)) == 1


def test_a_case_that_was_seen_in_time_goes_up_at_once_and_only_once() -> None:
    city = city_with()
    keeping = Escalations(city, 10.0)
    assert not keeping.due(NOON + LIMIT - 1, 100.0)
    [(deed, ended_at)] = keeping.due(NOON + LIMIT + 1, 100.5)
    assert (deed.key, ended_at) == ("escalate/C-1/community", NOON + LIMIT)
    assert not keeping.due(NOON + LIMIT + 2, 101.0), "on its way"
    fold(city, [deed.raw], first_ms=int((NOON + LIMIT) * 1000))
    assert not keeping.due(NOON + LIMIT + 3, 101.5)
    [(deed, _)] = keeping.due(NOON + 3 * LIMIT, 102.0)
    assert deed.key == "escalate/C-1/street"
