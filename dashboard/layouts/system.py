"""The system's own condition: what is broken and what to do, each value with its limit, and what does not count."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts.page import page
from dashboard.layouts.parts import panel
from dashboard.layouts.view import PageView
from dashboard.words import Words

GROUPS: dict[str, tuple[str, ...]] = {  # as desk/values.py groups them
    "log": (
        "log-ready",
        "log-writable",
        "log-age",
        "clock",
        "log-behind",
        "log-entries",
        "engine",
        "support",
        "memory",
        "policy",
        "persistence",
        "disk",
    ),
    "counts": (
        "reports",
        "duplicates",
        "differing",
        "dead-letters",
        "faults",
        "strays",
        "strangers",
        "held",
        "ahead",
        "cases",
    ),
    "keeper": ("keeper", "keeper-error", "keeper-round", "keeper-escalated", "keeper-opened"),
    "kept": ("snapshot", "archived", "archive-waiting", "archive-error"),
    "screens": ("screens", "walls", "frame", "dropped", "refused"),
}
_SHARD_HEADS = ("stream", "length", "folded", "behind", "position")
_ALIKE_HEADS = ("count", "reason", "source")


def system_page(say: Words, view: PageView) -> Component:
    """Returns the page; assets/pages/system/system.js fills it and keeps it live."""
    groups = [
        panel(say(f"system-group-{group}"), None, _values(say, group), name=group, moves="ask") for group in GROUPS
    ]
    content = [_verdict(say), *groups, _shards(say), _alike(say), _letters(say)]
    return page(say, view, "system", say("system"), html.Div(content, className="system"))


def _verdict(say: Words) -> Component:
    """Returns what the whole is like in one line, and below it what to do, one line for each value that is broken."""
    state = html.P(id=ids.SYSTEM_STATE, className="system-state", role="status")
    return panel(
        say("system-now"),
        None,
        state,
        html.Ul(id=ids.SYSTEM_TODO, className="system-todo"),
        name="verdict",
        moves="ask",
    )


def _values(say: Words, group: str) -> Component:
    rows = [
        html.Tr(
            [html.Th(say(f"system-{name}"), scope="row"), html.Td(className="system-value"), html.Td(className="mute")],
            **{"data-system": name, "data-state": ""},
        )
        for name in GROUPS[group]
    ]
    heads = [html.Th(say(f"system-head-{head}"), scope="col") for head in ("what", "value", "limit")]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="table-plain")


def _shards(say: Words) -> Component:
    heads = [html.Th(say(f"system-head-{head}"), scope="col") for head in _SHARD_HEADS]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(id=ids.SYSTEM_SHARDS)], className="table-plain")
    return panel(
        say("system-streams"), None, html.Div(table, className="scroll-x", tabIndex=0), name="streams", moves="ask"
    )


def _alike(say: Words) -> Component:
    heads = [html.Th(say(f"system-head-{head}"), scope="col") for head in _ALIKE_HEADS]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(id=ids.SYSTEM_ALIKE)], className="table-plain")
    return panel(
        say("system-alike"),
        html.Span(id=ids.SYSTEM_ALIKE_NOTE),
        html.Div(table, className="scroll-x", tabIndex=0),
        name="alike",
        moves="ask",
    )


def _letters(say: Words) -> Component:
    """Returns the place of single letters; each opens to what came in, as text."""
    nothing = html.P([html.B(say("system-none")), " ", say("system-none-note")], id=ids.SYSTEM_NONE, className="calm")
    return panel(
        say("system-letters"),
        None,
        html.P(id=ids.SYSTEM_CHOSEN, className="system-chosen", hidden=True),
        html.Ul(id=ids.SYSTEM_LETTERS, className="system-letters"),
        nothing,
        html.Button(say("system-more"), id=ids.SYSTEM_MORE, className="quiet action", type="button", hidden=True),
        name="letters",
        moves="ask",
    )
