"""Parts of pages as plain markup: what Dash never changes is one component, what it changes stays its own."""

from __future__ import annotations

from typing import Any

import dash_leaflet as dl
from dash import html

from dashboard.web.markup import as_html, is_static, lightened


def test_texts_and_attributes_cannot_leave_their_place() -> None:
    made = as_html(html.A(["<b>", html.I('"&')], href='/x?"><script>', title="a & b"))
    assert made == '<a href="/x?&quot;&gt;&lt;script&gt;" title="a &amp; b">&lt;b&gt;<i>&quot;&amp;</i></a>'


def test_attributes_have_their_names_in_html() -> None:
    made = html.Label(
        [html.Br(), 3], htmlFor="field", className="wide", tabIndex=0, hidden=True, disable_n_clicks=None,
        **{"data-kpi": "x", "aria-label": "y"},
    )  # fmt: skip
    assert as_html(made) == (
        '<label aria-label="y" class="wide" data-kpi="x" hidden="" for="field" tabindex="0"><br>3</label>'
    )
    assert as_html(html.Div(None, hidden=False)) == "<div></div>"


def test_a_static_part_becomes_one_component() -> None:
    made = lightened(html.Div([html.P("one"), html.P([html.B("two")])], className="x"), set())
    assert made == {
        "namespace": "gridwall_components",
        "type": "Markup",
        "props": {"tag": "div", "attributes": {"className": "x"}, "html": "<p>one</p><p><b>two</b></p>"},
    }


def test_what_callbacks_name_and_what_is_no_element_stays_with_dash() -> None:
    page = html.Div([html.P("text"), html.Div(dl.Map(id="map")), html.Div(html.B("b", id="alive")), "bare", None])
    made: dict[str, Any] = lightened(page, {"alive"})
    kinds = [child["type"] if isinstance(child, dict) else child for child in made["props"]["children"]]
    assert kinds == ["Markup", "Div", "Div", "bare", None]
    assert made["props"]["children"][2]["props"]["children"]["props"] == {"children": "b", "id": "alive"}
    assert not is_static(page, {"alive"})
    assert is_static(page.children[0], {"alive"})
