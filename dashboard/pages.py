"""The Dash application: index page, routing and callbacks on the server that it is given."""

from __future__ import annotations

import re
from typing import Any

import dash_ag_grid as dag
from dash import Dash, dcc, html
from dash.development.base_component import ComponentRegistry
from fastapi import FastAPI

from dashboard import ids
from dashboard.callbacks import area, case, routing, wall, worklist
from dashboard.callbacks.source import Source
from dashboard.layouts.view import PageView
from dashboard.layouts.words import Words, assets_folder

ASSETS = assets_folder()

_INDEX = """<!DOCTYPE html>
<html lang="{lang}">
<head>
{{%metas%}}
<title>{{%title%}}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<link rel="icon" href="data:,">
<meta name="gridwall-map" content="{map_url}">
{{%css%}}
</head>
<body data-live="connecting">
{{%app_entry%}}
<footer>
{{%config%}}
{{%scripts%}}
{{%renderer%}}
</footer>
</body>
</html>"""


_UNUSED = ("dash.dash_table", "dash_table")  # imported by Dash itself; their bundles would be on every page


WORKLIST_PATH = "/cases"
_TABLE_SCRIPT = re.compile(r'<script src="[^"]*/dash_ag_grid/[^"]*"></script>\s*')
_FOR_OLD_BROWSERS = "deps/polyfill@"  # 97 KB that no browser with custom properties and WebSocket needs


def _leave_out(packages: tuple[str, ...]) -> None:
    """Keeps the scripts of component packages that no page uses off the index."""
    for package in packages:
        if package in ComponentRegistry.registry:
            ComponentRegistry.registry.discard(package)


class PagesOnly(Dash):
    """Dash without its own WebSocket, since live data comes through /live, and without what only old browsers need."""

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = super()._config()
        config.pop("websocket", None)
        return config

    def interpolate_index(self, **parts: Any) -> str:
        """Returns the index; the worklist's table (310 KB compressed) comes on the worklist only."""
        request = self.backend.request_adapter()
        if request is None or request.path != WORKLIST_PATH:
            parts["scripts"] = _TABLE_SCRIPT.sub("", parts["scripts"])
        index: str = super().interpolate_index(**parts)
        return index

    def _collect_and_register_resources(self, *resources: Any, **options: Any) -> list[Any]:
        found: list[Any] = super()._collect_and_register_resources(*resources, **options)
        return [source for source in found if _FOR_OLD_BROWSERS not in str(source)]


def _parts() -> list[Any]:
    """Returns what callbacks of single pages name, so that Dash can check their ids; it travels with the index.

    Plain elements stand for what has no special properties; where the table's script is not on the page,
    assets/desk.js stands in for it.
    """
    stores = (ids.PAGE_DATA, ids.PAGE_STARTED, ids.CASE_TICK, ids.CHARTS_WANTED, ids.WORKLIST_QUERY)
    places = (ids.WORKLIST_TOTAL, ids.CASE_BODY, ids.CHARTS)
    return [
        dag.AgGrid(id=ids.WORKLIST),
        *(dcc.Store(id=store) for store in stores),
        *(html.Div(id=place) for place in places),
    ]


def build_dash(server: FastAPI, view: PageView, source: Source) -> Dash:
    """Returns the Dash application of a city, its routes added to `server`."""
    _leave_out(_UNUSED)
    say = Words(view.lang)
    app = PagesOnly(
        __name__,
        server=server,
        backend="fastapi",
        assets_folder=str(ASSETS),
        assets_ignore=r".*\.json",
        external_stylesheets=["/vendor/bootstrap.min.css"],
        index_string=_INDEX.format(lang=view.lang, map_url=view.map_url),
        serve_locally=True,
        title=say("title", city=say.named(view.city)),
        update_title=None,
    )
    app.layout = html.Div([dcc.Location(id=ids.LOCATION), html.Div(id=ids.PAGE)])
    app.validation_layout = html.Div([app.layout, *_parts()])
    routing.register(app, view, source)
    wall.register(app)
    area.register(app, view)
    case.register(app, view, source)
    worklist.register(app, view, source)
    app._setup_server()  # now, and loudly: at the first request an error in a layout would leave pages without scripts
    return app
