"""Which page an address shows, and in which language."""

from __future__ import annotations

from urllib.parse import parse_qs

from dash import Dash, Input, Output
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts.view import PageView
from dashboard.layouts.wall import not_found, wall
from dashboard.layouts.words import LANGUAGES, Words


def page_of(path: str, search: str, view: PageView) -> Component:
    """Returns the page of an address, in the language that its query names or the settings' one."""
    asked = parse_qs((search or "").removeprefix("?")).get("lang", [""])[0]
    say = Words(asked if asked in LANGUAGES else view.lang)
    return wall(say, view) if path in ("/", "", None) else not_found(say, path)


def register(app: Dash, view: PageView) -> None:
    """Shows the page of the address."""

    @app.callback(Output(ids.PAGE, "children"), Input(ids.LOCATION, "pathname"), Input(ids.LOCATION, "search"))
    async def show(path: str, search: str) -> Component:
        return page_of(path, search, view)
