"""The worklist, and its rows: those in sight, for the filters of the address."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from dashboard import ids
from dashboard.callbacks.asked import Asked
from dashboard.callbacks.source import Source
from dashboard.domain.reading.casefilter import FLAGS
from dashboard.errors import ArchiveUnavailable, InvalidReport
from dashboard.layouts.cases import ROWS_AT_ONCE, row, total, worklist
from dashboard.layouts.formats import Formats
from dashboard.layouts.view import PageView
from dashboard.words import Words

MOST_ROWS = 500
_NOTHING = {"rowData": [], "rowCount": 0}


async def page(asked: Asked) -> Component:
    """Returns the page of the worklist; its rows are asked for when it is there.

    Raises:
        InvalidReport: the address asks for what makes no sense.
    """
    asked.one_of("archived", *FLAGS)
    asked.source.check_cases(asked.query)
    return worklist(asked.say, asked.view, asked.query)


def register(app: Dash, view: PageView, source: Source) -> None:
    """Answers the table's requests for rows."""

    @app.callback(
        Output(ids.WORKLIST, "getRowsResponse"),
        Output(ids.WORKLIST_TOTAL, "children"),
        Output(ids.WORKLIST_TOTAL, "data-answered"),
        Input(ids.WORKLIST, "getRowsRequest"),
        State(ids.WORKLIST_QUERY, "data"),
        State(ids.PAGE, "lang"),
    )
    async def rows(asked: dict[str, Any] | None, query: dict[str, str], lang: str) -> Any:
        if asked is None:
            return no_update, no_update, no_update
        say = Words(lang, view.levels)
        formats = Formats(say, view.timezone)
        start = max(0, int(asked.get("startRow") or 0))
        stop = min(int(asked.get("endRow") or start + ROWS_AT_ONCE), start + MOST_ROWS)
        sort = (asked.get("sortModel") or [{"colId": "reported_at", "sort": "desc"}])[0]
        now_s = source.now_s()
        try:
            found, count = await source.cases(query, sort["colId"], sort["sort"] == "desc", start, stop)
        except InvalidReport as error:
            return _NOTHING, f"{error.field}: {error.reason}", str(now_s)
        except ArchiveUnavailable:
            return _NOTHING, say("no-archive"), str(now_s)
        data = [row(say, view, formats, case, now_s) for case in found]
        return {"rowData": data, "rowCount": count}, total(say, query, count), str(now_s)
