"""Each folder says in its `__init__` what each of its files holds, in half a line: one page tells where to look."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.tree import ROOT

ROOMS = sorted(path for top in ("dashboard", "simulator") for path in (ROOT / top).rglob("__init__.py"))
_ENTRY = re.compile(r"^    (\w+): (.+)$", re.MULTILINE)
_LONGEST = 110


def entries(room: Path) -> list[tuple[str, str]]:
    """Returns the names and half lines below "Where is …?" in the docstring of a folder."""
    docstring = ast.get_docstring(ast.parse(room.read_text("utf-8"))) or ""
    return _ENTRY.findall(docstring.partition("Where is …?\n")[2])


def holds(room: Path) -> set[str]:
    """Returns the names of the modules in a folder, and of the folders in it."""
    files = {path.stem for path in room.parent.glob("*.py")} - {"__init__", "__main__"}
    return files | {path.name for path in room.parent.iterdir() if (path / "__init__.py").exists()}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.parent.relative_to(ROOT)))
def test_folder_names_each_of_its_files(room: Path) -> None:
    named = [name for name, _ in entries(room)]
    here = f'{room.relative_to(ROOT)}, below "Where is …?", one line each ("    name: half a line")'
    assert sorted(holds(room) - set(named)) == [], f"add to {here}"
    assert sorted(set(named) - holds(room)) == [], f"no such file any more; take out of {here}"
    assert len(named) == len(set(named)), f"named twice in {here}"


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.parent.relative_to(ROOT)))
def test_half_a_line_is_half_a_line(room: Path) -> None:
    assert {name: len(text) for name, text in entries(room) if len(f"    {name}: {text}") > _LONGEST} == {}


def test_every_script_says_what_it_is() -> None:
    silent = [path for path in (ROOT / "assets").rglob("*.js") if not path.read_text("utf-8").startswith("/**")]
    assert silent == [], "begin with one sentence in a comment, /** … */"
