"""The browser's own files, joined at start: one script, one style sheet, one file of words for each language.

Each address holds the hash of what it gives, so browsers keep it for ever. In assets/ the sources stay
apart and readable; twenty small files would cost a page twenty round trips.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dashboard.words import LANGUAGES, assets_folder, catalogue

_BOOTSTRAP = Path("static") / "bootstrap5" / "css" / "bootstrap.min.css"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Some files in one answer; `address` holds the hash of `body`."""

    address: str
    body: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Bundles:
    """What every page loads; `words` by language."""

    script: Bundle
    sheet: Bundle
    words: dict[str, Bundle]

    def all(self) -> Iterable[Bundle]:
        """Returns each of them once."""
        return (self.script, self.sheet, *self.words.values())


def make_bundles() -> Bundles:
    """Returns the bundles of the files in assets/, in the order of their names, and of Bootstrap's style sheet."""
    return Bundles(
        script=_bundle("gridwall", "js", "".join(f"{text}\n;\n" for text in _sources("*.js"))),
        sheet=_bundle("gridwall", "css", "\n".join([_bootstrap(), *_sources("*.css")])),
        words={lang: _bundle(f"words-{lang}", "js", _words(lang)) for lang in LANGUAGES},
    )


def _sources(pattern: str) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(assets_folder().rglob(pattern), key=lambda path: path.name)]


def _bootstrap() -> str:
    """Returns the sheet in its package, which is found and not imported: that would take all of Flask along."""
    found = importlib.util.find_spec("flask_bootstrap")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("flask_bootstrap")
    sheet = (Path(found.origin).parent / _BOOTSTRAP).read_text("utf-8")
    return '@charset "UTF-8";' + sheet[: sheet.rfind("/*#")].removeprefix('@charset "UTF-8";')


def _words(lang: str) -> str:
    messages = json.dumps(catalogue(lang), ensure_ascii=False, separators=(",", ":"))
    return f"window.gridwall=window.gridwall||{{}};window.gridwall.catalogue={messages};"


def _bundle(name: str, kind: str, body: str) -> Bundle:
    digest = hashlib.sha256(body.encode()).hexdigest()[:12]
    return Bundle(f"/bundle/{name}.{digest}.{kind}", body, "text/css" if kind == "css" else "text/javascript")
