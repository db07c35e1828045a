"""The documentation says what is so."""

from __future__ import annotations

import re

from dashboard.settings import PREFIX, Settings
from tests.support.tree import ROOT, tracked

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMED = r"\b((?:assets|docs|dashboard|simulator|tests|tools)/[\w/-]+\.(?:py|js|css|md|toml))\b"
PLANNED = "## Room for what comes"


def test_operations_lists_every_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `GRIDWALL_(\w+)` \| (\S+) \|", (ROOT / "docs/operations.md").read_text("utf-8"), re.M))
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert {name.lower(): value for name, value in rows.items()} == {
        name: "none" if default is None else str(default) for name, default in defaults.items()
    }
    assert PREFIX == "GRIDWALL_"


def test_contributing_names_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"`make (\w+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    assert named <= targets


def test_documents_name_files_that_exist() -> None:
    """A path may begin at any folder: `state/tasks.py`. What is planned stands below its own heading."""
    known = {path.relative_to(ROOT).as_posix() for path in tracked()}
    for document in DOCUMENTS:
        text = document.read_text("utf-8").partition(PLANNED)[0]
        named = set(re.findall(r"`([\w-]+/[\w./-]+\.(?:py|js|css|md|toml|lua|sh))`", text))
        missing = [name for name in named if not any(path == name or path.endswith(f"/{name}") for path in known)]
        assert missing == [], f"{document.name} names what is not there"


def test_code_names_files_that_exist() -> None:
    known = {path.relative_to(ROOT).as_posix() for path in tracked()}
    missing = []
    for path in tracked():
        if path.suffix in (".py", ".js", ".css", ".toml") and path.parts[len(ROOT.parts)] != "tests":
            named = re.findall(NAMED, path.read_text("utf-8"))
            missing += [f"{path.relative_to(ROOT)}: {name}" for name in named if name not in known]
    assert missing == []
