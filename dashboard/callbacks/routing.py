"""Which page an address shows, and in which language."""

from __future__ import annotations

from urllib.parse import parse_qs

from dash import Dash, Input, Output, ctx
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts.view import PageView
from dashboard.layouts.wall import other, wall
from dashboard.layouts.words import LANGUAGES, Words

LANG_COOKIE = "gridwall-lang"  # written by assets/wall.js when an address names a language


def page_of(path: str, search: str, view: PageView, remembered: str = "") -> Component:
    """Returns the page of an address, in the language that its query names, that is remembered, or of the settings."""
    asked = parse_qs((search or "").removeprefix("?")).get("lang", [""])[0]
    say = Words(next((lang for lang in (asked, remembered) if lang in LANGUAGES), view.lang))
    return wall(say, view) if path in ("/", "", None) else other(say, path, search or "")


def register(app: Dash, view: PageView) -> None:
    """Shows the page of the address."""

    @app.callback(Output(ids.PAGE, "children"), Input(ids.LOCATION, "pathname"), Input(ids.LOCATION, "search"))
    async def show(path: str, search: str) -> Component:
        return page_of(path, search, view, ctx.cookies.get(LANG_COOKIE, ""))
