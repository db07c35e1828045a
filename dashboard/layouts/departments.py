"""Departments: how full their inboxes are, and one department's open tasks with what can be done with them."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.layouts.page import page
from dashboard.layouts.parts import panel
from dashboard.layouts.view import PageView
from dashboard.layouts.words import Words

COUNTS = ("open", "overdue", "taken", "done_week", "declined_week")


def departments_page(say: Words, view: PageView, counts: dict[str, dict[str, Any]]) -> Component:
    """Returns all inboxes at a glance."""
    head = html.Thead(html.Tr([html.Th(say("head-department"), scope="col"), *_heads(say)]))
    rows = [
        html.Tr(
            [
                html.Th(html.A(department_name(say, view, name), href=f"/departments/{name}"), scope="row"),
                *(html.Td(f"{count[key]:,}", **{"data-value": str(count[key])}) for key in COUNTS),
            ],
            **{"data-department": name},
        )
        for name, count in counts.items()
    ]
    table = html.Div(html.Table([head, html.Tbody(rows)], className="table-plain"), className="scroll-x", tabIndex=0)
    return page(say, view, "list", say("departments"), panel(say("inboxes"), None, table, name="inboxes"))


def _heads(say: Words) -> list[Component]:
    return [html.Th(say(f"inbox-{key.replace('_', '-')}"), scope="col") for key in COUNTS]


def department_page(say: Words, view: PageView, name: str) -> Component:
    """Returns one inbox; it is filled by assets/inbox.js, which also acts."""
    title = say("inbox-of", name=department_name(say, view, name))
    numbers = [
        html.Div([html.B(**{"data-inbox": key, "data-value": ""}), html.Span(say(f"inbox-{key.replace('_', '-')}"))],
                 className="counter late" if key == "overdue" else "counter")
        for key in COUNTS
    ]  # fmt: skip
    crumbs = html.Nav(
        html.Ol([html.Li(html.A(say("departments"), href="/departments")), html.Li(department_name(say, view, name))]),
        className="crumbs",
        **{"aria-label": say("crumbs")},
    )
    tasks = html.Div(html.Table(id=ids.TASKS, className="table-plain"), className="scroll-x", tabIndex=0)
    message = html.P(id=ids.TASK_MESSAGE, className="action-message", role="status")
    return page(
        say,
        view,
        "inbox",
        title,
        html.Div(crumbs, className="page-head"),
        panel(say("inbox"), None, html.Div(numbers, className="counters inbox-counters"), name="inbox"),
        panel(say("open-tasks"), html.Span(id=ids.TASKS_NOTE), message, tasks, name="tasks"),
        department=name,
        areas={a.code: say.named({"name": a.name, "name_en": a.name_en or a.name}) for a in _named_areas(view)},
    )


def _named_areas(view: PageView) -> list[Any]:
    return [area for area in view.tree.by_code.values() if area.level == "community"]


def department_name(say: Words, view: PageView, name: str) -> str:
    """Returns the name of a department in the language of the page."""
    label = view.rules.departments.get(name)
    return name if label is None else say.named({"name": label.name, "name_en": label.name_en})
