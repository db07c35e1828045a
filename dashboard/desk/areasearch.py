"""Areas by what people type: parts of their names and codes, in the order in which people look for them."""

from __future__ import annotations

from typing import Any

from dashboard.domain.rules.areas import Area, AreaTree
from dashboard.words import natural

MOST_TEXT = 80


class AreaSearch:
    """Finds the areas of a tree; 20,000 of them are gone through in some milliseconds."""

    def __init__(self, tree: AreaTree) -> None:
        self._tree = tree
        self._areas = sorted((a for a in tree.by_code.values() if a.code not in tree.gone), key=self._place)
        self._texts = [self._text(area) for area in self._areas]

    def find(self, asked: str, limit: int) -> dict[str, Any]:
        """Returns the areas in which each word of a text occurs, the larger ones first, and how many there are.

        The one with just this code comes before all others.
        """
        wanted = asked[:MOST_TEXT].casefold().split()
        found = [
            area for area, text in zip(self._areas, self._texts, strict=True) if all(word in text for word in wanted)
        ]
        exact = self._tree.by_code.get(asked.strip())
        if exact is not None:
            found = [exact, *(area for area in found if area is not exact)]
        return {"areas": [self._told(area) for area in found[:limit]], "total": len(found)}

    def _place(self, area: Area) -> tuple[Any, ...]:
        """Returns where an area stands: by level, then by the names that it is called by."""
        named = tuple(natural(each.name_en or each.name) for each in self._tree.called(area))
        return self._tree.levels.index(area.level), named

    def _text(self, area: Area) -> str:
        """Returns what is looked through: the code, and all names on the way down to the area."""
        path = (*self._tree.path(area.code)[1:], area)
        names = (name for each in path for name in (each.name, each.name_en or ""))
        return "\n".join([area.code, *names]).casefold()

    def _told(self, area: Area) -> dict[str, Any]:
        called = self._tree.called(area)
        return {
            "code": area.code,
            "level": area.level,
            "name": " ".join(each.name for each in called),
            "name_en": " ".join(each.name_en or each.name for each in called),
        }
