"""Areas: which one is meant, its numbers, and those of the areas below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.desk.areasearch import AreaSearch
from dashboard.desk.files import Column, Kind, Table
from dashboard.domain.reading.area import area_body
from dashboard.domain.reading.indicators import rate
from dashboard.domain.reading.panels import CHILD_COLUMNS, child_row
from dashboard.domain.rules.areas import Area, AreaTree
from dashboard.errors import Unknown
from dashboard.feeds.moments import Moments
from dashboard.words import Words

_CHILDREN: dict[str, Kind] = {
    "area": "text",
    "name": "text",
    "population": "int",
    "newborns": "int",
    "net": "int",
    "open": "int",
    "overdue": "int",
    "community": "float",
    "on-time": "float",
    "satisfied": "float",
    "on-shift": "int",
    "silent": "int",
    "workers": "int",
}


def area_of(tree: AreaTree, code: str) -> Area:
    """Returns the area of a code, `city` for the root; raises Unknown."""
    found = tree.root if code == "city" else tree.by_code.get(code)
    if found is None:
        raise Unknown("area", code, "code", f"there is no area {code[:40]}")
    return found


class Areas:
    """Reads areas; `behind` says how many entries of the log are not folded yet."""

    def __init__(self, moments: Moments, behind: Callable[[], int]) -> None:
        self._moments, self._behind = moments, behind
        self._search: tuple[AreaTree, AreaSearch] | None = None

    def found(self, text: str, limit: int) -> dict[str, Any]:
        """Returns the areas that people mean by a text, see `AreaSearch.find`."""
        tree = self._moments.now().tree
        if self._search is None or self._search[0] is not tree:
            self._search = tree, AreaSearch(tree)
        return self._search[1].find(text, limit)

    def numbers(self, code: str) -> dict[str, Any]:
        """Returns all numbers of an area; raises Unknown."""
        reading = self._moments.now()
        return area_body(reading, area_of(reading.state.tree, code), self._behind())

    def children(self, code: str) -> list[dict[str, Any]]:
        """Returns the same for each area directly below one; raises Unknown."""
        reading, behind = self._moments.now(), self._behind()
        tree = reading.tree
        return [area_body(reading, child, behind) for child in tree.children(area_of(tree, code).code)]

    def children_table(self, say: Words, code: str) -> Table:
        """Returns the areas directly below one, with the numbers of its page's table; raises Unknown."""
        reading = self._moments.now()
        tree, rows = reading.tree, []
        for child in tree.children(area_of(tree, code).code):
            row = dict(zip(CHILD_COLUMNS, child_row(reading, child), strict=True))
            name = say.named({"name": child.name, "name_en": child.name_en or child.name})
            rates = {key: rate(row[key], row[f"{key}-of"]) for key in ("community", "on-time", "satisfied")}
            rows.append({**row, **rates, "area": child.code, "name": name})
        known = {key: kind for key, kind in _CHILDREN.items() if key != "community" or "community" in tree.levels}
        return Table("areas", say("file-areas"), Column.headed(say, known), lambda: rows)
