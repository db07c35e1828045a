"""The page of one area, from the city down to a grid; assets/pages/area/areas.js fills it from the live socket."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.domain.rules.areas import Area
from dashboard.domain.rules.indicators import dashed, missing_rates, underscored
from dashboard.layouts.formats import DASH
from dashboard.layouts.map import area_map
from dashboard.layouts.page import area_name, breadcrumb, full_name, page
from dashboard.layouts.parts import address_of, counter, file_links, kpi, link, panel
from dashboard.layouts.places import heat_table, lines, rows
from dashboard.layouts.services import query_of_count
from dashboard.layouts.view import PageView
from dashboard.words import Words

_PEOPLE = ("newborns-yesterday", "newborns-today", "move-ins-today", "move-outs-today", "deaths-today")
_CASES = ("cases-open", "cases-overdue", "cases-reported-today", "cases-closed-today")
_RATES = (
    "community-resolution-rate",
    "dispute-resolution-rate",
    "closing-rate",
    "on-time-closing-rate",
    "rework-rate",
    "satisfaction-rate",
    "order-receipt-rate",
)
_OF_PEOPLE = 4  # so many of them tell of residents
_WEEKS = ("births", "deaths", "move-ins", "move-outs", "cases-reported", "closed")
_CHILD = ("name", "population", "newborns", "net", "open", "overdue", "community", "on-time", "satisfied", "on-shift")
_STANDING = 3  # lines below the numbers: residents, open cases, overdue ones
_CHARTS = {"people": ids.CHART_PEOPLE, "cases": ids.CHART_CASES, "rates": ids.CHART_RATES}
_SERVICES = ("requested_today", "completed_today", "open", "overdue", "in_time", "off_hours", "satisfied")
_known = partial(panel, moves="topic", topic="panels")  # what the topic of an area's panels brings
_LEDGER = ("start", "births", "deaths", "move_ins", "move_outs", "end")


def area_page(say: Words, view: PageView, area: Area) -> Component:
    """Returns the page of an area of any level."""
    left = [_map(say, view, area), _indicators(say, view, area)]
    right = [_numbers(say, view, area)]
    if area.level != "grid":
        right.append(_children(say, view, area))
    if area.level != "grid" and view.tree.is_small(area):
        left.append(_open_cases(say))
    if area.level == "grid":
        left.append(_today(say))
        right += [_open_cases(say), *([_worker(say)] if view.workers else [])]
    right.append(_heat(say, view))
    (right if area.level in ("city", "street", "grid") else left).extend(_services(say, view, area))
    columns = [html.Div(left, className="stack"), html.Div(right, className="stack")]
    title = full_name(say, view, area)
    head = html.Div(
        [
            breadcrumb(say, view, area),
            html.Span(say(f"level-name-{area.level}"), className="mute"),
            *_retired(say, view, area),
            *_exports(say, area),
        ],
        className="page-head",
    )
    return page(
        say,
        view,
        "areas",
        title,
        head,
        html.P([say("report-of"), " ", html.Span(id=ids.REPORT_TIME)], className="print-only"),
        html.Div(
            [*columns, *([_ledger(say), _people(say)] if view.counted else []), _charts(say)],
            className=f"area-grid level-{area.level}" + ("" if view.counted else " uncounted"),
        ),
        area={"code": area.code, "level": area.level, "parent": area.parent, "start": area.start},
        topic=f"wall/{area.code}",
        early=[f"wall/{area.code}", f"panels/{area.code}", "map/cases-open"],
        map_url=view.map_of(area),
        targets={dashed(gauge): target for gauge, target in view.rules.targets.items()},
        window_days=view.rules.window_days,
        children_columns=children_columns(view),
        counted=view.counted,
    )


def _retired(say: Words, view: PageView, area: Area) -> list[Component]:
    """Returns since when an area is no more, and links to those that have taken over; nothing for one of today."""
    if area.code not in view.tree.gone:
        return []
    one = view.tree.retired[area.code]
    heirs = [view.tree.by_code[code] for code in one.into]
    links = [html.A(area_name(say, heir), href=address_of("area", heir.code)) for heir in heirs]
    since = html.Span(say("retired-since", date=one.until.isoformat()), className="late")
    return [since, *([html.Span(say("taken-over-by"), className="mute"), *links] if links else [])]


def _exports(say: Words, area: Area) -> list[Component]:
    base, query = f"/api/v1/areas/{quote(area.code, safe='')}/children", f"lang={say.lang}"
    if area.level == "grid":
        base, query = "/api/v1/cases", f"{query}&state=open&area={area.code}"
    links = file_links(say, lambda kind: {"href": f"{base}.{kind}?{query}"})
    return [html.Span([say("take-along"), " ", *links], className="exports")]


def _map(say: Words, view: PageView, area: Area) -> Component:
    return area_map(say, view, view.bounds(area))


def _numbers(say: Words, view: PageView, area: Area) -> Component:
    """Returns residents, what happened today, and cases, each with its comparison."""
    residents = html.A(
        [kpi("population", className="population"), html.Span(say("population"))],
        className="counter big",
        href=link("population", area.code),
    )
    people = html.Div([counter(name, say(f"kpi-{name}"), area=area.code) for name in _PEOPLE], className="counters")
    cases = html.Div(
        [counter(name, say(f"kpi-{name}"), "late" if name == "cases-overdue" else "", area.code) for name in _CASES],
        className="counters",
    )
    workers = html.Div(
        [
            counter("workers-on-shift", say("workers-on-shift", all=len(view.tree.standing_in(area))), area=area.code),
            counter("workers-silent", say("workers-silent"), "silent", area.code),
        ],
        className="counters",
    )
    standing = html.Div(lines(_STANDING if view.counted else _STANDING - 1), id=ids.STANDING, className="standing")
    counted = [residents, people] if view.counted else []
    shifts = [workers] if view.workers else []
    parts = (*counted, cases, *shifts, standing)
    return _known(say("numbers"), None, *parts, name="numbers", topic="city panels")


def _indicators(say: Words, view: PageView, area: Area) -> Component:
    """Returns the rates with both counts, the target, the parent's rate and the rate of a week ago."""
    head = html.Thead(html.Tr([_head(say, key) for key in ("rate", "now", "target-head", "parent", "week-before")]))
    missing = missing_rates(view.tree.levels_of(area), view.rules.has_disputes)
    rates = [
        html.Tr(
            [
                html.Th(html.A(say(name), href=link(name, area.code)), scope="row"),
                *(html.Td(DASH, className=f"rate-{part}") for part in ("now", "target", "parent", "week")),
            ],
            **{"data-rate-row": name},
        )
        for name in _RATES
        if underscored(name) not in missing
    ]
    table = html.Table([head, html.Tbody(rates)], className="table-plain", id=ids.RATES)
    heads = [say(f"head-{name}") for name in ("weekly", "seven", "week", "year", "parent-rate")]
    weeks = html.Table(
        rows(heads, [say(f"weekly-{name}") for name in (_WEEKS if view.counted else _WEEKS[4:])]),
        id=ids.WEEKS,
        className="table-plain weeks",
    )
    window = say("window", count=view.rules.window_days)
    tables = html.Div([table, html.H3(say("weeks")), weeks], className="scroll-x", tabIndex=0)
    return _known(say("rates"), window, tables, name="indicators")


def _head(say: Words, key: str) -> Component:
    return html.Th(say(f"head-{key}"), scope="col")


def _children(say: Words, view: PageView, area: Area) -> Component:
    below = [area_name(say, child) for child in view.tree.children(area.code)]
    waiting = rows([say(f"child-{name}") for name in children_columns(view)], below)
    table = html.Table(waiting, id=ids.CHILDREN, className="table-plain children")
    table = html.Div(table, className="scroll-x", tabIndex=0)
    return _known(say(_children_head(view, area)), say("children-note"), table, name="children")


def children_columns(view: PageView) -> list[str]:
    """Returns the columns of the table of children: those of what the city has and has counted."""
    missing = set() if "community" in view.tree.levels else {"community"}
    missing |= set() if view.counted else {"population", "newborns", "net"}
    missing |= set() if view.workers else {"on-shift"}
    return [name for name in _CHILD if name not in missing]


def _children_head(view: PageView, area: Area) -> str:
    """Returns the key of what the children of an area are called: by their own level, where they have one."""
    levels = {child.level for child in view.tree.children(area.code)}
    return f"children-{levels.pop()}" if len(levels) == 1 else "children-mixed"


def _heat(say: Words, view: PageView) -> Component:
    fewer = html.Button(say("heat-fewer"), id=ids.HEAT_FEWER, className="quiet", hidden=True)
    note = html.Span([html.Span(id=ids.HEAT_NOTE), fewer])
    return _known(
        say("heat"), note, html.Div(heat_table(say, view), id=ids.HEAT, className="heat"), name="heat", topic="heat"
    )


def _ledger(say: Words) -> Component:
    """Returns the ledger of the month, which must balance."""
    rows = [
        html.Div([html.Dt(say(f"ledger-{name}")), html.Dd(html.B(**{"data-ledger": name}))], className=f"ledger-{name}")
        for name in _LEDGER
    ]
    check = html.P(id=ids.LEDGER_CHECK, className="ledger-check")
    section = _known(say("ledger"), html.Span(id=ids.LEDGER_MONTH), html.Dl(rows), check, name="ledger")
    return html.Div(section, id=ids.LEDGER)


def _services(say: Words, view: PageView, area: Area) -> list[Component]:
    """Returns the counts of services handed in here, each leading to its list; nothing where there are no services."""
    if not view.rules.services:
        return []
    days = view.rules.window_days
    counts = []
    for name in _SERVICES:
        wanted = {name.removesuffix("_today"): "today"} if name.endswith("_today") else query_of_count(name, days)
        href = "/services?" + urlencode({"area": area.code, **wanted})
        number = html.B(DASH, **{"data-service": name, "data-value": ""})
        label = html.Span(say(f"services-{name.replace('_', '-')}"))
        counts.append(html.A([number, label], className="counter late" if name == "overdue" else "counter", href=href))
    median = html.P([say("service-median"), " ", html.B(DASH, id=ids.SERVICES_MEDIAN)], className="mute")
    note = html.A(say("services-by-kind"), href="/services?" + urlencode({"area": area.code}))
    return [_known(say("services"), note, html.Div(counts, className="counters"), median, name="services")]


def _people(say: Words) -> Component:
    ages = html.Div(
        [
            html.Div([html.Span(say("male")), html.Span(say("female"))], className="ages-head"),
            html.Div(id=ids.CARD_AGES),
        ],
        className="ages",
    )
    ratio = html.P([say("card-sex-ratio"), " ", html.B(id=ids.SEX_RATIO), " ", html.Small(say("card-sex-ratio-note"))])
    homes = html.Div(id=ids.HOMES, className="homes")
    return _known(say("residents"), None, ratio, html.Div([ages, homes], className="ages-homes"), name="ages")


def _open_cases(say: Words) -> Component:
    table = html.Div(html.Table(id=ids.OPEN_CASES, className="table-plain"), className="scroll-x", tabIndex=0)
    return _known(say("open-cases"), html.Span(id=ids.OPEN_NOTE), table, name="open")


def _worker(say: Words) -> Component:
    return _known(say("card-worker"), None, html.Dl(id=ids.WORKER, className="facts"), name="worker")


def _today(say: Words) -> Component:
    return panel(say("reports-today"), None, html.Div(id=ids.TODAY), name="today", moves="ask")


def _charts(say: Words) -> Component:
    """Returns the place of the charts, which come when the page is there (callbacks/area.py)."""
    wanted = html.Div(id=ids.CHARTS_WANTED, hidden=True)
    return _known(
        say("trends"), None, html.Div(id=ids.CHARTS, className="charts"), wanted, name="charts", topic="city panels"
    )


def charts(say: Words) -> Component:
    """Returns the empty charts, in a row where there is room; pages/area/charts.js hands them their figures."""
    columns = [
        dbc.Col(html.Figure([html.Figcaption(say(f"chart-{name}")), _chart(name, id_)]), xs=12, xl=4)
        for name, id_ in _CHARTS.items()
    ]
    return dbc.Row(columns, className="g-2")


def _chart(name: str, id_: str) -> Component:
    """Returns an empty chart: assets/pages/area/charts.js hands it its figure, and updates that."""
    image: dict[str, Any] = {"format": "png", "scale": 2, "filename": f"gridwall-{name}"}
    config = {
        "responsive": True,
        "displaylogo": False,
        "displayModeBar": True,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": image,
    }
    return dcc.Graph(id=id_, className="chart", config=config)
