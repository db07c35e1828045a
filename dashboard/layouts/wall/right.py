"""The right side of the wall: age of cases, what needs attention, the latest reports."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts.parts import kpi, link, panel
from dashboard.layouts.view import PageView
from dashboard.words import Words


def heat(say: Words, view: PageView) -> Component:
    """Returns the heatmap, filled by assets/core/heatmap.js."""
    texts = {"data-category": say("heat-category"), "data-district": say("heat-district")}
    switch = html.Button(say("heat-category"), id=ids.HEAT_SWITCH, className="quiet", **texts)
    fewer = html.Button(say("heat-fewer"), id=ids.HEAT_FEWER, className="quiet", hidden=True)
    note = html.Span([html.Span(id=ids.HEAT_NOTE), fewer, switch])
    return panel(say("heat"), note, html.Div(id=ids.HEAT, className="heat"), name="heat", moves="topic", topic="heat")


def attention(say: Words) -> Component:
    """Returns what needs somebody, filled by assets/pages/wall/attention.js."""
    items = html.Ul(id=ids.ATTENTION_LIST, className="attention")
    return panel(say("attention"), html.Span(id=ids.ATTENTION_NOTE), items, name="attention", moves="topic")


def ticker(say: Words) -> Component:
    """Returns the latest reports, and what the log has counted in all."""
    before, after = say.around("reports-total", None)
    total = html.A(kpi("reports", tag=html.Span), href=link("reports"))
    note = html.Span([html.Span(id=ids.TICKER_NOTE), " · ", before, total, after])
    items = html.Ul(id=ids.TICKER_LIST, className="ticker")
    return panel(say("ticker"), note, items, name="ticker", moves="topic")
