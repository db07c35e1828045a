"""One place for the look: no colour, size of type or shadow stands outside of theme.css, and every token is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.words import assets_folder
from tests.support.making import ROOT

ASSETS = assets_folder()
THEME = ASSETS / "theme.css"
FILES = [path for path in sorted(ASSETS.rglob("*.[cj]s*")) if path.suffix in (".css", ".js") and path != THEME]
PAGES = [*sorted((ROOT / "dashboard/layouts").rglob("*.py")), *sorted((ROOT / "dashboard/callbacks").rglob("*.py"))]
COLOUR = re.compile(
    r"(?<![\w&/])#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b(?!-)|\b(?:rgb|hsl|oklch|color)a?\("
)
NAMED = re.compile(r":[^;{}]*(?<![\w-])(?:white|black|red|green|blue|orange|gr[ae]y|yellow)(?![\w-])")
TYPE = re.compile(r"font-size:\s*+(?!var\(|inherit|[\d.]+em\b)|font:\s*+(?!inherit|\{)|(?<!-)\b(?:size|fontSize):\s*\d")
SHADOW = re.compile(r"shadow:\s*+(?!var\(|none)")


def bare(path: Path) -> str:
    """Returns the text of a file without its comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"(?m)^\s*//.*$|\s//\s.*$|#\s.*$", "", text)


def found(pattern: re.Pattern[str], paths: list[Path]) -> Iterator[str]:
    for path in paths:
        for number, line in enumerate(bare(path).splitlines(), 1):
            if pattern.search(line):
                yield f"{path.name}:{number}: {line.strip()[:80]}"


def test_colours_stand_in_the_theme_only() -> None:
    assert list(found(COLOUR, [*FILES, *PAGES])) == []
    assert list(found(NAMED, [path for path in FILES if path.suffix == ".css"])) == []


def test_sizes_of_type_stand_in_the_theme_only() -> None:
    dots = re.compile(r"symbol: .*size: 5|^charts.js:.*size: 5")  # of a line, which are no type
    assert [line for line in found(TYPE, FILES) if not dots.search(line)] == []


def test_shadows_stand_in_the_theme_only() -> None:
    assert list(found(SHADOW, FILES)) == []


def test_every_token_that_is_used_is_defined_and_the_other_way_round() -> None:
    theme = THEME.read_text("utf-8")
    defined = set(re.findall(r"(?m)[{;\s](--[a-z0-9-]+):", theme))
    texts = [theme, *(path.read_text("utf-8") for path in FILES)]
    used = {name for text in texts for name in re.findall(r"var\((--[a-z0-9-]+)", text)}
    used |= {f"--{name}" for text in texts for name in re.findall(r"token\('([a-z0-9-]+)'\)", text)}
    named_by_scripts = {"--chart-yellow", "--violet", "--hatch", *(f"--ramp-{step}" for step in range(7))}
    assert used - defined == {"--share"}  # the length of a bar, which scripts set
    assert defined - used - named_by_scripts == set()


@pytest.mark.parametrize(
    ("text", "pattern"),
    [("color: #fff;", COLOUR), ("fill: rgba(0, 0, 0, .5);", COLOUR), ("{ background: white; }", NAMED),
     ("font-size: 13px;", TYPE), ("font: 12px serif;", TYPE), ("box-shadow: 0 0 4px;", SHADOW)],
)  # fmt: skip
def test_the_patterns_find_what_they_are_for(text: str, pattern: re.Pattern[str]) -> None:
    assert pattern.search(text)
