"""Services of an area: every count is the length of a list, late ones are told from those in time."""

from __future__ import annotations

import pytest

from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.services import ServiceFilter, filter_of, listed, panel, summary
from dashboard.errors import InvalidReport
from tests.support.making import GRIDS, NOON, fold, state
from tests.support.requests import mixed


def test_each_count_of_a_summary_is_the_length_of_its_list() -> None:
    city = state()
    fold(city, mixed())
    reading = Reading(city, NOON)
    for code in ("4205", "420502", GRIDS[0]):
        area = city.tree.by_code[code]
        told = summary(reading, area, 30)
        for counts in [told["all"], *told["kinds"]]:
            same = {"kind": counts["kind"]} if "kind" in counts else {}
            done = {**same, "completed": "30d"}
            wanted = {
                "requested": {**same, "requested": "30d"},
                "completed": done,
                "open": {**same, "state": "open"},
                "overdue": {**same, "state": "overdue"},
                "in_time": {**done, "state": "in-time"},
                "off_hours": {**done, "off_hours": "true"},
                "satisfied": {**done, "score": "good"},
                "scored": {**done, "score": "any"},
            }
            for name, query in wanted.items():
                assert counts[name] == listed(reading, area, filter_of(query), 0, 99)[1], (code, name, query)


def test_late_ones_are_told_from_those_in_time() -> None:
    city = state()
    fold(city, mixed())
    told = {one["request"]: one for one in every(Reading(city, NOON))}
    assert {request: (one["state"], one["late"]) for request, one in told.items()} == {
        "S-1": ("completed", False),
        "S-2": ("completed", True),
        "S-3": ("open", True),
        "S-4": ("open", False),
        "S-5": ("open", False),
        "S-6": ("completed", False),
    }
    assert (told["S-5"]["due_at"], told["S-5"]["department"]) == (None, None)
    assert (told["S-6"]["hours"], told["S-1"]["hours"]) == (None, 2.4)
    counts = summary(Reading(city, NOON), city.tree.root, 30)["all"]
    assert (counts["in_time"], counts["limited"], counts["median_h"]) == (1, 2, 73.2)
    assert panel(Reading(city, NOON), city.tree.root)["requested_today"] == 2


@pytest.mark.parametrize("query", [{"state": "new"}, {"score": "nice"}, {"off_hours": "maybe"}, {"completed": "soon"}])
def test_a_filter_that_makes_no_sense_names_its_field(query: dict[str, str]) -> None:
    city = state()
    fold(city, mixed())
    with pytest.raises(InvalidReport) as caught:
        listed(Reading(city, NOON), city.tree.root, filter_of(query), 0, 9)
    assert caught.value.field == next(iter(query))


def every(reading: Reading) -> list[dict[str, object]]:
    return listed(reading, reading.state.tree.root, ServiceFilter(), 0, 99)[0]


def test_filters_narrow_each_other_and_an_id_is_found_by_any_part_of_it() -> None:
    city = state()
    fold(city, mixed())
    reading, root = Reading(city, NOON), city.tree.root

    def found(**query: str) -> set[object]:
        return {one["request"] for one in listed(reading, root, filter_of(query), 0, 99)[0]}

    assert found(q="s-") == {f"S-{n}" for n in range(1, 7)}
    assert found(q="-3", state="open") == {"S-3"}
    assert found(q="-3", state="completed") == set()
    assert found(kind="unheard-of") == {"S-5"}
    assert found(kind="nobody-knows-it") == set()
    departments = {one["request"]: one["department"] for one in every(reading)}
    for department in set(departments.values()) - {None}:
        assert found(department=str(department)) == {one for one, whose in departments.items() if whose == department}
