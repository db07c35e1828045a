"""What a feature says is read, or it stands in for itself, so that what names it is not called missing."""

from __future__ import annotations

import pytest

from dashboard.atlas.features import features_of, water_problem
from dashboard.errors import AreasError
from tests.unit.atlas.test_file import broken, city


def test_a_feature_that_cannot_be_read_stands_in_for_itself() -> None:
    read = features_of(broken(1, name=7))
    assert [feature.record.code for feature in read.found if feature.stand_in] == ["d"]
    assert read.lost == []
    assert len(read.problems) == 1


def test_one_that_names_no_area_cannot() -> None:
    assert features_of(broken(1, code=7)).lost == ["7"]
    assert features_of({"features": [7]}).lost == ["None"]
    with pytest.raises(AreasError, match="no features"):
        features_of({"features": {}})


def test_water_that_browsers_can_draw_is_no_problem() -> None:
    river = {"type": "Feature", "properties": {}, "geometry": city()["features"][2]["geometry"]}
    assert (
        water_problem({"type": "FeatureCollection", "features": [river, {"type": "Feature", "geometry": None}]}) is None
    )
    assert water_problem(None) is None
    assert "feature 2" in str(water_problem({"type": "FeatureCollection", "features": [river, {}]}))
