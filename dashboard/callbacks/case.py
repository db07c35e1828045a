"""The page of a case is rendered anew whenever the live socket says that the case has changed."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update

from dashboard import ids
from dashboard.callbacks.source import Source
from dashboard.layouts.case import case_body
from dashboard.layouts.view import PageView
from dashboard.words import Words


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
        return case_body(Words(lang), view, case, source.reading().now_s)
