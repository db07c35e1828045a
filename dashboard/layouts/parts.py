"""Small parts that several panels share."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component


def panel(title: str, note: Any, *children: Any, name: str) -> Component:
    """Returns a panel with a heading; `name` becomes its class `panel-<name>`."""
    heading = html.H2([html.Span(title), html.Em(note)] if note is not None else [html.Span(title)])
    return html.Section([heading, *children], className=f"panel panel-{name}")


def kpi(name: str, *, tag: Any = html.B, **attributes: Any) -> Component:
    """Returns the place of a counter; its text is written by assets/kpi.js and by nobody else."""
    return tag(**{"data-kpi": name, "data-value": ""}, **attributes)


def counter(name: str, label: str, extra: str = "") -> Component:
    """Returns a counter with its label below."""
    return html.Div([kpi(name), html.Span(label)], className=f"counter {extra}".strip())
