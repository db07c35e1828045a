"""The browser's own files, joined at start: what all pages share, what each page needs beside it, and words.

Each address holds the hash of what it gives, so browsers keep it for ever. In assets/ the sources stay apart and
readable. A page's script is the module in assets/pages/ that nobody imports, under the name of its kind
(layouts/page.py); a kind without one starts as assets/core/plain.js does.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dashboard.web.modules import Modules
from dashboard.words import LANGUAGES, assets_folder, messages_of

_BOOTSTRAP = Path("static") / "bootstrap5" / "css" / "bootstrap.min.css"
_FIRST = ("dash/begin.js", "dash/markup.js")  # what Dash needs from us, on every page
_PLAIN = "core/plain.js"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Some files in one answer; `address` holds the hash of `body`."""

    address: str
    body: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Bundles:
    """What pages load: `core` on each of them, of `pages` the one of its kind, `words` of its kind and language.

    Attributes:
        pages: scripts by kind of page; "" is the script of kinds that have none of their own.
        words: messages by kind of page, as in `pages`, and by language.
    """

    core: Bundle
    pages: dict[str, Bundle]
    sheet: Bundle
    words: dict[str, dict[str, Bundle]]

    def scripts(self, kind: str, lang: str) -> tuple[Bundle, ...]:
        """Returns the scripts of a kind of page, in their order; the first one brings its words."""
        kind = kind if kind in self.pages else ""
        return self.words[kind][lang], self.core, self.pages[kind]

    def all(self) -> Iterable[Bundle]:
        """Returns each of them once; kinds of pages in one folder share their words."""
        words = {bundle.address: bundle for kind in self.words.values() for bundle in kind.values()}
        return (self.core, *self.pages.values(), self.sheet, *words.values())


def make_bundles(folder: Path | None = None) -> Bundles:
    """Returns the bundles of the files in assets/ (or another folder) and of Bootstrap's style sheet.

    Raises:
        ModuleError: when scripts import what cannot be joined, as a circle.
    """
    folder = folder or assets_folder()
    modules = Modules(folder)
    shared, own = _parted({kind: modules.order(*_FIRST, entry) for kind, entry in entries(modules).items()})
    return Bundles(
        core=_bundle("core", "js", modules.joined(shared)),
        pages={kind: _bundle(kind or "plain", "js", modules.joined(names)) for kind, names in own.items()},
        sheet=_bundle("gridwall", "css", "\n".join([_bootstrap(), *_sheets(folder)])),
        words={kind: _spoken(entry) for kind, entry in entries(modules).items()},
    )


def _parted(needed: dict[str, list[str]]) -> tuple[list[str], dict[str, list[str]]]:
    """Returns the modules that all kinds of pages need, and by kind those that it needs beside them."""
    shared = [name for name in needed[""] if all(name in names for names in needed.values())]
    return shared, {kind: [name for name in names if name not in shared] for kind, names in needed.items()}


def entries(modules: Modules) -> dict[str, str]:
    """Returns the module that starts each kind of page."""
    pages = modules.names("pages")
    imported = {needed for name in pages for needed in modules.imports(name)}
    return {"": _PLAIN} | {PurePosixPath(name).stem: name for name in pages if name not in imported}


def _sheets(folder: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(folder.rglob("*.css"), key=lambda path: path.name)]


def _bootstrap() -> str:
    """Returns the sheet in its package, which is found and not imported: that would take all of Flask along."""
    found = importlib.util.find_spec("flask_bootstrap")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("flask_bootstrap")
    sheet = (Path(found.origin).parent / _BOOTSTRAP).read_text("utf-8")
    return '@charset "UTF-8";' + sheet[: sheet.rfind("/*#")].removeprefix('@charset "UTF-8";')


def _spoken(entry: str) -> dict[str, Bundle]:
    """Returns by language the words that the scripts in the folder of an entry may say."""
    page = PurePosixPath(entry).parent.name
    return {lang: _bundle(f"words-{lang}", "js", _words(lang, page)) for lang in LANGUAGES}


def _words(lang: str, page: str) -> str:
    messages = json.dumps(messages_of(lang, page), ensure_ascii=False, separators=(",", ":"))
    return f"window.gridwall=window.gridwall||{{}};window.gridwall.catalogue={messages};"


def _bundle(name: str, kind: str, body: str) -> Bundle:
    digest = hashlib.sha256(body.encode()).hexdigest()[:12]
    return Bundle(f"/bundle/{name}.{digest}.{kind}", body, "text/css" if kind == "css" else "text/javascript")
