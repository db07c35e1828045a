"""Files that import each other: paths, order, what starts a page, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import ModuleError
from dashboard.web.sheets import Sheets
from dashboard.web.sources import beside
from dashboard.words import assets_folder


@pytest.mark.parametrize(
    ("path", "found"),
    [("./b.css", "pages/a/b.css"), ("../b.css", "pages/b.css"), ("../../core/b.css", "core/b.css")],
)
def test_paths_count_from_the_file_that_imports(path: str, found: str) -> None:
    assert beside("pages/a/x.css", path) == found


def test_what_nobody_imports_starts_a_page(tmp_path: Path) -> None:
    write(tmp_path, {"pages/a/a.css": "@import './part.css';\n", "pages/a/part.css": "", "pages/b/b.css": ""})
    assert Sheets(tmp_path).starts() == ["pages/a/a.css", "pages/b/b.css"]


def test_a_circle_and_a_missing_file_are_refused_in_words(tmp_path: Path) -> None:
    write(tmp_path, {"a.css": "@import './b.css';\n", "b.css": "@import './a.css';\n", "c.css": "@import './d.css';\n"})
    with pytest.raises(ModuleError, match=r"assets/a\.css: .* circle: a\.css -> b\.css -> a\.css"):
        Sheets(tmp_path).order(["a.css"])
    with pytest.raises(ModuleError, match=r"assets/d\.css: is imported and does not exist"):
        Sheets(tmp_path).order(["c.css"])


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def test_no_line_of_the_browsers_files_is_longer_than_120() -> None:
    long = [
        f"{path.relative_to(assets_folder())}:{number}"
        for path in sorted(assets_folder().rglob("*"))
        if path.suffix in (".css", ".js", ".ts")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > 120
    ]
    assert long == []
