"""The wall: the title bar and three columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts.map import city_map
from dashboard.layouts.page import language_button, page_data, title_bar
from dashboard.layouts.view import PageView
from dashboard.layouts.wall import card, requests
from dashboard.layouts.wall import left as people
from dashboard.layouts.wall import right as cases
from dashboard.words import Words


def wall(say: Words, view: PageView) -> Component:
    """Returns the whole wall; the numbers in it come through the live socket."""
    middle = view.panels.index("map")
    left = html.Div([_panel(name, say, view) for name in view.panels[:middle]], className="column left")
    right = html.Div([_panel(name, say, view) for name in view.panels[middle + 1 :]], className="column right")
    return html.Main(
        [
            _bar(say, view),
            html.Div(id=ids.BANNER, className="banner", hidden=True, role="status"),
            left,
            city_map(say, view),
            right,
            card.grid_card(say, view),
            card.keys(say, view),
            page_data(say, view, "wall", title(say, view), early=["city", "map/cases-open"], **_named(view)),
        ],
        id=ids.WALL,
        className="wall",
    )


def _named(view: PageView) -> dict[str, Any]:
    """Returns what the scripts of the wall need to know of names: departments, and the districts of the round."""
    return {"departments": view.departments, "tour": list(view.districts)}


def _panel(name: str, say: Words, view: PageView) -> Component:
    """Returns a panel by its name in the rules."""
    if name in _WITH_VIEW:
        return _WITH_VIEW[name](say, view)
    return _PANELS[name](say)


_MANY = {"community": "communities", "street": "streets", "district": "districts"}
_PANELS: dict[str, Callable[[Words], Component]] = {
    "newborns": people.newborns,
    "population": people.population,
    "requests": requests.requests,
    "departments": requests.departments,
    "attention": cases.attention,
    "ticker": cases.ticker,
}
_WITH_VIEW: dict[str, Callable[[Words, PageView], Component]] = {"rates": people.rates, "heat": cases.heat}


def _bar(say: Words, view: PageView) -> Component:
    """Returns the city with its sizes, and what every page has beside that."""
    head = html.H1([title(say, view), html.Small(" · ".join(_sizes(say, view)))])
    keys = html.Button("?", id=ids.KEYS_BUTTON, className="quiet", title=say("keys"))
    return title_bar(say, view, [head], [language_button(say), keys])


def _sizes(say: Words, view: PageView) -> list[str]:
    """Returns how many grids there are, and areas of the level above them, if there is one below the city."""
    above = [view.tree.at_level(level) for level in reversed(view.tree.levels[1:-1])][:1]
    return [say("grids", count=view.grids), *(say(_MANY[found[0].level], count=len(found)) for found in above)]


def title(say: Words, view: PageView) -> str:
    """Returns the title of the wall."""
    return say("title", city=say.named(view.city))
