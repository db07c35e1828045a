"""The page of a case is rendered anew whenever the live socket says that the case has changed."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from dashboard import ids
from dashboard.callbacks.routing import LANG_COOKIE, words_of
from dashboard.callbacks.source import Source
from dashboard.layouts.case import case_body
from dashboard.layouts.view import PageView


def register(app: Dash, view: PageView, source: Source) -> None:
    """Renders the body of a case anew."""

    @app.callback(
        Output(ids.CASE_BODY, "children"),
        Input(ids.CASE_TICK, "data"),
        State(ids.PAGE_DATA, "data"),
        State(ids.LOCATION, "search"),
        prevent_initial_call=True,
    )
    async def render(_: int, page: dict[str, Any], search: str) -> Any:
        case = await source.case(page["case"])
        if case is None:
            return no_update
        say = words_of(search, view, ctx.cookies.get(LANG_COOKIE, ""))
        return case_body(say, view, case, source.reading().now_s)
