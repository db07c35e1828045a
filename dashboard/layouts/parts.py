"""Small parts that several panels share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard import ids
from dashboard.words import Words

# How a part of a page that shows data stays true: a topic of the live socket brings it, the one poll loop
# (assets/core/ask.js) asks for it, or it stands still and says as of when.
Moves = Literal["topic", "ask", "as-of"]

UNKNOWN = "–"  # what nobody has counted yet, which is not 0
# Where a click on a number leads: the page of exactly what it counts; `{area}` is the area that it counts in.
LINKS = {
    "cases-open": "/cases?state=open&area={area}",
    "cases-overdue": "/cases?state=open&overdue=true&area={area}",
    "cases-reported-today": "/reports?counter=cases_reported&day=today&area={area}",
    "cases-closed-today": "/cases?closed_on=today&area={area}",
    "newborns-today": "/reports?counter=births&day=today&area={area}",
    "newborns-yesterday": "/reports?counter=births&day=yesterday&area={area}",
    "deaths-today": "/reports?counter=deaths&day=today&area={area}",
    "move-ins-today": "/reports?counter=move_ins&day=today&area={area}",
    "move-outs-today": "/reports?counter=move_outs&day=today&area={area}",
    "dwellings-today": "/reports?counter=dwellings_registered&day=today&area={area}",
    "population": "/area/{area}#ledger",
    "workers-silent": "/workers?state=silent&area={area}",
    "workers-on-shift": "/workers?state=on-shift&area={area}",
    "reports": "/reports",
    "community-resolution-rate": "/cases?indicator=community-resolution-rate&area={area}",
    "dispute-resolution-rate": "/cases?indicator=dispute-resolution-rate&area={area}",
    "closing-rate": "/cases?indicator=closing-rate&area={area}",
    "on-time-closing-rate": "/cases?indicator=on-time-closing-rate&area={area}",
    "satisfaction-rate": "/reports?counter=scored&day=window&area={area}",
    "rework-rate": "/reports?counter=cases_handled&day=window&area={area}",
    "order-receipt-rate": "/reports?counter=orders_sent&day=window&area={area}",
}


def link(name: str, area: str = "city") -> str:
    """Returns the address of what a number counts in an area."""
    return LINKS[name].format(area=quote(area, safe=""))


def address_of(kind: str, name: str) -> str:
    """Returns the address of the page of one `area`, one of `cases` or `departments`, whatever its id holds."""
    return f"/{kind}/{quote(name, safe='')}"


def panel(title: str, note: Any, *children: Any, name: str, moves: Moves | None, topic: str = "city") -> Component:
    """Returns a panel with a heading.

    Args:
        title: its heading.
        note: what stands beside that.
        children: what it shows.
        name: becomes its class `panel-<name>`.
        moves: how it stays true; None in a part that says so for all that is in it, or where nothing can change.
        topic: whose age it says, by the names that scripts give to topics (live.names); several with a space.
    """
    notes = [html.Em(note)] if note is not None else []
    ages = [panel_age(topic if moves == "topic" else "asked")] if moves in ("topic", "ask") else []
    heading = html.H2([html.Span(title), *ages, *notes])
    return html.Section([heading, *children], className=f"panel panel-{name}", **moving(moves))


def moving(moves: Moves | None) -> dict[str, str]:
    """Returns the attribute by which a part of a page declares how it stays true."""
    return {} if moves is None else {"data-moves": moves}


def panel_age(topic: str) -> Component:
    """Returns the place where a panel says how old it is, when that is more than it should be (core/clock.js)."""
    return html.Small(hidden=True, className="panel-age", **{"data-topic": topic})


def as_of(text: str, at: str) -> Component:
    """Returns the words by which a part that stands still says as of when; `at` is the instant as they say it."""
    return html.Span(text, className="as-of", **{"data-as-of": at})


def again(*content: Any, look: str = "stack-plain") -> Component:
    """Returns a part of a page that the server writes again while somebody looks (assets/core/again.js), one a page."""
    body = html.Div(list(content), id=ids.AGAIN_BODY, className=look)
    return html.Div([panel_age("again"), body, html.Div(id=ids.AGAIN_ASKED, hidden=True)], **moving("ask"))


def kpi(name: str, *, tag: Any = html.B, **attributes: Any) -> Component:
    """Returns the place of a counter; its text is written by assets/core/kpi.js, until then it is not known."""
    return tag(UNKNOWN, **{"data-kpi": name, "data-value": ""}, **attributes)


def counted(say: Words, key: str, of: str, count: int | None, **values: Any) -> list[Any]:
    """Returns a message about a count, with the number as KPI `of`; None is a count still to come."""
    before, after = say.around(key, count, **values)
    data = {"data-kpi": of, "data-value": "" if count is None else str(count)}
    return [before, html.B(UNKNOWN if count is None else say.number(count), **data), after]


def counter(name: str, label: str, extra: str = "", area: str = "city") -> Component:
    """Returns a counter with its label above it; a click opens what it counts."""
    return html.A([kpi(name), html.Span(label)], className=f"counter {extra}".strip(), href=link(name, area))


def file_links(say: Words, attributes: Callable[[str], dict[str, str]]) -> list[Component]:
    """Returns links to a table as files, given the attributes of each; XLSX first: Excel rounds codes of a CSV."""
    return [
        html.A(kind.upper(), title=say(f"file-for-{kind}"), download="", **attributes(kind)) for kind in ("xlsx", "csv")
    ]
