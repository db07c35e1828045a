"""Modules of JavaScript joined into one script: each once, and after what it imports.

In assets/ each module stands in a file with imports at the top and `export` where a thing is defined, as browsers
know them. A file for each would cost a page a round trip for each of its twenty, so they are joined when the server
starts: each module becomes a function that gives its exports, each import a constant. What that cannot say (a circle,
a default export, an export that changes later) is refused in words, which a browser would not do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from dashboard.errors import ModuleError

_IMPORT = re.compile(r"^import (?:(?P<names>\{[^}]*\}|\* as \w+) from )?'(?P<path>[^']+)';\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?:(?:async )?function|const|class) (\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class Modules:
    """The modules in a folder.

    Attributes:
        folder: where they are; all names are paths from here, with slashes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts: dict[str, str] = {}

    def names(self, room: str) -> list[str]:
        """Returns all modules of a room, in the order of their names."""
        return sorted(path.relative_to(self.folder).as_posix() for path in (self.folder / room).rglob("*.js"))

    def order(self, *entries: str) -> list[str]:
        """Returns the names of modules and of all that they need, each after what it imports; refuses circles."""
        found: list[str] = []
        for entry in entries:
            self._visit(entry, (), found)
        return found

    def joined(self, names: Iterable[str]) -> str:
        """Returns a script that runs modules in this order; what they import comes before, or in an earlier script."""
        return "'use strict';\n" + "".join(self._wrapped(name) for name in names)

    def imports(self, name: str) -> list[str]:
        """Returns the names of the modules that a module imports, in its order."""
        return [_beside(name, found["path"]) for found in _IMPORT.finditer(self._text(name))]

    def exports(self, name: str) -> list[str]:
        """Returns what a module exports."""
        return _EXPORT.findall(self._text(name))

    def _visit(self, name: str, above: tuple[str, ...], found: list[str]) -> None:
        if name in above:
            way = " -> ".join((*above[above.index(name) :], name))
            raise ModuleError(name, f"modules import each other in a circle: {way}")
        if name in found:
            return
        for needed in self.imports(name):
            self._visit(needed, (*above, name), found)
        found.append(name)

    def _text(self, name: str) -> str:
        if name not in self._texts:
            try:
                self._texts[name] = (self.folder / name).read_text("utf-8")
            except OSError:
                raise ModuleError(name, "is imported and does not exist") from None
        return self._texts[name]

    def _wrapped(self, name: str) -> str:
        """Returns a module as a constant: a function that has run and given its exports."""
        body = _IMPORT.sub(lambda found: self._constants(name, found), self._text(name))
        exported = self.exports(name)
        body = _EXPORT.sub(lambda found: found[0].removeprefix("export "), body)
        if left := _LEFT_OVER.search(body):
            raise ModuleError(name, f"{left[0]!r} is no import or export that can be joined")
        return f"const {_variable(name)} = (function () {{\n{body}return {{{', '.join(exported)}}};\n}})();\n"

    def _constants(self, name: str, found: re.Match[str]) -> str:
        needed = _beside(name, found["path"])
        names = found["names"]
        if names is None:
            return ""
        if names.startswith("*"):
            return f"const {names.removeprefix('* as ')} = {_variable(needed)};\n"
        for wanted in _names(names):
            if wanted not in self.exports(needed):
                raise ModuleError(name, f"{needed} exports no {wanted}")
        return f"const {names.replace(' as ', ': ')} = {_variable(needed)};\n"


def _names(braced: str) -> Iterator[str]:
    for part in braced.strip("{}").split(","):
        if part.strip():
            yield part.split(" as ")[0].strip()


def _beside(name: str, path: str) -> str:
    """Returns the name of what a module imports by a path from where it stands itself."""
    parts: list[str] = []
    for part in (PurePosixPath(name).parent / path).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))
