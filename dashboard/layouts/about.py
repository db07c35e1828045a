"""About this version: its parts with their licences, and the figures of the last benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.layouts.formats import DASH, Formats
from dashboard.layouts.page import page
from dashboard.layouts.parts import as_of, panel
from dashboard.layouts.view import PageView
from dashboard.words import Words


@dataclass(frozen=True, slots=True)
class Part:
    """A program that runs here; what is not known of it is None.

    Attributes:
        until: the day until which its makers mend it (ISO), where a page should say so.
    """

    name: str
    version: str | None
    licence: str | None
    until: str | None = None


def about_page(
    say: Words, view: PageView, own: Part, parts: Sequence[Part], measured: dict[str, Any] | None, now_s: float
) -> Component:
    """Returns the page as of `now_s` (epoch seconds); `measured` is in the form of benchmarks/results."""
    version = html.P([say("about-version"), " ", html.B(own.version or DASH, **{"data-part": own.name})])
    since = Formats(say, view.timezone).instant(now_s)
    rows = [_row([part.name, _version(say, part), part.licence], {"data-part": part.name}) for part in parts]
    table = _table(say, ("part", "version-head", "licence"), rows)
    return page(
        say,
        view,
        "list",
        say("about"),
        panel(say("about-parts"), as_of(say("as-of", time=since), since), version, table, name="parts", moves="as-of"),
        panel(
            say("about-figures"),
            None,
            *_figures(say, view, measured),
            name="figures",
            moves=None if measured is None else "as-of",
        ),
    )


def _version(say: Words, part: Part) -> str | None:
    """Returns the version of a part, and until when its makers mend it."""
    if part.version is None or part.until is None:
        return part.version
    return say("about-supported", version=part.version, until=part.until)


def _figures(say: Words, view: PageView, measured: dict[str, Any] | None) -> list[Component]:
    """Returns what was measured, when and on which machine; or that nothing was."""
    if measured is None:
        return [html.P(say("about-no-figures"), className="calm")]
    at = Formats(say, view.timezone).instant(measured.get("at"))
    where = html.P(as_of(say("about-measured", at=at, machine=measured.get("machine") or DASH), at), className="mute")
    rows = [
        _row([one.get(key) for key in ("what", "measured", "to_reach")], {"data-met": str(one.get("met")).lower()})
        for one in measured["rows"]
    ]
    return [where, _table(say, ("figure", "measured-head", "to-reach"), rows)]


def _row(texts: Sequence[Any], data: dict[str, str]) -> Component:
    head, *cells = (DASH if text is None else str(text) for text in texts)
    return html.Tr(
        [html.Th(head, scope="row", className="text"), *(html.Td(cell, className="text") for cell in cells)], **data
    )


def _table(say: Words, keys: tuple[str, ...], rows: list[Component]) -> Component:
    heads = [html.Th(say(f"about-{key}"), scope="col", className="text") for key in keys]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="table-plain")
    return html.Div(table, className="scroll-x", tabIndex=0)
