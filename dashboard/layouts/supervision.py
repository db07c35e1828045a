"""Electronic supervision: what is late by level and department, what will be, and where the time goes."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts.page import page
from dashboard.layouts.parts import panel
from dashboard.layouts.view import PageView
from dashboard.layouts.words import Words

TABLES = ("overdue", "due_soon", "open")


def supervision_page(say: Words, view: PageView) -> Component:
    """Returns the page; assets/supervision.js fills it and urges."""
    tables = [
        panel(
            say(f"supervision-{name.replace('_', '-')}"),
            html.Span(**{"data-supervision-total": name}),
            html.Div(
                html.Table(**{"data-supervision": name}, className="table-plain heat-like"),
                className="scroll-x",
                tabIndex=0,
            ),
            name=f"supervision-{name}",
        )
        for name in TABLES
    ]
    urge = html.Div(
        [
            html.Button(say("urge-all"), id=ids.URGE_ALL, className="action primary", type="button"),
            html.P(id=ids.URGE_MESSAGE, className="action-message", role="status"),
        ],
        className="action-buttons",
    )
    signs = html.P(
        [
            html.A(
                [html.B(id=ids.RETURNED), " ", say("returned-today")], href="/reports?counter=cases_returned&day=today"
            ),
            " · ",
            html.A(
                [html.B(id=ids.BADLY_RATED), " ", say("badly-rated-today")], href="/reports?counter=scored&day=today"
            ),
        ],
        className="total",
    )
    steps = html.Div(html.Table(id=ids.STEP_SHARES, className="table-plain"), className="scroll-x", tabIndex=0)
    return page(
        say,
        view,
        "supervision",
        say("supervision"),
        html.Div([signs, urge], className="page-head"),
        html.Div(
            [*tables, panel(say("step-shares"), say("step-shares-note"), steps, name="shares")], className="stack"
        ),
        departments=[
            [key, say.named({"name": label.name, "name_en": label.name_en})]
            for key, label in view.rules.departments.items()
        ],
    )
