"""The appraisal: who does the work how well, never how much, and beside it the signs that need a look."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.domain.reading.appraisal import KINDS, LEVEL_OF, PRESETS, Kind, indicators_of, kinds_of
from dashboard.domain.rules.appraisal import LESS_IS_BETTER
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.indicators import missing_rates
from dashboard.layouts.formats import DASH
from dashboard.layouts.page import area_choice, full_name, page
from dashboard.layouts.parts import file_links, panel
from dashboard.layouts.view import PageView
from dashboard.words import Words

AT_ONCE = 50  # rows that are there from the start: assets/pages/performance/performance.js


def performance_page(say: Words, view: PageView, area: Area, query: dict[str, str]) -> Component:
    """Returns the page; assets/pages/performance/performance.js fills it, and keeps the choices in the address."""
    waiting = _waiting(say, view, area, query)
    table = html.Table(waiting, id=ids.APPRAISAL, className="table-plain appraisal")
    table = html.Div(table, className="scroll-x", tabIndex=0)
    more = html.Div(
        [
            html.Span(id=ids.APPRAISAL_SHOWN, className="mute"),
            html.Button(id=ids.APPRAISAL_MORE, className="action", type="button", hidden=True),
        ],
        className="appraisal-foot",
    )
    signs = panel(
        say("signs"),
        None,
        html.P(id=ids.SIGNS_TOTAL, className="signs-total", role="status"),
        html.P([html.Span(id=ids.SIGNS_NOTE), html.Span(say("signs-verdict"))], className="mute"),
        html.Ul(id=ids.SIGNS, className="signs"),
        name="signs",
        moves="ask",
    )
    how = panel(say("appraisal-how"), None, html.P(id=ids.APPRAISAL_NOTE, className="mute"), name="how", moves="ask")
    figures = panel(
        say("performance-table"),
        html.Span(id=ids.APPRAISAL_TOTAL, role="status"),
        table,
        more,
        name="appraisal",
        moves="ask",
    )
    return page(
        say,
        view,
        "performance",
        say("performance"),
        html.Div([*_choices(say, view, area, query), _exports(say)], className="page-head appraisal-choices"),
        html.Div([figures, html.Div([signs, how], className="stack")], className="appraisal-grid"),
        area=area.code,
        root=view.tree.root.code,
        kinds=list(kinds_of(view.tree)),
        workers=view.workers,
    )


def _waiting(say: Words, view: PageView, area: Area, query: dict[str, str]) -> list[Component]:
    """Returns the table before its numbers: the rows and columns that it will have, so that nothing moves."""
    kind = next((kind for kind in kinds_of(view.tree) if kind == query.get("kind")), KINDS[0])
    names = indicators_of(kind, missing_rates(view.tree.levels, view.rules.has_disputes))
    heads = [
        html.Th(say("appraisal-rank"), className="rank"),
        html.Th(say(_called(view, kind)), className="text"),
        html.Th(html.Button(say("appraisal-score"), className="sort", type="button"), className="score"),
        *(_head(say, view, name) for name in names),
    ]
    cells = [html.Td([html.B(DASH), html.Small("\u00a0")]) for _ in names]
    score = html.Td(html.B(DASH), className="score")
    rows = [
        html.Tr([html.Td(DASH, className="rank"), html.Th(row, scope="row", className="text"), score, *cells])
        for row in _names(say, view, area, kind)[:AT_ONCE]
    ]
    return [html.Thead(html.Tr(heads)), html.Tbody(rows)]


def _head(say: Words, view: PageView, name: str) -> Component:
    """Returns the heading of an indicator, with its weight and its target."""
    notes = [say("appraisal-weight", weight=f"{view.rules.appraisal.weights[name]:g}")]
    if name in view.rules.targets:
        notes.append(say("appraisal-target", target=f"{view.rules.targets[name] * 100:g}"))
    if name in LESS_IS_BETTER:
        notes.append(say("appraisal-less"))
    heading = html.Button(say(name.replace("_", "-")), className="sort", type="button")
    return html.Th([heading, *(html.Small(note) for note in notes)])


def _names(say: Words, view: PageView, area: Area, kind: Kind) -> list[str]:
    """Returns the names of the rows, as long as they will be."""
    if kind not in LEVEL_OF:
        return [say.named({"name": d.name, "name_en": d.name_en}) for d in view.rules.departments.values()]
    inside = [one for one in view.tree.at_level(LEVEL_OF[kind]) if area.start <= one.start < area.stop]
    return [full_name(say, view, one) for one in inside]


def _choices(say: Words, view: PageView, area: Area, query: dict[str, str]) -> list[Component]:
    """Returns the tabs of kinds, the windows, and the choice of an area."""
    shown = query.get("kind", KINDS[0])
    kinds = [_pressed(say(_called(view, kind)), shown == kind, "kind", kind) for kind in kinds_of(view.tree)]
    asked = query.get("days", str(view.rules.window_days))
    lengths = sorted({*PRESETS, view.rules.window_days} | ({int(asked)} if asked.isdecimal() else set()))
    windows = [
        _pressed(say("performance-days", count=days), asked == str(days), "days", str(days)) for days in lengths
    ]  # fmt: skip
    return [
        html.Div(kinds, className="choice", role="group", **{"aria-label": say("performance-kinds")}),
        html.Div(windows, className="choice", role="group", **{"aria-label": say("performance-window")}),
        html.Div(area_choice(say, view, area, id=ids.APPRAISAL_AREA), className="choice-area"),
    ]


def _pressed(text: str, pressed: bool, name: str, value: str) -> Component:
    data: dict[str, Any] = {"data-choice": name, "data-value": value, "aria-pressed": "true" if pressed else "false"}
    return html.Button(text, type="button", className="quiet", **data)


def _called(view: PageView, kind: Kind) -> str:
    """Returns the key of what a table is about: where no workers are told of, their grids are."""
    return "kind-grid" if kind == "worker" and not view.workers else f"kind-{kind}"


def _exports(say: Words) -> Component:
    links = file_links(say, lambda kind: {"href": f"/api/v1/performance.{kind}", "data-export": kind})
    return html.Span([say("take-along"), " ", *links], id=ids.APPRAISAL_EXPORTS, className="exports")
