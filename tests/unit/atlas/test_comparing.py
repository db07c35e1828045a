"""What a new areas file would change is said before it does, and what stays equal as well."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest
import shapely
from typer.testing import CliRunner

from dashboard.atlas.comparing import changes
from dashboard.atlas.file import check_areas, read_areas
from dashboard.cli import app
from tests.unit.atlas.test_file import city, feature

AGES = {"ages": {"m": [2] * 18, "f": [2] * 18}}
EAST = {"g2a": (111.01, 30.0, 111.015, 30.01), "g2b": (111.015, 30.0, 111.02, 30.01)}


def counted() -> dict[str, Any]:
    """Returns the city of four grids with 72 people, 40 dwellings and 30 households each."""
    collection = city()
    for entry in collection["features"][2:]:
        entry["properties"] |= {"population": AGES, "dwellings": 40, "households": 30}
    return collection


def split(**more: Any) -> dict[str, Any]:
    """Returns it with g2 cut into a western and an eastern half."""
    collection = counted()
    collection["features"][3]["properties"] |= {"until": "2026-11-20", "into": ["g2a", "g2b"]}
    halves = [feature(code, "grid", "d", box) for code, box in EAST.items()]
    for half in halves:
        half["properties"] |= more
    collection["features"] += halves
    return collection


def said(new: dict[str, Any]) -> list[str]:
    return changes(read_areas(counted()), read_areas(new))


def test_the_same_file_changes_nothing() -> None:
    assert said(counted()) == [
        "nothing changes",
        "grids: 4, as before",
        "residents: 288, as before",
        "dwellings: 160, as before",
        "households: 120, as before",
    ]


def test_a_split_is_said_and_its_people_stay() -> None:
    assert check_areas(split()) == [], "a retired grid may lie under those that take over"
    assert said(split()) == [
        "grid g2a (G2A) is new in d",
        "grid g2b (G2B) is new in d",
        "grid g2 is retired on 2026-11-20: its reports and open cases go by their place to g2a, g2b;"
        " those without one to g2a",
        "grids: 5 instead of 4",
        "residents: 288, as before",
        "dwellings: 160, as before",
        "households: 120, as before",
    ]


def test_a_count_of_its_own_takes_the_place_of_what_was_counted_before() -> None:
    dated = {"population": {**AGES, "as_of": "2026-11-20"}, "dwellings": 25, "households": 30}
    assert said(split(**dated))[-3:] == [
        "residents: 360 instead of 288",
        "dwellings: 170 instead of 160",
        "households: 150 instead of 120",
    ]


def test_moves_names_counts_and_shapes_are_said() -> None:
    new = counted()
    new["features"].insert(2, feature("e", "district", "c"))
    first, second = new["features"][3]["properties"], new["features"][4]["properties"]
    first |= {"parent": "e", "name": "North", "name_en": "North", "dwellings": 41}
    second["population"] = {**AGES, "as_of": "2026-11-01"}
    new["features"][5]["geometry"] = shapely.geometry.mapping(shapely.box(111.0, 30.01, 111.01, 30.03))
    lines = said(new)
    assert lines[:4] == [
        "district e (E) is new in c",
        "grid g1 is called North (North) instead of G1",
        "grid g1 moves from d to e, with all that was counted there",
        "grid g2 has 72 residents instead of 72, counted on 2026-11-01: what happened before does not change them",
    ]
    assert lines[4] == "grid g3 has another shape: 2,145,949 m² instead of 1,073,029 m²"
    assert lines[5] == "grid g1 has 41 dwellings instead of 40"
    assert "dwellings: 161 instead of 160" in lines


def test_a_grid_that_is_left_out_is_said_with_what_to_do() -> None:
    new = counted()
    del new["features"][-1]
    assert said(new)[0] == (
        "grid g4 is gone: its reports are refused from now on;"
        " to keep what was counted there, leave it in the file with until and into"
    )


@pytest.mark.parametrize("into", [[], ["g1"]])
def test_who_takes_over_is_said(into: list[str]) -> None:
    new = counted()
    new["features"][3]["properties"] |= {"until": "2026-11-20", "into": into}
    line = next(line for line in said(new) if "retired" in line)
    assert line.endswith("go to g1" if into else "its open cases stay with it")


def test_import_areas_says_it_before_it_does(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_bytes(msgspec.json.encode(counted()))
    (tmp_path / "new.json").write_bytes(msgspec.json.encode(split()))
    done = CliRunner().invoke(
        app, ["import-areas", str(tmp_path / "new.json"), "--against", str(tmp_path / "old.json")]
    )
    assert done.exit_code == 0, done.output
    assert "grid g2 is retired on 2026-11-20" in done.output
    assert "residents: 288, as before" in done.output
    assert "nothing wrong" in done.output


def test_what_is_retired_is_not_drawn_and_its_place_is_known() -> None:
    before, after = (read_areas(split(), dt.date(2026, 11, day)) for day in (19, 20))
    drawn = [{f["properties"]["code"] for f in msgspec.json.decode(c.document)["features"]} for c in (before, after)]
    assert drawn[0] - drawn[1] == {"g2"}
    assert (before.tree.grids, len(after.shown.children("d"))) == (after.tree.grids, 5)
    assert after.tree.place is not None
    assert after.tree.place(("g2a", "g2b"), 30.005, 111.018) == "g2b"
    assert after.tree.place(("g2a", "g2b"), 30.5, 111.018) is None
