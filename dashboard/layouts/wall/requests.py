"""The side of a city of service requests: today by the hour, and what lies with which department."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts.parts import kpi, link, panel
from dashboard.words import Words


def requests(say: Words) -> Component:
    """Returns the headline: reported today, with what was closed, and both by the hour."""
    today = html.A(kpi("cases-reported-today", className="headline"), href=link("cases-reported-today"))
    closed = html.A(
        [html.Span(say("cases-closed-today")), kpi("cases-closed-today")],
        className="headline-note",
        href=link("cases-closed-today"),
    )
    chart = html.Div(id=ids.HOURS, className="hours", role="img", **{"aria-label": say("by-hour")})
    legend = html.Span(
        [
            html.Span([html.I(className="hours-reported"), say("hours-reported")]),
            html.Span([html.I(className="hours-closed"), say("hours-closed")]),
        ],
        className="hours-legend",
    )
    head = html.Div([today, closed], className="headline-row")
    return panel(say("cases-reported-today"), legend, head, chart, name="requests", moves="topic")


def departments(say: Words) -> Component:
    """Returns who has how much to do, filled by assets/pages/wall/departments.js."""
    rows = html.Ul(id=ids.DEPARTMENTS_LIST, className="departments")
    return panel(say("departments-open"), say("departments-note"), rows, name="departments", moves="topic")
