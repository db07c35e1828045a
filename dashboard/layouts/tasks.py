"""Departments: how full their inboxes are, and one department's tasks with what can be done with them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.domain.rules.tasks import STATES
from dashboard.layouts.page import page
from dashboard.layouts.parts import UNKNOWN, address_of, file_links, panel
from dashboard.layouts.view import PageView
from dashboard.words import Words

# What an inbox counts, and the filters that list it.
COUNTS: dict[str, dict[str, str]] = {
    "open": {"state": "open"},
    "overdue": {"state": "open", "overdue": "true"},
    "taken": {"state": "taken"},
    "done_week": {"state": "done", "week": "true"},
    "declined_week": {"state": "declined", "week": "true"},
}


def departments_page(say: Words, view: PageView, counts: dict[str, dict[str, Any]]) -> Component:
    """Returns all inboxes at a glance; assets/pages/tasks/departments.js keeps the counts fresh."""
    head = html.Thead(html.Tr([html.Th(say("head-department"), scope="col"), *_heads(say)]))
    rows = [
        html.Tr(
            [
                html.Th(html.A(department_name(say, view, name), href=address_of("departments", name)), scope="row"),
                *(_cell(name, key, count[key]) for key in COUNTS),
            ],
            **{"data-department": name},
        )
        for name, count in counts.items()
    ]
    table = html.Div(html.Table([head, html.Tbody(rows)], className="table-plain"), className="scroll-x", tabIndex=0)
    return page(
        say, view, "departments", say("departments"), panel(say("inboxes"), None, table, name="inboxes", moves="ask")
    )


def _cell(name: str, key: str, count: int) -> Component:
    """Returns a count that opens its tasks; nothing opens nothing."""
    content = html.A(f"{count:,}", href=tasks_of(name, key)) if count else "·"
    late = "late" if key == "overdue" and count else ""
    data = {"data-value": str(count), "data-count": key, "data-href": tasks_of(name, key)}
    return html.Td(content, className=late, **data)


def _heads(say: Words) -> list[Component]:
    return [html.Th(say(f"inbox-{key.replace('_', '-')}"), scope="col") for key in COUNTS]


def department_page(say: Words, view: PageView, name: str) -> Component:
    """Returns one inbox; assets/pages/tasks/inbox.js fills it, acts, and keeps the filters in the address."""
    title = say("inbox-of", name=department_name(say, view, name))
    crumbs = html.Nav(
        html.Ol([html.Li(html.A(say("departments"), href="/departments")), html.Li(department_name(say, view, name))]),
        className="crumbs",
        **{"aria-label": say("crumbs")},
    )
    numbers = [_number(say, name, key) for key in COUNTS]
    return page(
        say,
        view,
        "inbox",
        title,
        html.Div(crumbs, className="page-head"),
        panel(say("inbox"), None, html.Div(numbers, className="counters inbox-counters"), name="inbox", moves="ask"),
        _tasks(say),
        department=name,
        departments={key: department_name(say, view, key) for key in view.rules.departments},
    )


def _number(say: Words, name: str, key: str) -> Component:
    """Returns one counter of an inbox, which opens the tasks that it counts."""
    parts = [html.B(UNKNOWN, **{"data-inbox": key, "data-value": ""}), html.Span(say(f"inbox-{key.replace('_', '-')}"))]
    return html.A(parts, className="counter late" if key == "overdue" else "counter", href=tasks_of(name, key))


def tasks_of(name: str, key: str) -> str:
    """Returns the address of the tasks that a counter of an inbox counts."""
    return address_of("departments", name) + "?" + urlencode(COUNTS[key])


def _tasks(say: Words) -> Component:
    """Returns the list of tasks with its filters and its pages."""
    states = [html.Option(say(f"tasks-{state}"), value=state) for state in ("open", *STATES, "all")]
    late = [html.Option(say(word), value=value) for word, value in (("any", ""), ("yes", "true"), ("no", "false"))]
    since = [html.Option(say("any"), value=""), html.Option(say("tasks-week"), value="true")]
    filters = html.Form(
        [
            html.Label([html.Span(say("filter-state")), html.Select(states, name="state", className="select")]),
            html.Label([html.Span(say("filter-overdue")), html.Select(late, name="overdue", className="select")]),
            html.Label([html.Span(say("tasks-since")), html.Select(since, name="week", className="select")]),
        ],
        id=ids.TASK_FILTERS,
        className="filters",
        role="search",
    )
    pages = html.Nav(
        [
            html.Button(say("tasks-before"), id=ids.TASKS_BEFORE, className="action", type="button"),
            html.Span(id=ids.TASKS_SHOWN, className="mute"),
            html.Button(say("tasks-after"), id=ids.TASKS_AFTER, className="action", type="button"),
        ],
        className="pages",
        **{"aria-label": say("tasks-pages")},
    )
    return panel(
        say("tasks"),
        html.Span(id=ids.TASKS_NOTE, role="status"),
        filters,
        html.P(
            [
                say("take-along"),
                *file_links(say, lambda kind: {"data-export": kind}),
            ],
            className="exports",
        ),
        html.P(id=ids.TASK_MESSAGE, className="action-message", role="status"),
        html.Table(id=ids.TASKS, className="table-plain tasks"),
        html.Div(
            [html.H2(say("tasks-none")), html.P(say("tasks-none-note"))],
            id=ids.TASKS_NONE,
            className="said",
            hidden=True,
        ),
        pages,
        name="tasks",
        moves="ask",
    )


def department_name(say: Words, view: PageView, name: str) -> str:
    """Returns the name of a department in the language of the page; of one that the rules do not have, its id."""
    label = view.rules.departments.get(name)
    return (
        say("department-gone", name=name)
        if label is None
        else say.named({"name": label.name, "name_en": label.name_en})
    )
