"""The card of one grid, and the help about keys: both wait hidden on the wall."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts.parts import moving, panel_age
from dashboard.layouts.view import PageView
from dashboard.words import Words

_KEYS = (
    ("●", "keys-click"),
    ("1–6", "keys-1-6"),
    ("␣", "keys-space"),
    ("← ↑ → ↓", "keys-arrows"),
    ("⏎", "keys-enter"),
    ("D", "keys-d"),
    ("Esc", "keys-esc"),
    ("H", "keys-h"),
    ("L", "keys-l"),
    ("?", "keys-help"),
)


def grid_card(say: Words, view: PageView) -> Component:
    """Returns the card, filled by assets/pages/wall/card.js."""
    head = html.Header(
        [
            html.Div([html.H2(id=ids.CARD_TITLE), html.Span(id=ids.CARD_CODE, className="mute")]),
            html.Button("×", id=ids.CARD_CLOSE, className="close", **{"aria-label": say("close")}),
        ]
    )
    people = [
        *_fact(say("card-people"), html.B(id=ids.CARD_POPULATION)),
        *_fact(say("card-sex-ratio"), html.B(id=ids.CARD_SEX_RATIO), say("card-sex-ratio-note")),
    ]
    facts = html.Dl(
        [
            *(people if view.counted else ()),
            *_fact(say("card-cases"), html.B(id=ids.CARD_OPEN), html.Span(id=ids.CARD_OVERDUE)),
            *(_fact(say("card-worker"), html.Span(id=ids.CARD_WORKER)) if view.workers else ()),
            *_fact(say("card-last"), html.Span(id=ids.CARD_LAST)),
        ]
    )
    ages = html.Div(
        [
            html.H3(say("card-ages")),
            html.Div([html.Span(say("male")), html.Span(say("female"))], className="ages-head"),
            html.Div(id=ids.CARD_AGES),
        ],
        className="ages",
    )
    age = panel_age("card")
    homes = html.P(id=ids.CARD_HOMES, className="mute")
    link = html.P(html.A(say("card-link"), id=ids.CARD_LINK, href="/area/city"))
    return html.Aside(
        [head, age, facts, *([ages, homes] if view.counted else ()), link],
        id=ids.GRID_CARD,
        className="card-grid",
        hidden=True,
        role="dialog",
        **{"aria-labelledby": ids.CARD_TITLE, **moving("topic")},
    )


def _fact(label: str, *values: Component | str) -> tuple[Component, Component]:
    notes = [html.Small(value) if isinstance(value, str) else value for value in values]
    return html.Dt(label), html.Dd(notes)


def keys(say: Words, view: PageView) -> Component:
    """Returns what the keyboard can do; a city without districts has no round of them."""
    known = [(key, message) for key, message in _KEYS if view.districts or message != "keys-d"]
    rows = [html.Li([html.Kbd(key), html.Span(say(message))]) for key, message in known]
    close = html.Button("×", id=ids.KEYS_CLOSE, className="close", **{"aria-label": say("close")})
    return html.Aside(
        [html.Header([html.H2(say("keys")), close]), html.Ul(rows)],
        id=ids.KEYS,
        className="keys",
        hidden=True,
        role="dialog",
    )
