"""Modules of JavaScript joined into one script: each once, and after what it imports.

In assets/ each module stands in a file with imports at the top and `export` where a thing is defined, as browsers
know them. A file for each would cost a page a round trip for each of its twenty, so they are joined when the server
starts: each module becomes a function that gives its exports, each import a constant. What that cannot say (a default
export, an export that changes later) is refused in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dashboard.errors import ModuleError
from dashboard.web.sources import Sources, beside

_EXPORT = re.compile(r"^export (?:(?:async )?function|const|class) (\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class Modules(Sources):
    """The modules in a folder."""

    ending = ".js"
    importing = re.compile(r"^import (?:(?P<names>\{[^}]*\}|\* as \w+) from )?'(?P<path>[^']+)';\n", re.MULTILINE)

    def exports(self, name: str) -> list[str]:
        """Returns what a module exports."""
        return _EXPORT.findall(self.text(name))

    def joined(self, names: Iterable[str]) -> str:
        """Returns a script that runs modules in this order; what they import comes before, or in an earlier script."""
        return "'use strict';\n" + "".join(self._wrapped(name) for name in names)

    def _wrapped(self, name: str) -> str:
        """Returns a module as a constant: a function that has run and given its exports."""
        body = self.importing.sub(lambda found: self._constants(name, found), self.text(name))
        body = _EXPORT.sub(lambda found: found[0].removeprefix("export "), body)
        if left := _LEFT_OVER.search(body):
            raise ModuleError(name, f"{left[0]!r} is no import or export that can be joined")
        return f"const {variable(name)} = (function () {{\n{body}return {{{', '.join(self.exports(name))}}};\n}})();\n"

    def _constants(self, name: str, found: re.Match[str]) -> str:
        needed, names = beside(name, found["path"]), found["names"]
        if names is None:
            return ""
        if names.startswith("*"):
            return f"const {names.removeprefix('* as ')} = {variable(needed)};\n"
        for wanted in _names(names):
            if wanted not in self.exports(needed):
                raise ModuleError(name, f"{needed} exports no {wanted}")
        return f"const {names.replace(' as ', ': ')} = {variable(needed)};\n"


def variable(name: str) -> str:
    """Returns the constant that a module becomes: `$core_dom` of core/dom.js."""
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))


def _names(braced: str) -> Iterator[str]:
    for part in braced.strip("{}").split(","):
        if part.strip():
            yield part.split(" as ")[0].strip()
