"""The frame of every page but the wall's: title bar, navigation, freshness, and what the scripts must know."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.domain.rules.areas import Area
from dashboard.layouts.view import PageView
from dashboard.words import Words, isolated

_NAVIGATION = (
    ("/", "nav-wall"),
    ("/area/city", "nav-areas"),
    ("/cases?state=open", "nav-cases"),
    ("/supervision", "nav-supervision"),
    ("/departments", "nav-departments"),
    ("/services", "nav-services"),
    ("/performance", "nav-performance"),
)
_PART_OF = {"case": "cases", "inbox": "departments"}  # pages below one of the navigation


def page(say: Words, view: PageView, kind: str, title: str, *content: Any, **data: Any) -> Component:
    """Returns a whole page.

    Args:
        say: its words.
        view: what the city is like.
        kind: names the script that starts on it, assets/pages/*/<kind>.js.
        title: its heading, also the window's.
        content: its parts.
        data: what the scripts need beside what every page gives them.
    """
    full_title = f"{title} · {say.named(view.city)}"
    return html.Main(
        [
            _bar(say, view, kind, title),
            html.Div(id=ids.BANNER, className="banner", hidden=True, role="status"),
            *content,
            html.Footer(
                [html.A(say("system"), href="/system"), " · ", html.A(say("about"), href="/about")],
                className="page-foot",
            ),
            page_data(say, view, kind, full_title, **data),
        ],
        className=f"page page-{kind}",
    )


def _bar(say: Words, view: PageView, kind: str, title: str) -> Component:
    links = [
        html.A(say(key), href=href, **({"aria-current": "page"} if key == f"nav-{_PART_OF.get(kind, kind)}" else {}))
        for href, key in _NAVIGATION
        if key != "nav-services" or view.rules.services
    ]
    print_button = html.Button(say("print"), id=ids.PRINT_BUTTON, className="quiet")
    navigation = html.Nav(links, className="nav", **{"aria-label": say("nav")})
    return title_bar(say, view, [html.H1(title), navigation], [print_button, language_button(say)])


def title_bar(say: Words, view: PageView, head: list[Component], buttons: list[Component]) -> Component:
    """Returns what stands at the top of every page: its head, how fresh it is, date and time, and its buttons."""
    return html.Header(
        [
            *head,
            *simulated(say, view),
            html.Span(className="space"),
            html.Span(id=ids.FRESHNESS, className="freshness", role="status"),
            html.Span(id=ids.CLOCK_DATE, className="date"),
            html.Time(id=ids.CLOCK_TIME, className="time"),
            html.Div(buttons, className="buttons"),
        ],
        className="bar",
    )


def language_button(say: Words) -> Component:
    """Returns the button that shows the page in the other language."""
    other = "中文" if say.lang == "en" else "EN"
    return html.Button(other, id=ids.LANG_BUTTON, className="quiet", title=say("keys-l"))


def simulated(say: Words, view: PageView) -> list[Component]:
    """Returns the badge that says so when the city is a simulated one."""
    if view.speed == 1:
        return []
    text = f"{say('simulated')} · {say('speed', speed=f'{view.speed:g}')}"
    return [html.Span(text, className="badge simulated")]


def page_data(say: Words, view: PageView, kind: str, title: str, **data: Any) -> Component:
    """Returns what the scripts of a page need to know, as an element that starts them once it is there."""
    given = {
        "kind": kind,
        "lang": say.lang,
        "title": title,
        "timezone": view.timezone,
        "speed": view.speed,
        "rotate_s": view.rotate_s,
        "rotate_districts": view.rotate_districts,
        "map_url": view.map_url,
        "version": view.version,
        "topic": "city",
        "early": [],
        "status": 200,
        "layers": view.layers,
        "labels": {"category": view.categories, "district": view.parts},
        **data,
    }
    return html.Div(id=ids.PAGE_DATA, hidden=True, **{"data-page": json.dumps(given, ensure_ascii=False)})


def breadcrumb(say: Words, view: PageView, area: Area, *, to_self: bool = False) -> Component:
    """Returns the way from the city down to an area, each a link."""
    path = [*view.tree.path(area.code), area]
    items = []
    for step in path:
        own = step is area and not to_self
        href = "/area/" + quote(step.code, safe="")
        items.append(html.Li(area_name(say, step) if own else html.A(area_name(say, step), href=href)))
    return html.Nav(html.Ol(items), className="crumbs", **{"aria-label": say("crumbs")})


def area_name(say: Words, area: Area) -> str:
    """Returns the name of an area in the language of the page."""
    return isolated(say.named({"name": area.name, "name_en": area.name_en or area.name}))


def full_name(say: Words, view: PageView, area: Area) -> str:
    """Returns what people call an area: a grid with what it lies in before it, but for the city."""
    return " ".join(area_name(say, each) for each in view.tree.called(area))


def area_choice(say: Words, view: PageView, asked: Area | None, **attributes: Any) -> Component:
    """Returns the place of a field that finds any area by parts of its name or code (core/areachoice.js).

    Args:
        say: its words.
        view: what the city is like.
        asked: the area that is chosen; None or the root is the whole city.
        attributes: of the place.
    """
    chosen = None if asked is view.tree.root else asked
    place = html.Span(
        full_name(say, view, chosen) if chosen else area_name(say, view.tree.root),
        className="area-choice",
        **{
            "data-chosen": chosen.code if chosen else "",
            "data-name": full_name(say, view, chosen) if chosen else "",
            "data-all": area_name(say, view.tree.root),
            "data-label": say("head-area"),
            **attributes,
        },
    )
    return html.Label([html.Span(say("head-area")), place])


def message(say: Words, view: PageView, title: str, note: str, *links: tuple[str, str], status: int = 200) -> Component:
    """Returns a page that says one thing and where to go from here; HTTP answers it with `status`."""
    anchors = [html.A(text, href=href) for text, href in (*links, (say("to-wall"), "/"))]
    said = html.Div([html.H2(title), html.P(note), html.P(anchors, className="links")], className="said")
    return page(say, view, "message", title, said, status=status)
