"""What somebody asks for: an address, taken apart, in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboard.callbacks.source import Source
from dashboard.domain.rules.areas import Area
from dashboard.errors import InvalidReport, Unknown
from dashboard.layouts.view import PageView
from dashboard.words import Words


@dataclass(frozen=True, slots=True)
class Asked:
    """An address that names a page.

    Attributes:
        say: the words of the page.
        view: what the city is like.
        source: where its data comes from.
        rest: what the address has where its route has a star.
        query: the last value of each name in its query, without the language.
    """

    say: Words
    view: PageView
    source: Source
    rest: str = ""
    query: dict[str, str] = field(default_factory=dict)

    def area(self, code: str | None = None) -> Area:
        """Returns the area of a code, or the one that the query names; the whole city when none does.

        Raises:
            Unknown: there is no such area.
        """
        asked, tree = code or self.query.get("area") or "city", self.view.tree
        found = tree.root if asked == "city" else tree.by_code.get(asked)
        if found is None:
            raise Unknown("area", asked)
        return found

    def one_of(self, name: str, *choices: str) -> str | None:
        """Returns what the query asks for by a name, None when it does not say.

        Raises:
            InvalidReport: it is none of the choices.
        """
        text = self.query.get(name)
        if text and text not in choices:
            raise InvalidReport(name, f"is one of {', '.join(choices)}")
        return text or None
