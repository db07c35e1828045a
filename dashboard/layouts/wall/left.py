"""The left side of the wall: newborns and moves, the population, the quality of work."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.layouts.parts import UNKNOWN, counter, kpi, link, panel
from dashboard.layouts.view import Gauge, PageView
from dashboard.words import Words

_MOVES = ("move-ins-today", "move-outs-today", "deaths-today", "dwellings-today")
_BANDS = ("age-0-14", "age-15-59", "age-60-up")


def newborns(say: Words) -> Component:
    """Returns the headline: newborns of yesterday, with today's people counters."""
    yesterday = html.A(kpi("newborns-yesterday", className="headline"), href=link("newborns-yesterday"))
    today = html.A(
        [html.Span(say("today")), kpi("newborns-today")], className="headline-note", href=link("newborns-today")
    )
    headline = html.Div([yesterday, today], className="headline-row")
    moves = html.Div([counter(name, say(name)) for name in _MOVES], className="counters")
    return panel(say("newborns-yesterday"), say("by-birth-date"), headline, moves, name="newborns", moves="topic")


def population(say: Words) -> Component:
    """Returns residents by sex and three age groups."""
    change = html.Span([say("today"), " ", kpi("population-change-today", tag=html.Span, **{"data-signed": "1"})])
    sexes = [
        html.Span([say(sex), " ", html.Span(UNKNOWN, **{"data-share": sex}), kpi(sex, tag=html.Span, hidden=True)])
        for sex in ("male", "female")
    ]
    bar = html.Div(
        [html.I(className=band, **{"data-share": band, "data-bar": "1"}) for band in _BANDS], className="bands"
    )
    legend = html.Div(
        [
            html.Span(
                [
                    html.I(className=band),
                    say(band),
                    " ",
                    html.Span(UNKNOWN, **{"data-share": band}),
                    kpi(band, tag=html.Span, hidden=True),
                ]
            )
            for band in _BANDS
        ],
        className="bands-legend",
    )
    figures = [kpi("population", className="population"), html.Div(sexes, className="sexes")]
    row = html.A(figures, className="population-row", href=link("population"))
    return panel(say("population"), change, row, bar, legend, name="population", moves="topic")


def rates(say: Words, view: PageView) -> Component:
    """Returns the gauges; they are drawn by assets/pages/wall/gauges.js."""
    gauges = html.Div([_gauge(gauge) for gauge in view.gauges], className="gauges")
    window = say("window", count=view.gauges[0].window_days) if view.gauges else None
    return panel(say("rates"), window, gauges, name="rates", moves="topic")


def _gauge(gauge: Gauge) -> Component:
    target = "" if gauge.target is None else str(gauge.target)
    return html.A(
        className="gauge",
        href=link(gauge.name),
        **{"data-gauge": gauge.name, "data-target": target, "data-window": str(gauge.window_days)},
    )
