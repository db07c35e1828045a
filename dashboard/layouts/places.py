"""Places that are kept: what a script will write, as large as it will be, so that nothing moves when it comes."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from dashboard.layouts.formats import DASH
from dashboard.layouts.view import PageView
from dashboard.words import Words

ON_PAGE = 24  # rows of a heatmap on a page: as in core/heatmap.js
BUCKETS = 6  # columns of the heatmap: age of a case


def rows(heads: Iterable[str], names: Iterable[str], empty: str = DASH) -> list[Component]:
    """Returns head and body of a table whose numbers are still to come.

    Args:
        heads: texts of the columns, the first one above the names.
        names: texts of the rows.
        empty: what stands in a cell meanwhile.
    """
    texts = list(heads)
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in texts]))
    cells = [html.Td(empty) for _ in texts[1:]]
    body = [html.Tr([html.Th(name, scope="row", className="text"), *cells]) for name in names]
    return [head, html.Tbody(body)]


def heat_table(say: Words, view: PageView) -> Component:
    """Returns the heatmap by category before its counts, as core/heatmap.js makes it."""
    heads = ["", *(say(f"b{bucket}") for bucket in range(BUCKETS))]
    head = [*(html.Th(text, scope="col") for text in heads), html.Th(say("total"), scope="col", className="heat-total")]
    cells = [
        *(html.Td(html.Span("·"), className="heat-0") for _ in range(BUCKETS)),
        html.Td("0", className="heat-total"),
    ]
    body = [
        html.Tr([html.Th(say.named(label), scope="row", className="heat-row", title=say.named(label)), *cells])
        for label in list(view.categories.values())[:ON_PAGE]
    ]
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="heat-table")


def lines(count: int) -> list[Component]:
    """Returns empty lines of text."""
    return [html.P("\u00a0") for _ in range(count)]
