"""Small parts that several panels share."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

# Where a click on a number leads: the page of exactly what it counts.
PEOPLE = "/area/city"
LINKS = {
    "cases-open": "/cases?state=open",
    "cases-overdue": "/cases?state=open&overdue=true",
    "workers-silent": "/supervision?workers=silent",
    "workers-on-shift": "/supervision?workers=on-shift",
    "reports": "/system",
}


def panel(title: str, note: Any, *children: Any, name: str) -> Component:
    """Returns a panel with a heading; `name` becomes its class `panel-<name>`."""
    notes = [html.Em(note)] if note is not None else []
    heading = html.H2([html.Span(title), panel_age("city"), *notes])
    return html.Section([heading, *children], className=f"panel panel-{name}")


def panel_age(topic: str) -> Component:
    """Returns the place where a panel says how old it is, when that is more than it should be (assets/clock.js)."""
    return html.Small(hidden=True, className="panel-age", **{"data-topic": topic})


def kpi(name: str, *, tag: Any = html.B, **attributes: Any) -> Component:
    """Returns the place of a counter; its text is written by assets/kpi.js and by nobody else."""
    return tag(**{"data-kpi": name, "data-value": ""}, **attributes)


def counter(name: str, label: str, extra: str = "") -> Component:
    """Returns a counter with its label above it; a click opens what it counts."""
    href = LINKS.get(name, PEOPLE)
    return html.A([kpi(name), html.Span(label)], className=f"counter {extra}".strip(), href=href)
