"""A city of service requests: the same for the same seed, believable rates, answers to what people do."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

from dashboard.domain.rules.rules import parse_rules
from simulator.life.office import DAY
from simulator.life.requests import RULES, RequestCity
from simulator.life.requesttypes import REQUEST_TYPES
from simulator.life.run import Run
from simulator.place.lake import build_lake

START = 1_790_000_000.0  # a September
ZONE = "America/Chicago"


@pytest.fixture(scope="module")
def lake() -> dict[str, Any]:
    return build_lake()


def _reports(lake: dict[str, Any], days: float, **run: Any) -> list[tuple[float, dict[str, Any]]]:
    life = RequestCity(lake, Run(5, START, ZONE, **run))
    found = []
    for at, _, raw in life.events(START + days * DAY):
        try:
            found.append((at, json.loads(raw)))
        except ValueError:
            continue  # one of the few that were spoiled on their way
    return found


def test_every_request_type_of_the_rules_is_played_and_no_other() -> None:
    assert len(REQUEST_TYPES) == 120
    rules = parse_rules(tomllib.loads((files("dashboard") / "rules" / RULES).read_text("utf-8")))
    assert set(REQUEST_TYPES) == {category.id for category in rules.categories}


def test_few_types_make_most_requests(lake: dict[str, Any]) -> None:
    asked = Counter(r["data"]["category"] for _, r in _reports(lake, 10) if r["type"] == "case.reported")
    assert 8_000 < sum(asked.values()) < 10_500
    assert sum(count for _, count in asked.most_common(20)) > 0.5 * sum(asked.values())
    assert len(asked) > 110


def test_the_same_run_gives_the_same_reports(lake: dict[str, Any]) -> None:
    assert _reports(lake, 0.6) == _reports(lake, 0.6)


def test_what_was_asked_for_in_parts_is_the_same_as_at_once(lake: dict[str, Any]) -> None:
    life = RequestCity(lake, Run(5, START, ZONE))
    parts = [raw for until in (0.2, 0.5, 1.0) for _, _, raw in life.events(START + until * DAY)]
    assert parts == [raw for _, _, raw in RequestCity(lake, Run(5, START, ZONE)).events(START + DAY)]


def test_the_past_has_a_keeper_that_knows_of_no_level_between(lake: dict[str, Any]) -> None:
    lifted = [r["data"]["to_level"] for _, r in _reports(lake, 12) if r["type"] == "case.escalated"]
    assert lifted
    assert set(lifted) == {"city"}
    since = START + 9 * DAY
    kept = [at for at, r in _reports(lake, 12, keeper_until=since) if r["type"] == "case.escalated"]
    assert kept
    assert max(kept) < since


def test_who_is_urged_replies_and_what_was_sent_back_is_done_again(lake: dict[str, Any]) -> None:
    life = RequestCity(lake, Run(5, START, ZONE))
    known = {}
    for _, _, raw in life.events(START + DAY):
        if b'"case.dispatched"' in raw:
            known = json.loads(raw)
    case, at = known["data"]["case"], "2026-09-22T20:00:00-05:00"
    said = {"type": "case.urged", "source": "/desk", "time": at, "data": {"case": case}}
    life.hear(said)
    life.hear({**said, "type": "case.started"})
    later = [json.loads(raw) for _, _, raw in life.events(START + 60 * DAY) if case.encode() in raw]
    types = [report["type"] for report in later]
    assert "case.closed" in types
    life = RequestCity(lake, Run(5, START, ZONE))
    list(life.events(START + DAY))
    life.hear(said)
    assert any(b'"case.replied"' in raw and case.encode() in raw for _, _, raw in life.events(START + 3 * DAY))


def test_residents_are_not_always_pleased(lake: dict[str, Any]) -> None:
    scores = [r["data"]["score"] for _, r in _reports(lake, 20) if r["type"] == "case.rated"]
    good = sum(score >= 4 for score in scores) / len(scores)
    assert 0.5 < good < 0.95
