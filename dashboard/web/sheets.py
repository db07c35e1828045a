"""Style sheets joined into one: the style of a script lies beside it under its name, and sheets may import others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from dashboard.web.sources import Sources


class Sheets(Sources):
    """The style sheets in a folder."""

    ending = ".css"
    importing = re.compile(r"^@import '(?P<path>[^']+)';\n+", re.MULTILINE)

    def of(self, scripts: Iterable[str]) -> list[str]:
        """Returns the sheets that lie beside scripts."""
        styles = (str(PurePosixPath(name).with_suffix(".css")) for name in scripts)
        return [name for name in styles if (self.folder / name).is_file()]

    def joined(self, names: Iterable[str]) -> str:
        """Returns the texts of sheets in this order, without their imports, which have come before."""
        return "\n".join(self.importing.sub("", self.text(name)) for name in names)
