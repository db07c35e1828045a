"""The numbers of an area: children add up to their parent, and every number is there for everyone."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.domain.reading.area import PEOPLE_KINDS, area_body
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.indicators import RATES
from dashboard.domain.state.city import CityState
from tests.support.making import DAY, GRIDS, NOON, event, fold, reported, state, step


@pytest.fixture(scope="module")
def city() -> CityState:
    city, raws = state(), []
    for n, grid in enumerate(GRIDS):
        raws += [event("population.birth", {"sex": "mf"[n % 2], "occurred_on": "2026-11-22"}, grid=grid)] * (n + 1)
        raws += [reported(f"C-{n}", NOON - n * 3 * DAY, grid=grid), step("closed", f"C-{n}", NOON - 60)][: 2 - n % 2]
        raws.append(event("worker.shift-started", {}, at=NOON - n * 9000, grid=grid))
    fold(city, raws)
    return city


def numbers(body: dict[str, Any]) -> dict[str, int]:
    """Returns what must add up."""
    found = {name: body["people"][name] for name in ("population", "male", "female")}
    found |= {f"{kind}-{day}": body["people"][kind][day] for kind in PEOPLE_KINDS for day in ("today", "yesterday")}
    found |= {name: body["cases"][name] for name in ("open", "overdue")} | body["workers"]
    found |= {f"closed-{day}": count for day, count in body["cases"]["closed"].items()}
    return found | {f"{name}-{side}": body["indicators"][name][side] for name in RATES for side in SIDES}


SIDES = ("numerator", "denominator")


@pytest.mark.parametrize("code", ["4205", "420502001"])
def test_children_add_up_to_their_parent(city: CityState, code: str) -> None:
    reading, parent = Reading(city, NOON), city.tree.by_code[code]
    whole = numbers(area_body(reading, parent, 0))
    parts = [numbers(area_body(reading, child, 0)) for child in city.tree.children(code)]
    assert len(parts) > 1
    assert {name: sum(part[name] for part in parts) for name in whole} == whole
    assert whole["newborns-today"] > 0
    assert whole["all"] > 1


def test_heat_of_an_area_sums_to_its_open_cases(city: CityState) -> None:
    cases = area_body(Reading(city, NOON), city.tree.root, 0)["cases"]
    assert sum(sum(row["counts"]) for row in cases["by_age"]["rows"]) == cases["open"] == 2
    assert all(len(row["counts"]) == len(cases["by_age"]["buckets"]) for row in cases["by_age"]["rows"])


def test_only_a_grid_has_a_worker_and_homes_of_its_own(city: CityState) -> None:
    reading = Reading(city, NOON)
    body = area_body(reading, city.tree.by_code[GRIDS[1]], 7)
    assert "grid" not in area_body(reading, city.tree.root, 0)
    assert (body["behind"], body["grid"]["on_shift"], body["grid"]["battery"]) == (7, True, None)
    assert body["grid"]["last_report"] == int(NOON * 1000)
    assert [above["code"] for above in body["area"]["path"]] == ["4205", "420502", "420502001", GRIDS[1][:12]]
