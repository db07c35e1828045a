"""Each thing that is wrong is said once, with its feature; what only follows from it is not said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.atlas.checking import checked
from dashboard.errors import AreasError
from tests.unit.atlas.test_file import broken, city, reshaped


def numbered() -> dict[str, Any]:
    """Returns a city whose district has a number as its code, as tables have it; its grids name it as a text."""
    collection = broken(1, code=420502)
    for entry in collection["features"][2:]:
        entry["properties"]["parent"] = "420502"
    return collection


@pytest.mark.parametrize(
    ("collection", "said"),
    [
        (numbered(), "feature 2 (district, 420502, D): code is the number 420502"),
        (broken(1, level="ward"), 'feature 2 (ward, d, D): level is the text "ward"'),
        (broken(1, name=7), "feature 2 (district, d, 7): name is the number 7"),
        (broken(5, name=None), "feature 6 (grid, g4): name is not given"),
        (broken(5, parent="nowhere"), "feature 6 (grid, g4, G4): area g4 names the parent nowhere"),
        (reshaped(5, {"type": "Point", "coordinates": [111.0, 30.0]}), "feature 6 (grid, g4, G4): has no Polygon"),
    ],
)
def test_one_mistake_is_one_line(collection: dict[str, Any], said: str) -> None:
    [line] = checked(collection).problems
    assert line.startswith(said)


def test_axes_exchanged_are_told_by_the_time_zone() -> None:
    collection = city()
    for entry in collection["features"][2:]:
        ring = entry["geometry"]["coordinates"][0]
        entry["geometry"]["coordinates"] = [[[y, x - 100.0] for x, y in ring]]
    assert any("Swap X and Y" in line for line in checked(collection, "Europe/Madrid").problems) is False
    assert any("Swap X and Y" in line for line in checked(collection, "Africa/Lagos").problems) is False
    for entry in collection["features"][2:]:
        entry["geometry"]["coordinates"] = [[[x + 11.9, y + 1.5] for x, y in entry["geometry"]["coordinates"][0]]]
    assert [line for line in checked(collection, "Europe/Rome").problems if "Swap X and Y" in line]


_ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["Polygon", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "coordinates", "x"]), inner),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["features", "water", "crs", "geometry", "properties", "code", "name", "parent"]), _ANY)
def test_anything_anywhere_is_words(place: str, value: Any) -> None:
    collection = city()
    feature = collection["features"][3]
    within = collection if place in ("features", "water", "crs") else feature
    (within if place in within or within is collection else feature["properties"])[place] = value
    lines: list[str] = []
    try:
        lines = checked(collection, "Asia/Shanghai").problems
    except AreasError as error:
        lines = error.problems
    assert all(line.isprintable() for line in lines), lines
