"""Residents, homes, workers, counts and tasks at a moment: what lies ahead has not happened (for any log: property)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from dashboard.domain.reading import reports, wall
from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.tasks import inbox
from dashboard.domain.state.city import CityState
from dashboard.domain.state.horizon import Horizon
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, state, step

HOUR = 3600.0


def folded(*raws: bytes) -> CityState:
    city = state(horizon=Horizon(None, None, NOON - DAY))
    fold(city, raws)
    return city


def _moved_in(at: float) -> bytes:
    return event("population.move-in", {"sex": "f", "age": 30, "floating": False}, at=at)


def test_where_nothing_lies_ahead_the_parts_of_the_state_are_read() -> None:
    city = folded(_moved_in(NOON))
    field = Reading(city, NOON).field
    assert (field.ahead, field.ages is city.people.ages) == (0, True)
    assert (field.homes, field.workers, field.tasks) == (city.homes, city.workers, city.tasks)


def test_people_move_in_when_their_time_comes_and_their_reports_are_opened_then() -> None:
    city = folded(*(_moved_in(NOON + hours * HOUR) for hours in range(4)))
    for hours in (0, 3, 1):
        reading = Reading(city, NOON + hours * HOUR)
        opened = reports.counted_reports(reading, city.tree.root, {"counter": "move_ins"})
        kpis = wall.kpis(reading, city.tree.root)
        assert (kpis["population"], kpis["move-ins-today"], len(opened.entries)) == (289 + hours, hours + 1, hours + 1)
        assert reading.ahead == 3 - hours


def test_a_dwelling_is_not_taken_away_from_those_that_are_registered_later() -> None:
    city = folded(
        event("dwelling.registered", {"kind": "owned"}, at=NOON + HOUR),
        event("dwelling.removed", {"kind": "owned"}, at=NOON),
    )
    assert Reading(city, NOON).field.homes.shown(0, 1)["dwellings"]["untold"] == 39
    assert Reading(city, NOON).field.homes.dwellings.min() == 0


def test_the_latest_count_and_shift_are_those_that_have_happened() -> None:
    def counted(at: float, count: int) -> bytes:
        return event("component.counted", {"class": "road", "count": count}, at=at)

    city = folded(
        counted(NOON - HOUR, 3),
        counted(NOON + 2 * HOUR, 9),
        counted(NOON, 5),
        event("worker.shift-started", {}, at=NOON - HOUR),
        event("worker.shift-ended", {}, at=NOON + HOUR),
    )
    seen: dict[float, Any] = {}
    for hours in (-1, 0, 1, 2):
        field = Reading(city, NOON + hours * HOUR).field
        seen[hours] = (field.homes.shown(0, 1)["components"]["road"], int(field.workers.columns["on_shift"][0]))
    assert seen == {-1: (3, 1), 0: (5, 1), 1: (5, 0), 2: (9, 0)}


def test_a_task_is_open_until_it_is_done() -> None:
    opened = {"task": "t", "department": "governance", "cause": "c"}
    city = folded(event("task.opened", opened, at=NOON), event("task.done", {"task": "t", "by": "x"}, at=NOON + HOUR))
    counts = [inbox(Reading(city, NOON + hours * HOUR), "governance") for hours in (-1, 0, 1)]
    assert [(each["open"], each["done_week"]) for each in counts] == [(0, 0), (1, 0), (0, 1)]


def test_a_years_log_with_the_clock_in_its_middle_is_half_of_it() -> None:
    """Also where cases leave the memory a month after their end: a closing that lies ahead has not ended them."""
    raws = []
    for day in range(0, 365, 3):
        at, case, grid = NOON + (day - 182) * DAY, f"C-{day}", GRIDS[day % 4]
        raws += [reported(case, at, grid=grid), _moved_in(at + HOUR)]
        raws.append(step("closed", case, at + (20 + day % 90) * DAY))
    whole, part = (state(case_days=31, horizon=Horizon(None, None, NOON)) for _ in range(2))
    fold(whole, raws)
    fold(part, [raw for raw in raws if _at(raw) <= NOON + 60])
    one, other = (wall.kpis(Reading(city, NOON), whole.tree.root) for city in (whole, part))
    assert (one["cases-open"], one["population"]) == (other["cases-open"], other["population"])
    assert 15 < one["cases-open"] < 40
    assert wall.attention(Reading(whole, NOON), whole.tree.root)[0][-1] == {
        "kind": "ahead",
        "count": sum(_at(raw) > NOON + 60 for raw in raws),
    }


def _at(raw: bytes) -> float:
    return dt.datetime.fromisoformat(json.loads(raw)["time"]).timestamp()
