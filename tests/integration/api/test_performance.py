"""The appraisal on a real server: every cell counts the list that it opens, and signs count their cases."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import openpyxl
import pytest

from dashboard.clock import CityClock
from simulator.life.city import Simulation
from simulator.life.inventions import chosen
from simulator.life.run import Run
from simulator.life.scenarios import SCENARIOS
from tests.conftest import AFTERNOON, city_with
from tests.support.running import ServerProcess

DAY_S = 86_400.0


@pytest.fixture(scope="module")
def crooked(
    small_city: Path, city_clock: CityClock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """A server whose city of 24 grids has 45 days behind it, two workers who invent reports and two busy ones."""
    start, scenario = AFTERNOON - 45 * DAY_S, dataclasses.replace(SCENARIOS["invented"], inventing=2, busy=2)
    areas = json.loads(small_city.read_bytes())
    life = Simulation(areas, Run(5, start, scenario=scenario, positions_from=AFTERNOON))
    with city_with(life.events(AFTERNOON), city_clock, small_city, tmp_path_factory.mktemp("crooked")) as running:
        yield running


def total(running: ServerProcess, link: str) -> int:
    """Returns how many entries the list at an address of a page has."""
    path, _, query = link.partition("?")
    found: int = running.get("/api/v1" + path, limit=1, **dict(parse_qsl(query)))["total"]
    return found


def table(running: ServerProcess, **asked: Any) -> dict[str, Any]:
    body: dict[str, Any] = running.get("/api/v1/performance", **{"limit": 2000, **asked})
    return body


@pytest.mark.parametrize("days", [7, 30, 44])
def test_every_cell_counts_the_list_that_it_opens(crooked: ServerProcess, days: int) -> None:
    looked_at = 0
    for kind in ("worker", "community", "street", "district", "department"):
        body = table(crooked, kind=kind, days=days)
        assert body["rows"]
        for row in body["rows"][:6]:
            for indicator in body["indicators"]:
                cell, links = row["cells"][indicator["id"]], indicator["links"]
                if links is None:
                    assert (indicator["id"], days) == ("order_receipt_rate", 44)
                elif indicator["id"] != "tasks_on_time":
                    for part in ("numerator", "denominator"):
                        assert total(crooked, links[part].format(id=row["id"])) == cell[part], (row["id"], links[part])
                        looked_at += 1
    assert looked_at > 200


def test_the_usual_window_gives_the_indicators_of_the_area(crooked: ServerProcess) -> None:
    for kind in ("worker", "district"):
        body = table(crooked, kind=kind)
        assert body["days"] == 30
        for row in body["rows"][:5]:
            shown = crooked.get(f"/api/v1/areas/{row['id']}")["indicators"]
            for name, cell in row["cells"].items():
                assert (cell["numerator"], cell["denominator"]) == (
                    shown[name]["numerator"],
                    shown[name]["denominator"],
                )


def test_rows_come_by_score_or_by_an_indicator_page_by_page(crooked: ServerProcess) -> None:
    scores = [row["score"] for row in table(crooked)["rows"]]
    known = [score for score in scores if score is not None]
    assert known == sorted(known, reverse=True)
    assert None not in scores[: len(known)]
    first = table(crooked, sort="closing_rate", descending="false", limit=10)
    second = table(crooked, sort="closing_rate", descending="false", limit=10, cursor=first["next"])
    both = [row["id"] for row in first["rows"] + second["rows"]]
    assert len(set(both)) == 20
    whole = table(crooked, sort="closing_rate", descending="false")
    assert both == [row["id"] for row in whole["rows"][:20]]
    assert (whole["total"], whole["next"]) == (24, None)


def test_inventors_are_named_with_their_cases_and_busy_workers_are_not(
    crooked: ServerProcess, small_grids: list[str]
) -> None:
    scenario = dataclasses.replace(SCENARIOS["invented"], inventing=2, busy=2)
    inventing, busy = chosen(len(small_grids), 5, scenario)
    body = crooked.get("/api/v1/performance/signs")
    named = {worker["area"] for worker in body["workers"] if worker["flagged"]}
    assert named == {small_grids[grid] for grid in inventing}
    assert not named & {small_grids[grid] for grid in busy}
    assert body["flagged"] == 2
    for worker in body["workers"]:
        for sign in worker["signs"]:
            assert total(crooked, sign["link"]) == sign["cases"] > 0
    elsewhere = crooked.get("/api/v1/performance/signs", area=small_grids[busy[0]])
    assert (elsewhere["workers"], elsewhere["all"]) == ([], 1)


REFUSED = (
    ("performance?kind=mayor", 422, "kind"),
    ("performance?days=0", 422, "days"),
    ("performance?days=93", 422, "days"),
    ("performance?days=x", 422, "days"),
    ("performance?sort=volume", 422, "sort"),
    ("performance?sort=cases_reported", 422, "sort"),
    ("performance?kind=worker&sort=tasks_on_time", 422, "sort"),
    ("performance?limit=0", 422, "limit"),
    ("performance?cursor=-1", 422, "cursor"),
    ("performance?area=nowhere", 404, "code"),
    ("performance/signs?area=nowhere", 404, "code"),
    ("performance.csv?kind=mayor", 422, "kind"),
    ("cases?sign=burst", 422, "sign"),
    ("cases?sign=mood&area=4205", 422, "sign"),
    ("cases?indicator=closing-rate&days=1000", 422, "days"),
    ("cases?sign=burst&archived=true&area={grid}", 422, "sign"),
)


def test_what_makes_no_sense_is_refused(empty: ServerProcess, small_grids: list[str]) -> None:
    for path, status, field in REFUSED:
        url = f"{empty.url}/api/v1/{path.format(grid=small_grids[0])}"
        answer = httpx.get(url, timeout=10, trust_env=False)
        assert (answer.status_code, answer.json().get("field")) == (status, field), (path, answer.text)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_files_hold_the_whole_table_in_its_order(crooked: ServerProcess, lang: str) -> None:
    rows = table(crooked, kind="community", sort="closing_rate")["rows"]
    url = f"{crooked.url}/api/v1/performance"
    asked = {"kind": "community", "sort": "closing_rate", "lang": lang}
    text = httpx.get(url + ".csv", params=asked, timeout=10, trust_env=False).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert [line[0] for line in lines[1:]] == [row["id"] for row in rows]
    assert lines[0][3] == {"zh-CN": "得分", "en": "Score"}[lang]
    cell = rows[0]["cells"]["community_resolution_rate"]
    assert lines[1][4:6] == [str(cell["numerator"]), str(cell["denominator"])]
    book = openpyxl.load_workbook(
        io.BytesIO(httpx.get(url + ".xlsx", params=asked, timeout=10, trust_env=False).content)
    )
    assert book.active.max_row == len(rows) + 1
    found = httpx.get(url + "/signs.csv", params={"lang": lang}, timeout=10, trust_env=False).content.decode(
        "utf-8-sig"
    )
    signs = crooked.get("/api/v1/performance/signs")["workers"]
    assert len(found.splitlines()) - 1 == sum(len(worker["signs"]) for worker in signs)


def test_links_lead_to_pages_that_exist(crooked: ServerProcess) -> None:
    for kind in ("worker", "department"):
        for indicator in table(crooked, kind=kind, limit=1)["indicators"]:
            for link in (indicator["links"] or {}).values():
                assert urlsplit(link).path.split("/")[1] in ("cases", "reports", "departments")
