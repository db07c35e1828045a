"""Pages run by themselves in the browser; all that happens here is their start."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from dashboard import ids


def register(app: Dash) -> None:
    """Starts the page's scripts (assets/core/start.js) once its layout is there."""
    app.clientside_callback(
        ClientsideFunction("page", "start"), Output(ids.PAGE_DATA, "data-started"), Input(ids.PAGE_DATA, "data-page")
    )
