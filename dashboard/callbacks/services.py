"""Services handed in at the community: their counts by kind, and a page of their list."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.callbacks.asked import Asked
from dashboard.layouts.services import PAGE, services_page


async def page(asked: Asked) -> Component:
    """Returns the page of an area's services."""
    area, query = asked.area(), asked.query
    counts, found, start = asked.source.services(area, query, PAGE)
    return services_page(asked.say, asked.view, area, query, counts, found, start)
