"""Electronic supervision: the ladder, what is late and what went wrong, whom to urge, and where the time goes."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.domain.reading.casefilter import joined
from dashboard.layouts.page import page
from dashboard.layouts.parts import UNKNOWN, panel
from dashboard.layouts.places import rows
from dashboard.layouts.view import PageView
from dashboard.words import Words

NOW_TABLES = ("overdue", "due_soon", "open")
DAY_TABLES = ("returned", "badly_rated")
DAYS = ("today", "7d", "30d")
RUNG_COUNTS = ("open", "overdue", "climbs_hour", "climbs_day")
ALL = "all"


def supervision_page(say: Words, view: PageView) -> Component:
    """Returns the page; the scripts in assets/pages/supervision/ fill it, and keep it live."""
    now = [_table(say, view, name) for name in NOW_TABLES]
    over_days = html.Div([_days(say), *(_table(say, view, name) for name in DAY_TABLES)], className="stack")
    content = [
        _ladder(say, view),
        _waiting(say),
        html.Div(now, className="supervision-tables"),
        _overdue(say, view),
        over_days,
        _steps(say),
    ]
    return page(
        say,
        view,
        "supervision",
        say("supervision"),
        html.Div(content, className="supervision"),
        departments=[[key, _named(say, label)] for key, label in view.rules.departments.items()],
        disputes=disputes(view),
    )


def disputes(view: PageView) -> str:
    """Returns the ids of the categories that are disputes as one filter; "" when the rules have none."""
    return joined([category.id for category in view.rules.categories if category.dispute])


def _named(say: Words, label: Any) -> str:
    return say.named({"name": label.name, "name_en": label.name_en})


# ---------------------------------------------------------------------- the ladder


def _ladder(say: Words, view: PageView) -> Component:
    """Returns the board, the city at the top and the grid at the foot."""
    rungs = [_rung(say, level) for level in view.tree.levels]
    heads = ("rung", *RUNG_COUNTS, "next", "oldest")
    head = html.Div(
        [html.Span(say(f"ladder-{key.replace('_', '-')}")) for key in heads],
        className="rung rung-head",
        **{"aria-hidden": "true"},
    )
    empty = html.P(
        [html.B(say("ladder-empty")), " ", say("ladder-empty-note")], id=ids.LADDER_EMPTY, className="calm", hidden=True
    )
    return panel(
        say("ladder"),
        html.Label([html.Span(say("ladder-what")), " ", _categories(say, view)], className="ladder-choice"),
        head,
        html.Ol(rungs, id=ids.LADDER_BOARD, className="rungs", **{"aria-label": say("ladder")}),
        empty,
        html.P(say("ladder-note"), className="mute"),
        name="ladder",
        moves="ask",
    )


def _categories(say: Words, view: PageView) -> Component:
    """Returns the choice of what is shown: disputes unless something else is chosen."""
    several = disputes(view)
    known = {category.id: _named(say, category.label) for category in view.rules.categories}
    first = {several: say("ladder-disputes")} if "," in several else {}
    options = {**first, **known, ALL: say("ladder-all")}
    items = [html.Option(text, value=value) for value, text in options.items()]
    return html.Select(items, id=ids.LADDER_CATEGORY, className="select", **{"aria-label": say("ladder-what")})


def _rung(say: Words, level: str) -> Component:
    counts = [
        html.A(
            [
                html.B(UNKNOWN),
                html.Small(say(f"ladder-{name.replace('_', '-')}")),
                *([html.I()] if name == "open" else []),
            ],
            className=f"rung-{name.replace('_', '-')}",
            **{"data-rung-count": name, "data-value": ""},
        )
        for name, kebab in ((name, name.replace("_", "-")) for name in RUNG_COUNTS)
    ]
    moments = [
        html.A(
            [html.B(), html.Span(className="mute"), html.Small(say(f"ladder-{name}"))],
            className="rung-when",
            **{"data-rung-case": name},
        )
        for name in ("next", "oldest")
    ]
    name = html.Span(html.Span(say(f"level-name-{level}")), className="rung-name")
    return html.Li([name, *counts, *moments], className="rung", **{"data-rung": level})


# ---------------------------------------------------------------------- tables and lists


def _table(say: Words, view: PageView, name: str) -> Component:
    """Returns the place of one table of counts, by department and level."""
    heads = [
        say("head-department"),
        *(say(f"level-name-{level}") for level in reversed(view.tree.levels)),
        say("total"),
    ]
    names = [*(_named(say, label) for label in view.rules.departments.values()), say("total")]
    table = html.Table(rows(heads, names, "·"), className="table-plain heat-like", **{"data-supervision": name})
    return panel(
        say(f"supervision-{name.replace('_', '-')}"),
        html.Span(**{"data-supervision-total": name}),
        html.Div(table, className="scroll-x", tabIndex=0),
        html.P(say(f"none-{name.replace('_', '-')}"), className="calm", hidden=True, **{"data-none": name}),
        name=f"supervision-{name}",
        moves="ask",
    )


def _days(say: Words) -> Component:
    """Returns the choice of days for what was returned and badly rated."""
    buttons = [
        html.Button(say(f"days-{day}"), type="button", className="quiet", **{"data-day": day, "aria-pressed": "false"})
        for day in DAYS
    ]
    return html.Div(buttons, className="choice", role="group", **{"aria-label": say("supervision-days")})


def _overdue(say: Words, view: PageView) -> Component:
    """Returns the most overdue cases, each to be urged, and above them how to urge all of a cell."""
    levels = [(level, say(f"level-name-{level}")) for level in reversed(view.tree.levels)]
    whose = [(key, _named(say, label)) for key, label in view.rules.departments.items()]
    choices = [
        _choice(say("urge-which"), "which", [("overdue", say("urge-overdue")), ("due_soon", say("urge-due-soon"))]),
        _choice(say("head-level"), "level", [("", say("any")), *levels]),
        _choice(say("head-department"), "department", [("", say("any")), *whose]),
        html.Button(say("urge-all"), id=ids.URGE_ALL, className="action primary", type="submit", disabled=True),
    ]
    return panel(
        say("most-overdue"),
        html.Span(id=ids.MOST_OVERDUE_NOTE),
        html.Form(choices, id=ids.URGE_FORM, className="action-form urge-form"),
        html.P(id=ids.URGE_MESSAGE, className="action-message", role="status"),
        html.Ul(id=ids.MOST_OVERDUE, className="urges"),
        name="most-overdue",
        moves="ask",
    )


def _choice(label: str, name: str, options: list[tuple[str, str]]) -> Component:
    items = [html.Option(text, value=value) for value, text in options]
    return html.Label([html.Span(label), html.Select(items, className="select", name=name)])


def _waiting(say: Words) -> Component:
    """Returns who was urged and has not replied."""
    return panel(
        say("waiting"),
        html.Span(id=ids.WAITING_NOTE),
        html.Ul(id=ids.WAITING, className="urges"),
        name="waiting",
        moves="ask",
    )


def _steps(say: Words) -> Component:
    legend = html.P(
        [
            html.Span([html.I(className="p50"), say("spread-p50")]),
            html.Span([html.I(className="p90"), say("spread-p90")]),
            html.Span([html.I(className="late"), say("spread-late")]),
            html.Span([html.I(className="limit"), say("spread-limit")]),
            html.Span([html.B("◆ "), say("slowest-note")]),
        ],
        className="spread-legend mute",
    )
    table = html.Div(html.Table(id=ids.STEP_SHARES, className="table-plain"), className="scroll-x", tabIndex=0)
    return panel(say("step-shares"), html.Span(id=ids.STEP_SHARES_NOTE), legend, table, name="shares", moves="ask")
