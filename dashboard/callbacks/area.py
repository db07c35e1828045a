"""The charts of an area's page come when everything else is there: Plotly alone is 1.4 MB on the wire."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx

from dashboard import ids
from dashboard.callbacks.routing import LANG_COOKIE, words_of
from dashboard.layouts.area import charts
from dashboard.layouts.view import PageView


def register(app: Dash, view: PageView) -> None:
    """Puts the charts on the page once assets/area.js asks for them."""

    @app.callback(
        Output(ids.CHARTS, "children"),
        Input(ids.CHARTS_WANTED, "data"),
        State(ids.LOCATION, "search"),
        prevent_initial_call=True,
    )
    async def show(_: Any, search: str) -> Any:
        return charts(words_of(search, view, ctx.cookies.get(LANG_COOKIE, "")))
