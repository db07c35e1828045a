"""The lists that numbers open into: reports that were counted, workers in a state."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.callbacks.asked import Asked
from dashboard.layouts.lists import reports_page, workers_page


async def reports(asked: Asked) -> Component:
    """Returns the page of reports behind a number."""
    area, query = asked.area(), asked.query
    return reports_page(asked.say, asked.view, area, query, await asked.source.reports(query))


async def workers(asked: Asked) -> Component:
    """Returns the page of workers of an area in a state."""
    area, query = asked.area(), asked.query
    return workers_page(asked.say, asked.view, area, query, asked.source.workers(area, query.get("state")))
