"""The Dash application: the documents of all pages, and callbacks, on the server that it is given."""

from __future__ import annotations

import re
from typing import Any

from dash import Dash, html
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from dashboard.callbacks import again, area, cases, start
from dashboard.callbacks.routing import LANG_COOKIE, Pages
from dashboard.callbacks.source import Source
from dashboard.layouts.view import PageView
from dashboard.web.bundles import Bundles
from dashboard.web.document import Documents
from dashboard.web.doors import add_component_files, checked
from dashboard.words import assets_folder

ASSETS = assets_folder()
_READING = ["GET", "HEAD"]
_FOUND = {"cache-control": "private, no-cache", "vary": "cookie"}  # the language is remembered in one
_NOT_FOUND = {"cache-control": "no-store", "vary": "cookie"}  # what is not there now may be there the next time


class PagesOnly(Dash):
    """Dash without its own WebSocket, since live data comes through /live.

    Its layout for checking ids is left out as well: a document brings those callbacks only whose components are on it.
    """

    root = ""  # the path of a proxy (web/root.py), which only browsers see

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = super()._config()
        config["requests_pathname_prefix"] = self.root + "/"
        config.pop("websocket", None)
        config.pop("validation_layout", None)
        return config

    def _setup_routes(self) -> None:
        """Adds the one route that pages use: no layout, dependencies, socket, reload or icon of Dash's own."""
        self._add_url("_dash-update-component", checked(self, self.backend.serve_callback(self)), ["POST"])


def build_dash(server: FastAPI, view: PageView, source: Source, bundles: Bundles) -> tuple[Dash, Documents]:
    """Returns the Dash application of a city and the maker of its documents; their routes are added to `server`."""
    pages = Pages(view, source)

    async def document(request: Request) -> HTMLResponse:
        remembered = request.cookies.get(LANG_COOKIE, "")
        path: bytes = request.scope["raw_path"]
        page = await pages.page_of(path.decode("latin-1"), request.url.query, remembered)
        status, text = documents.of(page)
        return HTMLResponse(text, status, _FOUND if status == 200 else _NOT_FOUND)

    # Before Dash's own route, which it takes the place of.
    server.add_api_route("/", document, methods=_READING, include_in_schema=False)
    app = PagesOnly(
        __name__,
        server=server,
        backend="fastapi",
        assets_folder=str(ASSETS),
        include_assets_files=False,
        serve_locally=True,
        update_title=None,
    )
    app.root = view.root
    app.layout = html.Div()  # documents bring their own
    start.register(app)
    again.register(app, pages)
    area.register(app)
    cases.register(app, view, source)
    app._setup_server()  # now, and loudly: at the first request an error would leave pages without scripts
    documents = Documents(app, bundles, view.root)
    add_component_files(server, app, documents.files)
    server.add_api_route("/{path:path}", document, methods=_READING, include_in_schema=False)
    every = server.router.routes[-1]
    every.path_regex = re.compile(every.path_regex.pattern, re.DOTALL)  # type: ignore[attr-defined]  # line breaks, too
    return app, documents
