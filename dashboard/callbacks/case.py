"""The page of a case; its middle is written again while one looks (again.py)."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.callbacks.asked import Asked
from dashboard.errors import Unknown
from dashboard.layouts.case import case_page


async def page(asked: Asked) -> Component:
    """Returns the page of the case that the address names; its id may hold slashes."""
    found = await asked.source.case(asked.rest)
    if found is None:
        raise Unknown("case", asked.rest)
    return case_page(asked.say, asked.view, found, asked.source.now_s())
