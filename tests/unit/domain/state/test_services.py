"""Services handed in at the community: order does not matter, every count is a list, rules name their faults."""

from __future__ import annotations

import itertools
import tomllib
from typing import Any

import pytest

from dashboard.domain.reading.moment import Reading
from dashboard.domain.reading.services import ServiceFilter, filter_of, listed
from dashboard.domain.rules.rules import parse_rules
from dashboard.domain.state.city import CityState
from dashboard.domain.state.services import Services
from dashboard.errors import RulesError
from tests.support.making import DAY, GRIDS, NOON, ROOT, fold, state
from tests.support.requests import asked, met, mixed

HOUR = 3600.0


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
