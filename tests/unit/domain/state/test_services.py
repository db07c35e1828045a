"""Services handed in at the community: order does not matter, every count is a list, rules name their faults."""

from __future__ import annotations

import itertools
import tomllib
from typing import Any

import pytest

from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.services import ServiceFilter, filter_of, listed, panel, summary
from dashboard.domain.rules.rules import parse_rules
from dashboard.domain.state.city import CityState
from dashboard.domain.state.services import Services
from dashboard.errors import InvalidReport, RulesError
from tests.support.making import DAY, GRIDS, NOON, ROOT, event, fold, state

HOUR = 3600.0


def asked(request: str, at: float, service: str = "proof-of-residence", grid: str = GRIDS[0], **more: Any) -> bytes:
    return event("service.requested", {"request": request, "service": service, **more}, at=at, grid=grid)


def met(request: str, at: float, service: str = "proof-of-residence", grid: str = GRIDS[0], **more: Any) -> bytes:
    return event("service.completed", {"request": request, "service": service, **more}, at=at, grid=grid)


def mixed() -> list[bytes]:
    return [
        asked("S-1", NOON - 9 * DAY),
        met("S-1", NOON - 8.9 * DAY, score=5, off_hours=True),
        asked("S-2", NOON - 8 * DAY),
        met("S-2", NOON - 2 * DAY, score=2),
        asked("S-3", NOON - 5 * DAY, "senior-card", GRIDS[3]),
        asked("S-4", NOON - HOUR, "housing-subsidy", GRIDS[1]),
        asked("S-5", NOON - 2 * HOUR, "unheard-of"),
        met("S-6", NOON - 3 * HOUR, "birth-permit", score=3),
    ]


def shown(city: CityState) -> list[dict[str, Any]]:
    reading = Reading(city, NOON)
    return sorted(listed(reading, city.tree.root, ServiceFilter(), 0, 99)[0], key=lambda one: one["request"])


def test_the_order_of_reports_does_not_matter() -> None:
    about_one = [
        asked("S", NOON - DAY, off_hours=True),
        asked("S", NOON - DAY, "senior-card", GRIDS[1]),
        met("S", NOON - HOUR, "birth-permit", score=4),
        met("S", NOON - HOUR, "senior-card", score=4),
        met("S", NOON - HOUR / 2, score=1),
    ]
    outcomes = []
    for order in itertools.permutations(about_one):
        city = state()
        fold(city, order)
        outcomes.append(shown(city))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert (outcomes[0][0]["score"], outcomes[0][0]["kind"]) == (4, "proof-of-residence")


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
    told = {one["request"]: one for one in shown(city)}
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


def test_open_ones_come_by_due_time_and_a_dump_brings_all_back() -> None:
    city = state()
    fold(city, mixed())
    order = [
        one["request"] for one in listed(Reading(city, NOON), city.tree.root, filter_of({"state": "open"}), 0, 9)[0]
    ]
    assert order == ["S-3", "S-4", "S-5"]
    before = shown(city)
    city.services = Services.load(city.services.dump(), city.deadlines)
    assert shown(city) == before


def test_the_oldest_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.domain.state.services.KEPT_SERVICES", 3)
    city = state()
    fold(city, [asked(f"S-{number}", NOON - DAY) for number in range(5)])
    assert [one["request"] for one in shown(city)] == ["S-2", "S-3", "S-4"]


@pytest.mark.parametrize("query", [{"state": "new"}, {"score": "nice"}, {"off_hours": "maybe"}, {"completed": "soon"}])
def test_a_filter_that_makes_no_sense_names_its_field(query: dict[str, str]) -> None:
    city = state()
    fold(city, mixed())
    with pytest.raises(InvalidReport) as caught:
        listed(Reading(city, NOON), city.tree.root, filter_of(query), 0, 9)
    assert caught.value.field == next(iter(query))


@pytest.mark.parametrize(
    ("entry", "part"),
    [
        ({"name": "x", "department": "nobody", "limit": "1 day"}, "department"),
        ({"name": "x", "department": "health", "limit": "soon"}, "limit"),
        ({"department": "health", "limit": "1 day"}, "name"),
    ],
)
def test_rules_name_the_entry_at_fault(entry: dict[str, str], part: str) -> None:
    tables = tomllib.loads((ROOT / "dashboard/rules/default.toml").read_text("utf-8"))
    tables["services"]["new-one"] = entry
    with pytest.raises(RulesError, match=rf"services\.new-one\.{part}"):
        parse_rules(tables)
