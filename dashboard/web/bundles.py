"""The browser's own files, joined at start: what all pages share, what each page needs beside it, and words.

Each address holds the hash of what it gives, so browsers keep it for ever. In assets/ the sources stay apart and
readable: the script of a kind of page (layouts/page.py) is the module of its name in assets/pages/, its style lies
beside it. A kind without a script starts as assets/core/plain.js does; it may have a style all the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dashboard.web.modules import Modules
from dashboard.web.sheets import Sheets
from dashboard.words import LANGUAGES, NOT_NAMED, Levels, assets_folder, messages_of

_FIRST = ("dash/begin.js", "dash/markup.js")  # what Dash needs from us, on every page
_PLAIN = "core/plain.js"
_BASE = ("core/base.css", "theme.css", "core/frame.css", "core/places.css")  # on every page, before all others
_SHARED = "*"  # what all kinds of pages load


@dataclass(frozen=True, slots=True)
class Bundle:
    """Some files in one answer; `address` holds the hash of `body`."""

    address: str
    body: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Page:
    """A script and a style sheet: what all pages load, or what a kind of page needs beside that."""

    script: Bundle
    sheet: Bundle


@dataclass(frozen=True, slots=True)
class Bundles:
    """What pages load: `core` on each of them, of `pages` the one of its kind, `words` of its kind and language.

    Attributes:
        pages: by kind of page; "" is for kinds that have no script of their own.
        words: messages by kind of page, as in `pages`, and by language.
    """

    core: Page
    pages: dict[str, Page]
    words: dict[str, dict[str, Bundle]]

    def of(self, kind: str) -> tuple[Page, Page]:
        """Returns what a kind of page loads, in its order."""
        return self.core, self.pages.get(kind, self.pages[""])

    def spoken(self, kind: str, lang: str) -> Bundle:
        """Returns the words of a kind of page, which come before its scripts."""
        return self.words.get(kind, self.words[""])[lang]

    def all(self) -> Iterable[Bundle]:
        """Returns each bundle once; kinds of pages in one folder share their words."""
        pages = (bundle for page in (self.core, *self.pages.values()) for bundle in (page.script, page.sheet))
        words = (bundle for kind in self.words.values() for bundle in kind.values())
        return {bundle.address: bundle for bundle in (*pages, *words)}.values()


def make_bundles(folder: Path | None = None, levels: Levels = NOT_NAMED) -> Bundles:
    """Returns the bundles of the files in assets/ (or another folder).

    Raises:
        ModuleError: when scripts or sheets import what cannot be joined, as a circle.
    """
    folder = folder or assets_folder()
    modules, sheets = Modules(folder), Sheets(folder)
    starts = kinds(modules, sheets)
    needed = {kind: modules.order((*_FIRST, script)) for kind, (script, _) in starts.items()}
    worn = {kind: sheets.order((*_BASE, *sheets.of(needed[kind]), *own)) for kind, (_, own) in starts.items()}
    scripts, styles = _parted(needed), _parted(worn)

    def page(name: str, kind: str) -> Page:
        script, sheet = modules.joined(scripts[kind]), sheets.joined(styles[kind])
        return Page(_bundle(name, "js", script), _bundle(name, "css", sheet))

    return Bundles(
        core=page("core", _SHARED),
        pages={kind: page(kind or "plain", kind) for kind in needed},
        words={kind: _spoken(script, levels) for kind, (script, _) in starts.items()},
    )


def _parted(needed: dict[str, list[str]]) -> dict[str, list[str]]:
    """Returns what all kinds of pages need, and by kind what it needs beside that."""
    shared = [name for name in needed[""] if all(name in names for names in needed.values())]
    own = {kind: [name for name in names if name not in shared] for kind, names in needed.items()}
    return {_SHARED: shared} | own


def kinds(modules: Modules, sheets: Sheets) -> dict[str, tuple[str, list[str]]]:
    """Returns what each kind of page starts with: its script, and sheets that belong to no script."""
    plain = {PurePosixPath(name).stem: (_PLAIN, [name]) for name in sheets.starts()}
    own: dict[str, tuple[str, list[str]]] = {PurePosixPath(name).stem: (name, []) for name in modules.starts()}
    beside = {PurePosixPath(name).stem for name in modules.names("pages")}
    return {"": (_PLAIN, [])} | {kind: start for kind, start in plain.items() if kind not in beside} | own


def _spoken(entry: str, levels: Levels) -> dict[str, Bundle]:
    """Returns by language the words that the scripts in the folder of an entry may say."""
    page = PurePosixPath(entry).parent.name
    return {lang: _bundle(f"words-{lang}", "js", _words(lang, page, levels)) for lang in LANGUAGES}


def _words(lang: str, page: str, levels: Levels) -> str:
    messages = json.dumps(messages_of(lang, page, levels=levels), ensure_ascii=False, separators=(",", ":"))
    return f"window.gridwall=window.gridwall||{{}};window.gridwall.catalogue={messages};"


def _bundle(name: str, kind: str, body: str) -> Bundle:
    digest = hashlib.sha256(body.encode()).hexdigest()[:12]
    return Bundle(f"/bundle/{name}.{digest}.{kind}", body, "text/css" if kind == "css" else "text/javascript")
