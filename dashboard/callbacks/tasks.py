"""Departments: all inboxes at a glance, and one of them."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.callbacks.asked import Asked
from dashboard.domain.reading.casefilter import FLAGS
from dashboard.domain.rules.tasks import STATES
from dashboard.errors import Unknown
from dashboard.layouts.tasks import department_page, departments_page


async def departments(asked: Asked) -> Component:
    """Returns the page of all inboxes, with their counts of now."""
    return departments_page(asked.say, asked.view, asked.source.inboxes())


async def inbox(asked: Asked) -> Component:
    """Returns the inbox of the department that the address names."""
    if asked.rest not in asked.view.rules.departments and asked.rest not in asked.source.inboxes():
        raise Unknown("department", f"/departments/{asked.rest}")
    asked.one_of("state", "open", *STATES, "all")
    for flag in ("overdue", "week"):
        asked.one_of(flag, *FLAGS)
    return department_page(asked.say, asked.view, asked.rest)
