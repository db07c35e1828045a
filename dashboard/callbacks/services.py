"""Services handed in at the community: their counts by kind, and a page of their list."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.callbacks.asked import Asked
from dashboard.domain.reading.services import filter_of, listed, offset_of, summary, window_of
from dashboard.errors import InvalidReport
from dashboard.layouts.services import PAGE, services_page


async def page(asked: Asked) -> Component:
    """Returns the page of an area's services."""
    area, query, reading = asked.area(), asked.query, asked.source.reading()
    start, days = offset_of(query.get("cursor")), query.get("days")
    if days is not None and not (days.isascii() and days.isdecimal() and len(days) < 5):
        raise InvalidReport("days", f"{days[:20]!r} is not a number of days")
    counts = summary(reading, area, window_of(reading, None if days is None else int(days)))
    found = listed(reading, area, filter_of(query), start, start + PAGE)
    return services_page(asked.say, asked.view, area, query, counts, found, start)
