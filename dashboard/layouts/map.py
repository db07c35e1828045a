"""The middle of the wall: the map of all grids, its layers, its legend, and the counters below."""

from __future__ import annotations

from typing import Any

import dash_leaflet as dl
from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts.parts import UNKNOWN, counter, moving, panel_age
from dashboard.layouts.view import PageView
from dashboard.words import Words

Bounds = list[list[float]]
_TOUR = (
    ("cases-open", "cases-open"),
    ("cases-overdue", "cases-overdue"),
    ("newborns-yesterday", "newborns-yesterday"),
)


def city_map(say: Words, view: PageView) -> Component:
    """Returns the panel of the wall's map."""
    foot = html.Div(
        [
            html.Div(id=ids.LEGEND, className="legend"),
            html.Div(
                [
                    counter("cases-open", say("cases-open")),
                    counter("cases-overdue", say("cases-overdue"), "late"),
                    *_aside(say, view),
                ],
                className="counters map-counters",
            ),
        ],
        className="map-foot",
    )
    return _panel(say, view, "map city", _leaflet(view, view.bounds(view.tree.root)), foot, _tour(say))


def _aside(say: Words, view: PageView) -> list[Component]:
    """Returns the counters of workers, where the city tells of any."""
    if not view.workers:
        return []
    on_shift = counter("workers-on-shift", say("workers-on-shift", all=view.grids))
    return [counter("workers-silent", say("workers-silent"), "silent"), on_shift]


def _tour(say: Words) -> Component:
    """Returns the strip about the district that the wall shows (assets/pages/wall/tour.js); a click opens its page."""
    numbers = [
        html.Span([say(label), " ", html.B(UNKNOWN, **{"data-tour": name, "data-value": ""})], className=f"tour-{name}")
        for name, label in _TOUR
    ]
    parts = [html.Strong(id=ids.TOUR_NAME), *numbers, panel_age("tour")]
    return html.A(parts, id=ids.TOUR, className="tour", href="/", hidden=True, **moving("topic"))


def area_map(say: Words, view: PageView, bounds: Bounds) -> Component:
    """Returns the map of one area: a click goes down to the child, and its open cases can be shown as points."""
    foot = html.Div(html.Div(id=ids.LEGEND, className="legend"), className="map-foot")
    points = dl.GeoJSON(id=ids.MAP_CASES, pointToLayer=_script("point"), onEachFeature=_script("bindCase"))
    return _panel(say, view, "map", _leaflet(view, bounds, points), foot)


def _panel(say: Words, view: PageView, topics: str, leaflet: Component, foot: Component, *over: Component) -> Component:
    tabs = html.Div(
        [_tab(say, number, layer) for number, layer in enumerate(view.layers, 1)]
        + [
            html.Span(className="space"),
            panel_age(topics),
            html.Span(say("paused"), id=ids.PAUSED, hidden=True, className="paused"),
            html.Span(say("hint"), className="hint"),
        ],
        className="layers",
        role="group",
    )
    hover = html.Div(id=ids.HOVER, className="hover", hidden=True)
    return html.Section(
        [tabs, html.Div([leaflet, *over, hover], className="map-holder"), foot],
        className="panel panel-map",
        **moving("topic"),
    )


def _tab(say: Words, number: int, layer: str) -> Component:
    return html.Button(
        [html.Kbd(str(number)), say(layer)],
        className="layer",
        **{"data-layer": layer, "aria-pressed": "false"},
    )


def _leaflet(view: PageView, bounds: Bounds, *more: Component) -> Component:
    """Returns the map without data: assets/map/map.js loads the document and hands it over once."""
    tiles = [dl.TileLayer(id=ids.MAP_TILES, url=view.tile_url, opacity=0.35)] if view.tile_url else []
    return dl.Map(
        [
            *tiles,
            dl.GeoJSON(id=ids.MAP_WATER, style=_script("water"), interactive=False),
            dl.GeoJSON(id=ids.MAP_GRIDS, style=_script("style"), onEachFeature=_script("register")),
            dl.GeoJSON(
                id=ids.MAP_OUTLINES, style=_script("outline"), onEachFeature=_script("label"), interactive=False
            ),
            *more,
        ],
        id=ids.MAP,
        className="map",
        bounds=bounds,
        boundsOptions={"padding": [6, 6]},
        trackViewport=False,
        zoomSnap=0,
        zoomControl=False,
        attributionControl=False,
        scrollWheelZoom=False,
        doubleClickZoom=False,
        keyboard=False,
        zoomAnimation=False,
        fadeAnimation=False,
    )


def _script(name: str) -> Any:
    """Returns a reference to a function of assets/map/map.js, in the form that dash-leaflet resolves."""
    return {"variable": f"gridwall.map.{name}"}
