"""Plain lists that numbers open into: reports that were counted, workers in a state."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard.domain.rules.areas import Area
from dashboard.layouts.formats import DASH, Formats
from dashboard.layouts.page import area_name, breadcrumb, full_name, page
from dashboard.layouts.parts import address_of, again, counted, file_links
from dashboard.layouts.view import PageView
from dashboard.words import Words

_SAID = (
    "sex",
    "age",
    "occurred_on",
    "floating",
    "kind",
    "class",
    "count",
    "severity",
    "score",
    "service",
    "order",
    "reason",
    "note",
)


def reports_page(say: Words, view: PageView, area: Area, query: dict[str, str], found: dict[str, Any]) -> Component:
    """Returns the reports behind a number; `found` is in the form of `GET /api/v1/reports`."""
    formats = Formats(say, view.timezone)
    rows = [_report(say, view, formats, report) for report in found["reports"]]
    head = _head(say, ("time", "type", "area", "said", "stream_id"))
    days = (
        ""
        if found.get("from") is None
        else found["from"] + ("" if found["from"] == found["to"] else f" … {found['to']}")
    )
    name = f"counter-{query.get('counter', 'all')}"
    listed = counted(say, name, "reports-listed", found["total"])
    total = html.P([*listed, f" {days}"], className="total", role="status")
    more = []
    if found["next"]:
        more.append(
            html.A(
                say("older"), href="/reports?" + urlencode({**query, "cursor": found["next"]}), className="quiet button"
            )
        )
    note = [html.P(say("counted-since", date=found["first_day"]), className="note")] if found.get("truncated") else []
    top = _top(say, view, area, total, "reports", query)
    return page(say, view, "list", say("list-reports"), again(*top, *note, _table(say, head, rows), *more))


def _top(say: Words, view: PageView, area: Area, total: Component, kind: str, query: dict[str, str]) -> list[Component]:
    text = urlencode({**{k: v for k, v in query.items() if k != "cursor"}, "lang": say.lang})
    links = file_links(say, lambda form: {"href": f"/api/v1/{kind}.{form}?{text}"})
    exports = html.Span([say("take-along"), " ", *links], className="exports")
    return [html.Div([breadcrumb(say, view, area, to_self=True)], className="page-head"),
            html.Div([total, exports], className="page-head")]  # fmt: skip


def _head(say: Words, keys: tuple[str, ...]) -> Component:
    return html.Thead(html.Tr([html.Th(say(f"head-{key}"), scope="col") for key in keys]))


def _table(say: Words, head: Component, rows: list[Component]) -> Component:
    if not rows:
        return html.Div([html.H2(say("nothing-here")), html.P(say("nothing-here-note"))], className="said")
    table = html.Table([head, html.Tbody(rows)], className="table-plain")
    return html.Section(html.Div(table, className="scroll-x", tabIndex=0), className="panel")


def _report(say: Words, view: PageView, formats: Formats, report: dict[str, Any]) -> Component:
    area = view.tree.by_code.get(report["subject"])
    place = html.A(full_name(say, view, area), href=address_of("area", area.code)) if area else report["subject"]
    data = report["data"]
    case = [html.A(data["case"], href=address_of("cases", data["case"])), " "] if "case" in data else []
    kind = say.known(report["type"], report["type"])
    return html.Tr(
        [
            html.Td(formats.instant(report["time"], seconds=True)),
            html.Td(kind),
            html.Td(place),
            html.Td([*case, _said(say, view, data)]),
            html.Td(report["stream_id"], className="mute"),
        ],
        **{"data-row": report["stream_id"]},
    )


def _said(say: Words, view: PageView, data: dict[str, Any]) -> str:
    """Returns what a report says, value by value."""
    parts = []
    if "category" in data:
        known = view.categories.get(data["category"])
        parts.append(say.named(known) if known else data["category"])
    parts += [_value(say, name, data[name]) for name in _SAID if data.get(name) is not None]
    return " · ".join(parts)


def _value(say: Words, name: str, value: Any) -> str:
    if name == "sex":
        return say("male" if value == "m" else "female")
    if name == "floating":
        return say("floating" if value else "settled")
    if name == "kind":
        return say.known(f"home-{value}", f"{say('said-kind')} {value}")
    if name == "severity":
        return say(f"severity-{value}")
    return f"{say.known(f'said-{name}', name)} {value}"


def workers_page(
    say: Words, view: PageView, area: Area, query: dict[str, str], found: list[dict[str, Any]]
) -> Component:
    """Returns the workers of an area in a state; `found` is in the form of `GET /api/v1/workers`."""
    formats = Formats(say, view.timezone)
    state = query.get("state", "")
    rows = [_worker(say, view, formats, worker) for worker in found]
    head = _head(say, ("area", "worker", "last", "battery"))
    listed = counted(say, f"workers-{state}-list" if state else "workers-all", "workers-listed", len(found))
    total = html.P([*listed, f" · {area_name(say, area)}"], className="total", role="status")
    top = _top(say, view, area, total, "workers", query)
    return page(say, view, "list", say("list-workers"), again(*top, _table(say, head, rows)))


def _worker(say: Words, view: PageView, formats: Formats, worker: dict[str, Any]) -> Component:
    area = view.tree.by_code[worker["area"]]
    state = say("card-silent" if worker["silent"] else "card-on-shift" if worker["on_shift"] else "card-off-shift")
    battery = DASH if worker["battery"] is None else formats.share(worker["battery"])
    return html.Tr(
        [
            html.Td(html.A(full_name(say, view, area), href=address_of("area", area.code))),
            html.Td(state),
            html.Td(formats.instant(worker["last_report"], seconds=True)),
            html.Td(battery),
        ],
        **{"data-row": area.code},
    )
