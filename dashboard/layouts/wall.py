"""The wall: the title bar and three columns."""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts import card, cases, people
from dashboard.layouts.map import city_map
from dashboard.layouts.view import PageView
from dashboard.layouts.words import Words


def wall(say: Words, view: PageView) -> Component:
    """Returns the whole wall; the numbers in it come through the live socket."""
    left = html.Div([people.newborns(say), people.population(say), people.rates(say, view)], className="column left")
    right = html.Div([cases.heat(say), cases.attention(say), cases.ticker(say)], className="column right")
    return html.Main(
        [
            title_bar(say, view),
            html.Div(id=ids.BANNER, className="banner", hidden=True, role="status"),
            left,
            city_map(say, view),
            right,
            card.grid_card(say),
            card.keys(say),
            dcc.Store(id=ids.WALL_PAGE, data=page_data(say, view)),
            dcc.Store(id=ids.WALL_STARTED),
        ],
        id=ids.WALL,
        className="wall",
    )


def title_bar(say: Words, view: PageView) -> Component:
    """Returns city, sizes, freshness, date and time."""
    sizes = say("subtitle", grids=f"{view.grids:,}", communities=f"{view.communities:,}")
    simulated = [
        dbc.Badge(f"{say('simulated')} · {say('speed', speed=f'{view.speed:g}')}", color="none", className="simulated")
    ]
    buttons = html.Div(
        [
            html.Button("中文" if say.lang == "en" else "EN", id=ids.LANG_BUTTON, className="quiet"),
            html.Button("?", id=ids.KEYS_BUTTON, className="quiet", title=say("keys")),
        ],
        className="buttons",
    )
    return html.Header(
        [
            html.H1([title(say, view), html.Small(sizes)]),
            *(simulated if view.speed != 1 else []),
            html.Span(className="space"),
            html.Span(id=ids.FRESHNESS, className="freshness", role="status"),
            html.Span(id=ids.CLOCK_DATE, className="date"),
            html.Time(id=ids.CLOCK_TIME, className="time"),
            buttons,
        ],
        className="bar",
    )


def title(say: Words, view: PageView) -> str:
    """Returns the title of the wall."""
    return say("title", city=say.named(view.city))


def page_data(say: Words, view: PageView) -> dict[str, object]:
    """Returns what the scripts need to know about the page."""
    return {
        "lang": say.lang,
        "words": say.messages,
        "title": title(say, view),
        "timezone": view.timezone,
        "speed": view.speed,
        "rotate_s": view.rotate_s,
        "map_url": view.map_url,
        "version": view.version,
        "labels": {"category": view.categories, "district": view.districts},
    }


_PLANNED = ("/area/", "/cases", "/departments/", "/supervision", "/performance", "/orders", "/handset", "/system")


def planned(say: Words, path: str, search: str) -> Component:
    """Returns the page of an address whose page is still to come, with the same numbers as data where they exist."""
    data = path.replace("/area/", "/areas/") if path.startswith(("/area/", "/cases")) else None
    links = [html.A(say("as-data"), href=f"/api/v1{data}{search}")] if data else []
    links.append(html.A(say("to-wall"), href="/"))
    note = say("planned-note", path=(path + search)[:120])
    return html.Main([html.H1(say("planned")), html.P(note), html.P(links, className="links")], className="not-found")


def other(say: Words, path: str, search: str) -> Component:
    """Returns the page of any address but the wall's."""
    return planned(say, path, search) if path.startswith(_PLANNED) else not_found(say, path)


def not_found(say: Words, path: str) -> Component:
    """Returns the page of an address that has none."""
    return html.Main(
        [
            html.H1(say("not-found")),
            html.P(say("not-found-note", path=path[:80])),
            html.P(html.A(say("to-wall"), href="/")),
        ],
        className="not-found",
    )
