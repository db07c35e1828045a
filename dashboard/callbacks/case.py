"""The page of a case, which is rendered anew whenever the live socket says that the case has changed."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from dashboard import ids
from dashboard.callbacks.asked import Asked
from dashboard.callbacks.source import Source
from dashboard.errors import Unknown
from dashboard.layouts.case import case_body, case_page
from dashboard.layouts.rooted import rooted
from dashboard.layouts.view import PageView
from dashboard.words import Words


async def page(asked: Asked) -> Component:
    """Returns the page of the case that the address names; its id may hold slashes."""
    found = await asked.source.case(asked.rest)
    if found is None:
        raise Unknown("case", asked.rest)
    return case_page(asked.say, asked.view, found, asked.source.now_s())


def register(app: Dash, view: PageView, source: Source) -> None:
    """Renders the body of a case anew."""

    @app.callback(
        Output(ids.CASE_BODY, "children"),
        Input(ids.CASE_TICK, "data-tick"),
        State(ids.CASE_TICK, "data-case"),
        State(ids.PAGE, "lang"),
        prevent_initial_call=True,
    )
    async def render(_: int, asked: str, lang: str) -> Any:
        case = await source.case(asked)
        if case is None:
            return no_update
        return rooted(case_body(Words(lang, view.levels), view, case, source.now_s()), view.root)
