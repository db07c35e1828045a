"""The browser's files that import each other: which a page needs, in which order; a circle is refused in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from dashboard.errors import ModuleError


class Sources:
    """Files of one kind in a folder; all names are paths from there, with slashes.

    Attributes:
        folder: where they are.
        ending: how their names end.
        importing: finds imports in a text, each with a group `path` from the file that says so.
    """

    ending: str
    importing: re.Pattern[str]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts: dict[str, str] = {}

    def names(self, room: str = "") -> list[str]:
        """Returns all files of a room, in the order of their names."""
        found = (self.folder / room).rglob(f"*{self.ending}")
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def imports(self, name: str) -> list[str]:
        """Returns what a file imports, in its order."""
        return [beside(name, found["path"]) for found in self.importing.finditer(self.text(name))]

    def starts(self) -> list[str]:
        """Returns the files of pages that no other file imports."""
        pages = self.names("pages")
        imported = {needed for name in pages for needed in self.imports(name)}
        return [name for name in pages if name not in imported]

    def order(self, names: Iterable[str]) -> list[str]:
        """Returns files and all that they need, each once and after what it imports; refuses circles."""
        found: list[str] = []
        for name in names:
            self._visit(name, (), found)
        return found

    def text(self, name: str) -> str:
        """Returns what a file says."""
        if name not in self._texts:
            try:
                self._texts[name] = (self.folder / name).read_text("utf-8")
            except OSError:
                raise ModuleError(name, "is imported and does not exist") from None
        return self._texts[name]

    def _visit(self, name: str, above: tuple[str, ...], found: list[str]) -> None:
        if name in above:
            way = " -> ".join((*above[above.index(name) :], name))
            raise ModuleError(name, f"files import each other in a circle: {way}")
        if name in found:
            return
        for needed in self.imports(name):
            self._visit(needed, (*above, name), found)
        found.append(name)


def beside(name: str, path: str) -> str:
    """Returns the name of what a file imports by a path from where it stands itself."""
    parts: list[str] = []
    for part in (PurePosixPath(name).parent / path).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
