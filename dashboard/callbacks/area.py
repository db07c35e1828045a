"""The page of an area; its charts come when everything else is there: Plotly alone is 1.4 MB on the wire."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State
from dash.development.base_component import Component

from dashboard import ids
from dashboard.callbacks.asked import Asked
from dashboard.layouts.area import area_page, charts
from dashboard.words import Words


async def page(asked: Asked) -> Component:
    """Returns the page of the area that the address names."""
    return area_page(asked.say, asked.view, asked.area(asked.rest))


def register(app: Dash) -> None:
    """Puts the charts on the page once assets/pages/area/areas.js asks for them."""

    @app.callback(
        Output(ids.CHARTS, "children"),
        Input(ids.CHARTS_WANTED, "data-wanted"),
        State(ids.PAGE, "lang"),
        prevent_initial_call=True,
    )
    async def show(_: Any, lang: str) -> Any:
        return charts(Words(lang))
