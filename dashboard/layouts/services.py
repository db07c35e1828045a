"""Services handed in at the community: counts by kind, each of which opens its list, and the list itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard.domain.rules.areas import Area
from dashboard.layouts.formats import DASH, Formats
from dashboard.layouts.page import breadcrumb, full_name, page
from dashboard.layouts.parts import address_of, again, counted, file_links, panel
from dashboard.layouts.tasks import department_name
from dashboard.layouts.view import PageView
from dashboard.words import Words

PAGE = 100
WINDOWS = (7, 30, 90, 365)
STATES = (None, "open", "overdue", "completed", "in-time", "late")
COUNTS = ("requested", "completed", "open", "overdue", "in_time", "off_hours", "satisfied")
_WHOLES = {"in_time": "limited", "off_hours": "completed", "satisfied": "scored"}
_NARROWING = ("kind", "department", "state", "requested", "completed", "off_hours", "score", "q")


def query_of_count(name: str, days: int) -> dict[str, str]:
    """Returns the filter that lists exactly what a count of `domain.reading.services.summary` counts."""
    done = {"completed": f"{days}d"}
    return {
        "requested": {"requested": f"{days}d"},
        "completed": done,
        "open": {"state": "open"},
        "overdue": {"state": "overdue"},
        "in_time": {**done, "state": "in-time"},
        "off_hours": {**done, "off_hours": "true"},
        "satisfied": {**done, "score": "good"},
        "scored": {**done, "score": "any"},
    }[name]


def services_page(
    say: Words,
    view: PageView,
    area: Area,
    query: dict[str, str],
    summary: dict[str, Any],
    found: tuple[list[dict[str, Any]], int],
    start: int,
) -> Component:
    """Returns the page.

    Args:
        say: its words.
        view: what the city is like.
        area: in which the requests were handed in.
        query: that of the address.
        summary: see `domain.reading.services.summary`.
        found: the requests to show and how many match.
        start: how many matching ones come before them.
    """
    crumbs = html.Div([breadcrumb(say, view, area, to_self=True)], className="page-head")
    parts = [crumbs, _kinds(say, view, area, query, summary), _list(say, view, area, query, found, start)]
    return page(say, view, "services", say("services"), again(*parts))


def _href(area: Area, days: int, query: dict[str, str]) -> str:
    return "/services?" + urlencode({"area": area.code, "days": str(days), **query})


def _kinds(say: Words, view: PageView, area: Area, query: dict[str, str], summary: dict[str, Any]) -> Component:
    """Returns the table of kinds; every number leads to its list."""
    formats, days = Formats(say, view.timezone), int(summary["window_days"])
    asked = {name: query[name] for name in _NARROWING if name in query}
    windows = [
        html.A(say("last-days", count=some), href=_href(area, some, asked), className="chip",
               **({"aria-current": "true"} if some == days else {}))
        for some in WINDOWS
    ]  # fmt: skip
    heads = [
        html.Th(say(key), scope="col")
        for key in (
            "service-kind",
            "head-department",
            "service-limit",
            *(f"service-{n.replace('_', '-')}" for n in COUNTS),
        )
    ]
    head = html.Thead(html.Tr([*heads, html.Th(say("service-median"), scope="col")]))
    rows = [_counts(say, formats, area, days, say("service-all"), None, summary["all"])]
    rows += [_kind(say, view, formats, area, days, counts) for counts in summary["kinds"]]
    table = html.Div(html.Table([head, html.Tbody(rows)], className="table-plain"), className="scroll-x", tabIndex=0)
    chips = html.Nav(windows, className="chips", **{"aria-label": say("service-window")})
    return panel(say("services-by-kind"), say("services-note"), chips, table, name="services", moves=None)


def _kind(say: Words, view: PageView, formats: Formats, area: Area, days: int, counts: dict[str, Any]) -> Component:
    kind = counts["kind"]
    known = view.rules.services.get(kind)
    department = None if known is None else department_name(say, view, known.department)
    limit = None if known is None else say(f"unit-{known.limit.unit}", n=f"{known.limit.amount:g}")
    return _counts(say, formats, area, days, kind_name(say, view, kind), kind, counts, department, limit)


def _counts(
    say: Words,
    formats: Formats,
    area: Area,
    days: int,
    name: str,
    kind: str | None,
    counts: dict[str, Any],
    department: str | None = None,
    limit: str | None = None,
) -> Component:
    cells = []
    for key in COUNTS:
        wanted = {**({"kind": kind} if kind else {}), **query_of_count(key, days)}
        whole = counts[_WHOLES[key]] if key in _WHOLES else None
        link = html.A(formats.number(counts[key]), href=_href(area, days, wanted))
        share = [] if not whole else [" ", html.Small(formats.share(counts[key] / whole))]
        late = "late" if key == "overdue" and counts[key] else None
        cells.append(html.Td([link, *share], className=late, **{"data-count": key, "data-value": str(counts[key])}))
    median = DASH if counts["median_h"] is None else formats.length(counts["median_h"] * 3600)
    head = html.Th(name, scope="row")
    return html.Tr(
        [head, html.Td(department or DASH), html.Td(limit or DASH), *cells, html.Td(median)],
        className=None if kind else "sum",
        **{"data-kind": kind or "all", "data-row": kind or "all"},
    )


def _list(
    say: Words,
    view: PageView,
    area: Area,
    query: dict[str, str],
    found: tuple[list[dict[str, Any]], int],
    start: int,
) -> Component:
    formats, (shown, total) = Formats(say, view.timezone), found
    days = {"days": query["days"]} if "days" in query else {}
    asked = {name: query[name] for name in _NARROWING if name in query}
    base = {"area": area.code, **days}
    states = []
    for state in STATES:
        wanted = {k: v for k, v in asked.items() if k != "state"} | ({"state": state} if state else {})
        current = {"aria-current": "true"} if asked.get("state") == state else {}
        text = say(f"service-{state or 'any'}")
        states.append(html.A(text, href="/services?" + urlencode(base | wanted), className="chip", **current))
    text = urlencode({"area": area.code, **asked, "lang": say.lang})
    files = file_links(say, lambda form: {"href": f"/api/v1/services.{form}?{text}"})
    count = counted(say, "services-listed", "services-listed", total)
    narrowed = _told(say, view, asked)
    clear = [" ", html.A(say("clear-filters"), href="/services?" + urlencode(base))] if asked else []
    top = html.Div(
        [
            html.P([*count, narrowed, *clear], className="total", role="status"),
            html.Span([say("take-along"), " ", *files], className="exports"),
        ],
        className="page-head",
    )
    chips = html.Nav(states, className="chips", **{"aria-label": say("service-state")})
    pages = []
    for label, at in (("newer", start - PAGE), ("older", start + PAGE)):
        if 0 <= at < total:
            address = "/services?" + urlencode(base | asked | {"cursor": str(at)})
            pages.append(html.A(say(f"page-{label}"), href=address, className="quiet button"))
    rows = [_row(say, view, formats, one) for one in shown]
    return html.Div([top, chips, _table(say, rows), html.Div(pages, className="chips")], className="stack-plain")


def _told(say: Words, view: PageView, asked: dict[str, str]) -> str:
    """Returns in words what narrows the list beside its state."""
    parts = []
    if "kind" in asked:
        parts.append(kind_name(say, view, asked["kind"]))
    if "department" in asked:
        parts.append(department_name(say, view, asked["department"]))
    for name in ("requested", "completed"):
        if name in asked:
            text = asked[name]
            within = text[:-1]
            named = say("last-days", count=int(within)) if within.isdecimal() else say.known(f"day-{text}", text)
            parts.append(f"{say(f'service-{name}')}: {named}")
    if "off_hours" in asked:
        parts.append(say("service-off-hours" if asked["off_hours"] == "true" else "service-office-hours"))
    if "score" in asked:
        parts.append(say(f"service-score-{asked['score']}"))
    if "q" in asked:
        parts.append(asked["q"])
    return "".join(f" · {part}" for part in parts)


def _table(say: Words, rows: list[Component]) -> Component:
    if not rows:
        return html.Div([html.H2(say("nothing-here")), html.P(say("nothing-here-note"))], className="said")
    keys = ("head-id", "service-kind", "head-area", "service-requested", "head-due", "service-completed",
            "service-took", "service-hours", "service-score")  # fmt: skip
    head = html.Thead(html.Tr([html.Th(say(key), scope="col") for key in keys]))
    table = html.Table([head, html.Tbody(rows)], className="table-plain list")
    return html.Section(html.Div(table, className="scroll-x", tabIndex=0), className="panel")


def _row(say: Words, view: PageView, formats: Formats, one: dict[str, Any]) -> Component:
    area = view.tree.by_code[one["area"]]
    late = ["▲ ", say("service-late")] if one["late"] else []
    done = formats.instant(one["completed_at"]) if one["completed_at"] else say("service-open")
    return html.Tr(
        [
            html.Td(one["request"]),
            html.Td(kind_name(say, view, one["kind"])),
            html.Td(html.A(full_name(say, view, area), href=address_of("area", area.code))),
            html.Td(formats.instant(one["requested_at"])),
            html.Td(formats.instant(one["due_at"])),
            html.Td([done, *([" ", html.Span(late)] if late else [])]),
            html.Td(DASH if one["hours"] is None else formats.length(one["hours"] * 3600)),
            html.Td(say("service-off-hours" if one["off_hours"] else "service-office-hours")),
            html.Td(DASH if one["score"] is None else f"{one['score']} / 5"),
        ],
        className="late" if one["late"] else None,
        **{"data-request": one["request"], "data-row": one["request"]},
    )


def kind_name(say: Words, view: PageView, kind: str) -> str:
    """Returns the name of a service in the language of the page, or its id if the rules do not know it."""
    known = view.rules.services.get(kind)
    return kind if known is None else say.named({"name": known.name, "name_en": known.name_en})
