"""A part of a page that the server writes, written again while somebody looks (assets/core/again.js asks for it)."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from dashboard import ids
from dashboard.callbacks.routing import Pages


def register(app: Dash, pages: Pages) -> None:
    """Makes the page of an address anew, and answers with that part of it."""

    @app.callback(
        Output(ids.AGAIN_BODY, "children"),
        Output(ids.AGAIN_BODY, "data-answered"),
        Input(ids.AGAIN_ASKED, "data-asked"),
        State(ids.AGAIN_ASKED, "data-address"),
        State(ids.PAGE, "lang"),
        prevent_initial_call=True,
    )
    async def again(asked: str, address: str, lang: str) -> Any:
        path, _, search = str(address).partition("?")
        body = part_of(await pages.page_of(path, search, lang))
        if body is None:  # the log is away, say: what stands there stays, and says how old it is
            return no_update, no_update
        return body.children, asked


def part_of(page: Component) -> Component | None:
    """Returns the part of a page that is written again, None if it has none."""
    parts = (part for part in page._traverse() if isinstance(part, Component))
    return next((part for part in parts if getattr(part, "id", None) == ids.AGAIN_BODY), None)
