"""The worklist of cases: filters that live in the address, and a table that asks the server for the rows in sight."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import dash_ag_grid as dag
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.domain.reading.casefilter import FILTERS, FLAGS, Filter, several
from dashboard.layouts.formats import Formats
from dashboard.layouts.page import area_choice, full_name, page
from dashboard.layouts.parts import counted, file_links, moving, panel_age
from dashboard.layouts.view import PageView
from dashboard.words import Words

ROWS_AT_ONCE = 100
# Of filters whose choices are called otherwise than <filter>-<choice>.
_CHOICE_WORDS = {"level": "level-name-{}", "age": "b{}"}
_COLUMNS = (  # name, width in px of 1920 (the table is as wide as the window), sortable
    ("id", 230, True),
    ("category", 240, True),
    ("area", 325, True),
    ("severity", 120, True),
    ("state", 175, True),
    ("level", 120, True),
    ("reported_at", 210, True),
    ("due_at", 210, True),
    ("left", 245, False),
)
_LEAST = 0.9  # of that width: what small letters need; on a narrower window the table scrolls sideways


def worklist(say: Words, view: PageView, query: dict[str, str]) -> Component:
    """Returns the page; `query` is what its address asks for."""
    selects = [_select(say, view, each, query) for each in FILTERS.values() if each.options is not None]
    controls = [_area(say, view, query), *selects, _archived(say, query), _text(say, query)]
    clear = html.A(say("clear-filters"), href="/cases?state=open", className="quiet button")
    filters = html.Form([*controls, clear], id=ids.WORKLIST_FILTERS, className="filters", role="search")
    head = html.Div(
        [
            html.P(total(say, query, None), id=ids.WORKLIST_TOTAL, className="total", role="status"),
            panel_age("asked"),
            html.Button(say("urge-found"), id=ids.WORKLIST_URGE, className="quiet", type="button"),
            html.Span(id=ids.URGE_MESSAGE, role="status"),
            html.Span(_exports(say, query), id=ids.WORKLIST_EXPORTS, className="exports"),
        ],
        className="page-head",
    )
    table = html.Div(_table(say), className="worklist")
    listed = html.Div([head, table], className="worklist-part", **moving("ask"))
    return page(say, view, "cases", say("cases"), filters, listed, dcc.Store(id=ids.WORKLIST_QUERY, data=query))


def _exports(say: Words, query: dict[str, str]) -> list[Any]:
    """Returns links to the whole list as files."""
    text = urlencode({**query, "lang": say.lang})
    links = file_links(say, lambda kind: {"href": f"/api/v1/cases.{kind}?{text}"})
    return [say("take-along"), " ", *links]


def total(say: Words, query: dict[str, str], count: int | None) -> list[Any]:
    """Returns in words how many cases there are of what is asked for; None while nobody has counted them yet."""
    key, values = _asked(say, query)
    days = query.get("days", "")
    window = [" · ", say("window", count=int(days))] if days.isdecimal() and len(days) < 5 else []
    parts = _parts(say, query) if "indicator" in query else []
    return [*counted(say, key, "cases-listed", count, **values), *window, *parts]


def _asked(say: Words, query: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Returns the message that says what a link from a number has asked for, and what it is about."""
    if "indicator" in query:
        return "cases-of-rate", {"name": say.known(query["indicator"], query["indicator"])}
    if "sign" in query:
        return "cases-of-sign", {"name": say.known(f"sign-{query['sign']}", query["sign"])}
    for name in ("closed_on", "returned_on", "badly_rated_on"):
        if name in query:
            return f"cases-{name.replace('_', '-')}", {"day": say.known(f"day-{query[name]}", query[name])}
    return "cases-unanswered" if query.get("unanswered") == "true" else "cases-found", {}


def _parts(say: Words, query: dict[str, str]) -> list[Component | str]:
    """Returns the ways to all cases of a rate, to those that count, and to the rest."""
    links: list[Component | str] = [" · "]
    for part in (None, "numerator", "rest"):
        asked = {k: v for k, v in query.items() if k != "part"} | ({"part": part} if part else {})
        text = say(f"part-{part or 'all'}")
        own = query.get("part") == part
        links += [html.B(text) if own else html.A(text, href="/cases?" + urlencode(asked)), "\u2003"]
    return links


def _area(say: Words, view: PageView, query: dict[str, str]) -> Component:
    """Returns the choice of an area, which may be any."""
    asked = query.get("area", "")
    return area_choice(say, view, None if asked == "city" else view.tree.by_code.get(asked), **{"data-filter": "area"})


def _select(say: Words, view: PageView, asked: Filter[Any], query: dict[str, str]) -> Component:
    """Returns the choice of one filter, as the table of filters has it."""
    values = [] if asked.options is None else list(asked.options(view.rules, view.tree))
    given = query.get(asked.name, "")
    if (
        given and given not in values and set(several(given, values)) <= set(values)
    ):  # several at once come with a link from a number
        values.append(given)
    options = [{"label": say("any"), "value": ""}]
    options += [{"label": _choice_label(say, view, asked.name, value), "value": value} for value in values]
    return _choice(say(f"filter-{asked.name}"), asked.name, options, given)


def _choice_label(say: Words, view: PageView, name: str, value: str) -> str:
    """Returns what a choice is called: categories and departments by the rules, all others by a word."""
    if name == "category":
        return " + ".join(say.named(view.categories[each]) for each in several(value, view.categories))
    if name == "department":
        label = view.rules.departments[value]
        return say.named({"name": label.name, "name_en": label.name_en})
    if value in FLAGS:
        return say("yes" if value == "true" else "no")
    return say(_CHOICE_WORDS.get(name, f"{name}-{{}}").format(value))


def _archived(say: Words, query: dict[str, str]) -> Component:
    """Returns the choice between cases in memory and those in the archive."""
    options = [{"label": say("in-memory"), "value": ""}, {"label": say("in-archive"), "value": "true"}]
    return _choice(say("filter-archived"), "archived", options, query.get("archived", ""))


def _choice(label: str, name: str, options: list[dict[str, str]], chosen: str) -> Component:
    """Returns a plain select element: it works by keyboard, by screen reader and on a phone."""
    items = [html.Option(option["label"], value=option["value"]) for option in options]
    select = html.Select(items, **{"data-filter": name, "data-chosen": chosen}, className="select")
    return html.Label([html.Span(label), select])


def _text(say: Words, query: dict[str, str]) -> Component:
    field = dcc.Input(
        type="search", id=ids.WORKLIST_TEXT, value=query.get("q", ""), placeholder=say("filter-q"), maxLength=80,
        className="field", debounce=False,
    )  # fmt: skip
    return html.Label([html.Span(say("filter-q-label")), field])


def _table(say: Words) -> Component:
    columns: list[dict[str, Any]] = []
    for key, width, sortable in _COLUMNS:
        column: dict[str, Any] = {
            "field": key,
            "headerName": say(f"head-{key}"),
            "flex": width,
            "minWidth": round(width * _LEAST),
            "sortable": sortable,
            "cellClassRules": {"late": "params.data && params.data.late"} if key in ("due_at", "left") else {},
        }
        if key == "id":
            column["cellRenderer"] = "CaseLink"  # assets/pages/cases/cases.js
        columns.append(column)
    return dag.AgGrid(
        id=ids.WORKLIST,
        columnDefs=columns,
        rowModelType="infinite",
        className="worklist-table",
        dashGridOptions={
            "theme": {"function": "themeQuartz.withPart(colorSchemeDarkBlue)"},
            "cacheBlockSize": ROWS_AT_ONCE,
            "maxBlocksInCache": 10,
            "infiniteInitialRowCount": 1,
            "rowBuffer": 3,
            "animateRows": False,
            "suppressCellFocus": False,
            "localeText": {"noRowsToShow": say("no-cases"), "loadingOoo": say("loading")},
        },
    )


def row(say: Words, view: PageView, formats: Formats, case: dict[str, Any], now_s: float) -> dict[str, Any]:
    """Returns one line of the table from a case as `GET /api/v1/cases` gives it."""
    category = view.categories.get(case["category"])
    area = view.tree.by_code.get(case["area"])
    return {
        "id": case["id"],
        "category": say.named(category) if category else case["category"],
        "area": full_name(say, view, area) if area else case["area"],
        "severity": say(f"severity-{case['severity']}"),
        "state": say(f"state-{case['state']}") + (f" · {say('suspended')}" if case.get("suspended") else ""),
        "level": say(f"level-name-{case['level']}"),
        "reported_at": formats.instant(case["reported_at"]),
        "due_at": formats.instant(case["due_at"]),
        "left": formats.left(case, now_s),
        "late": case["overdue"],
    }
