"""The document of a page: everything that it needs to start, in one answer.

By itself Dash's renderer asks for a layout, for the callbacks, and then by a callback for the page: three
round trips one after the other, each after all scripts have run. Here the document brings them along:
the page's layout, those callbacks whose components are on it, and the scripts of those packages that it uses.
assets/dash/begin.js hands the first two over to the renderer.
"""

from __future__ import annotations

import html as markup
import json
import re
from collections.abc import Iterable
from typing import Any

from dash import Dash, html
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

from dashboard import ids
from dashboard.web import guard
from dashboard.web.bundles import Bundles, Page
from dashboard.web.markup import lightened
from dashboard.words import Words

_TEMPLATE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="UTF-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<link rel="icon" href="data:,">
<meta name="gridwall-root" content="{root}">
<meta name="gridwall-no-prefix" content="{no_prefix}">
<script>{guard}</script>
{preloads}{sheets}
<meta name="gridwall-topics" content="{topics}">
<meta name="gridwall-charts" content="{charts}">
</head>
<body data-live="connecting">
<div id="react-entry-point"><div class="_dash-loading">{loading}</div></div>
<footer>
{config}
<script id="page-layout" type="application/json">{layout}</script>
<script id="page-callbacks" type="application/json">{callbacks}</script>
{scripts}
{renderer}
</footer>
</body>
</html>"""

_SCRIPT = re.compile(r'src="([^"]*/_dash-component-suites/(\w+)/([^"]+))"')
_PARTS_OF_DASH = {"dcc": "dash_core_components", "html": "dash_html_components", "dash_table": "dash_table"}
# What charts need: Dash's own package expects a `regeneratorRuntime` that only the other one still brings.
_CHARTS = ("dash_bootstrap_components", "dash_core_components")
# Chunks that a package would ask for when its first component is drawn: a round trip in the middle of the start.
_CHUNKS = {"dash_leaflet": "async-GeoJSON.js", "dash_ag_grid": "async-community.js"}
_FOR_OLD_BROWSERS = "deps/polyfill@"  # 97 KB that no browser with custom properties and WebSocket needs


class Documents:
    """Makes documents for the pages of a Dash application whose routes are set up.

    Attributes:
        files: addresses of all scripts and sheets that documents may name.
    """

    def __init__(self, dash: Dash, bundles: Bundles, root: str = "") -> None:
        self._dash, self._bundles, self._root = dash, bundles, root
        self._scripts = list(_scripts(dash))
        own = [bundle.address for bundle in bundles.all()]
        self.files = [address for package, address in self._scripts if package != "dash_table"] + own

    def of(self, page: Component) -> tuple[int, str]:
        """Returns the HTTP status and the document of a page as layouts/ makes it."""
        parts = [page, *page._traverse()]
        data = _data_of(parts)
        words = Words(data["lang"])
        used = {part._namespace for part in parts if isinstance(part, Component)} | {"dash_html_components", ""}
        on_page = {part.id for part in parts if isinstance(part, Component) and hasattr(part, "id")} | {ids.PAGE}
        callbacks = self._callbacks(on_page)
        document = _TEMPLATE.format(
            root=self._root,
            no_prefix=markup.escape(words("proxy-no-prefix", path="{path}")),
            guard=guard.SCRIPT,
            lang=data["lang"],
            title=markup.escape(data["title"]),
            loading=markup.escape(words("loading")),
            sheets=self._sheets(self._bundles.of(data["kind"])),
            preloads=_preload(self._root + data["map_url"]) if "dash_leaflet" in used else "",
            topics=markup.escape(" ".join(data["early"])),
            charts=" ".join(self._root + address for package, address in self._scripts if package in _CHARTS),
            config=self._dash._generate_config_html(),
            layout=_embedded(lightened(html.Div(page, id=ids.PAGE, lang=data["lang"]), _named(callbacks))),
            callbacks=_embedded(callbacks),
            scripts="\n".join(f'<script src="{self._root}{address}"></script>' for address in self._order(used, data)),
            renderer=self._dash._generate_renderer(),
        )
        return data["status"], document

    def _order(self, used: set[str], data: dict[str, Any]) -> Iterable[str]:
        """Returns the addresses of scripts: our own, which ask for data at once, then what Dash needs, in its order."""
        kind, lang = data["kind"], data["lang"]
        bundles = [self._bundles.spoken(kind, lang), *(page.script for page in self._bundles.of(kind))]
        own = [bundle.address for bundle in bundles]
        return [*own, *(address for package, address in self._scripts if package in used)]

    def _sheets(self, pages: Iterable[Page]) -> str:
        """Returns the tags of a page's style sheets."""
        return "\n".join(f'<link rel="stylesheet" href="{self._root}{page.sheet.address}">' for page in pages)

    def _callbacks(self, on_page: set[str]) -> list[dict[str, Any]]:
        """Returns the callbacks whose components are all on a page."""
        listed: list[dict[str, Any]] = self._dash._callback_list
        return [call for call in listed if {part["id"] for part in (*call["inputs"], *call["state"])} <= on_page]


def _named(callbacks: list[dict[str, Any]]) -> set[str]:
    """Returns the ids of all components that callbacks read or change."""
    read = {part["id"] for call in callbacks for part in (*call["inputs"], *call["state"])}
    changed = {place.rpartition(".")[0] for call in callbacks for place in call["output"].strip(".").split("...")}
    return read | changed


def _scripts(dash: Dash) -> Iterable[tuple[str, str]]:
    """Returns (package, address) of all scripts in the order in which they must run; React and renderer have none."""
    for address, module, path in _SCRIPT.findall(dash._generate_scripts_html()):
        package = _PARTS_OF_DASH.get(path.split("/")[0], "") if module == "dash" else module
        if _FOR_OLD_BROWSERS not in address:
            yield package, address
        if package in _CHUNKS:
            chunk = {"relative_package_path": _CHUNKS[package], "namespace": package}
            yield from ((package, found) for found in dash._collect_and_register_resources([chunk]))


def _data_of(parts: list[Any]) -> dict[str, Any]:
    """Returns what a page tells its scripts (layouts/page.py)."""
    found = next(part for part in parts if getattr(part, "id", None) == ids.PAGE_DATA)
    data: dict[str, Any] = json.loads(found.to_plotly_json()["props"]["data-page"])
    return data


def _preload(address: str) -> str:
    """Returns the tag that asks for the map's document at once; `crossorigin` is how fetch() asks for it."""
    return f'<link rel="preload" as="fetch" crossorigin href="{markup.escape(address)}">\n'


def _embedded(value: Any) -> str:
    """Returns JSON that may stand in a document: no text in it can end its element."""
    made: str = to_json_plotly(value)
    return made
