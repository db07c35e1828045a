"""What is set for a demo city holds, except for what somebody has set."""

from __future__ import annotations

import pytest

from dashboard.atlas.rules import read_rules
from dashboard.run.cities import CITIES
from dashboard.settings import load_settings


def test_the_city_on_the_lake_brings_its_zone_its_language_and_its_rules() -> None:
    settings = CITIES["lake"].adapted(load_settings())
    assert (settings.timezone, settings.lang) == ("America/Chicago", "en")
    assert len(read_rules(settings.rules).categories) == 120


def test_what_somebody_has_set_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDWALL_LANG", "zh-CN")
    settings = CITIES["lake"].adapted(load_settings(timezone="America/Denver"))
    assert (settings.timezone, settings.lang) == ("America/Denver", "zh-CN")


def test_the_model_city_changes_nothing() -> None:
    assert CITIES["yichang"].adapted(load_settings()) == load_settings()
