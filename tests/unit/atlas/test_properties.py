"""What an areas file says of residents and homes is read, or a line says what was found: nothing is dropped."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from dashboard.atlas.file import check_areas, read_areas
from dashboard.atlas.properties import record_of, unused_lines
from dashboard.cli import app
from dashboard.errors import AreasError
from tests.unit.atlas.test_file import city

MEN, WOMEN = list(range(18)), list(range(100, 118))
AGES = {"m": MEN, "f": WOMEN}
GRID = {"code": "g1", "level": "grid", "name": "G1", "parent": "d"}


_USED = ("population", "dwellings", "households", "until", "into")


def record(**more: Any) -> Any:
    return record_of({**GRID, **more})[0]


@pytest.mark.parametrize(
    "population",
    [
        {"ages": AGES},
        json.dumps({"ages": AGES}),
        {"ages": json.dumps(AGES)},
        {"ages": {"m": json.dumps(MEN), "f": json.dumps(WOMEN)}},
        {"ages": {"m": [float(count) for count in MEN], "f": [str(count) for count in WOMEN]}},
        json.dumps(json.dumps({"ages": AGES}))[1:-1].replace("\\", ""),
    ],
)
def test_residents_are_read_however_a_tool_wrote_them(population: Any) -> None:
    assert record(population=population).ages == (MEN, WOMEN)
    assert record_of({**GRID, "population": population})[1] == []


@pytest.mark.parametrize(
    ("population", "found"),
    [
        (100, "the number 100"),
        ("100", 'the text "100"'),
        ({"total": 100}, 'the object {"total": 100}'),
        ({"ages": None, "total": 100}, '"total": 100'),
        ("{'ages': {}}", "the text"),
        ([1, 2], "the list [1, 2]"),
        (True, "true"),
        ({"ages": {"m": MEN}}, "population.ages.f is not given"),
        ({"ages": {"m": MEN[1:], "f": WOMEN}}, "population.ages.m has 17 counts"),
        ({"ages": {"m": MEN, "f": [*WOMEN[:17], -1]}}, "population.ages.f[17] is the number -1"),
        ({"ages": {"m": MEN, "f": [*WOMEN[:17], 1.5]}}, "population.ages.f[17] is the number 1.5"),
        ({"ages": {"m": MEN, "f": [*WOMEN[:17], None]}}, "population.ages.f[17] is not given"),
    ],
)
def test_residents_that_cannot_be_read_are_said_with_what_is_wanted(population: Any, found: str) -> None:
    collection = city()
    collection["features"][2]["properties"]["population"] = population
    [line] = check_areas(collection)
    assert line.startswith("feature 3 (grid, g1, G1): population")
    assert found in line
    assert "18 counts" in line
    with pytest.raises(AreasError, match="18 counts"):
        read_areas(collection)


def test_homes_are_counts_also_as_texts_and_decimals() -> None:
    read = record(dwellings="40", households=30.0)
    assert (read.dwellings, read.households) == (40, 30)
    for wrong in ("many", 1.5, -1, True, [3]):
        with pytest.raises(AreasError, match="wanted is a count from 0"):
            record(dwellings=wrong)


def test_a_date_of_the_count_that_is_none_is_told() -> None:
    assert record(population={"ages": AGES, "as_of": "2026-11-01"}).counted_on == dt.date(2026, 11, 1)
    for nothing in (None, ""):
        assert record(population={"ages": AGES, "as_of": nothing}).counted_on is None
    with pytest.raises(AreasError, match=r"population\.as_of is 2026; wanted is a date"):
        record(population={"ages": AGES, "as_of": 2026})


def test_nothing_given_is_nobody_and_no_line() -> None:
    read, unused = record_of({**GRID, "population": None, "dwellings": "", "households": None})
    assert (read.ages, read.dwellings, unused) == (None, 0, [])


@given(st.dictionaries(st.text(max_size=80), st.integers() | st.text(max_size=5).filter(bool), max_size=6))
def test_every_property_is_used_or_named(more: dict[str, Any]) -> None:
    more = {name: value for name, value in more.items() if name not in (*GRID, "name_en", *_USED)}
    _, unused = record_of({**GRID, **more, "population": {"ages": AGES, "as_of": "2020-11-01"}})
    assert set(unused) == set(more)
    lines = unused_lines([(1, unused)])
    assert len(lines) == len(unused)
    assert all(line.isprintable() for line in lines)


def test_what_is_not_used_is_one_line_each_and_the_city_starts(tmp_path: Path) -> None:
    collection = city()
    for entry in collection["features"]:
        entry["properties"] |= {"Shape_Area": 1.5, "population": {"ages": AGES}}
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps(collection))
    loaded = read_areas(path)
    assert int(loaded.tree.ages.sum()) == 4 * sum(MEN + WOMEN)
    assert [line.split(";")[0] for line in loaded.unused] == [
        "Shape_Area is not used (6 features, first in feature 1)",
        "population of a city is not used (1 feature, first in feature 1)",
        "population of a district is not used (1 feature, first in feature 2)",
    ]
    shown = CliRunner().invoke(app, ["import-areas", str(path)])
    assert shown.exit_code == 0
    assert all(line in shown.output.replace("\n", "") for line in loaded.unused)
    assert f"{4 * sum(MEN + WOMEN):,} people" in shown.output
