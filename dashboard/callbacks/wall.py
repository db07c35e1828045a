"""The wall runs by itself in the browser; all that happens here is its start."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from dashboard import ids


def register(app: Dash) -> None:
    """Starts assets/wall.js once the wall is on the page."""
    app.clientside_callback(
        ClientsideFunction("wall", "start"), Output(ids.WALL_STARTED, "data"), Input(ids.WALL_PAGE, "data")
    )
