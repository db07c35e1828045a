"""What an areas file holds instead of a collection is said, and how to get one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.atlas.geojson import collection_of
from dashboard.errors import AreasError

COLLECTION: dict[str, Any] = {"type": "FeatureCollection", "features": [{"name": "宜昌市西陵区"}]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_collection_is_returned(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(json.dumps(COLLECTION, ensure_ascii=False).encode(encoding))
    assert collection_of(path) == COLLECTION == collection_of(COLLECTION)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b" ", "is empty"),
        (b'{"type": "FeatureCollection",\n"features": [', "ends in the middle (line 2)"),
        (b'{"type": "FeatureCollection"\n"features": []}', "in line 2, column 1"),
        (b'{"type": "Feature"}\n{"type": "Feature"}', "one behind the other (GeoJSONSeq)"),
        (b'{"type": "Topology"}', "is TopoJSON"),
        (b'{"type": "Feature"}', "is a single feature"),
        (b'{"type": "Odd"}', "of the type 'Odd'"),
        (b'{"type": [1]}', "odd type"),
        (b'{"geometryType": "x", "features": []}', "ArcGIS"),
        (b"[]", "is a list"),
        (b"7", "is a single value"),
        (b"PK\x03\x04", "zip archive"),
        (b'{"type": "FeatureCollection", "features": ["\\ud83d"]}', "half a character"),
        (b"1" * 5000, "4,300 digits"),
        (b"[" * 200_000, "nested deeper"),
    ],
)
def test_anything_else_is_said_with_the_way_out(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(content)
    with pytest.raises(AreasError) as refused:
        collection_of(path)
    [problem] = refused.value.problems
    assert said in problem
    assert problem.isprintable()
