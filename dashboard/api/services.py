"""HTTP of services handed in at the community under /api/v1: the list, its counts by kind, and both as files."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from dashboard.api.areas import answer, area_of
from dashboard.api.casefiles import FILE_TYPES, Format
from dashboard.api.files import table_file
from dashboard.desk.files import Column, Kind
from dashboard.domain.reading import services as servicelist
from dashboard.domain.reading.moment import Reading, instant
from dashboard.errors import InvalidReport
from dashboard.feeds.running import Running
from dashboard.words import Words

MOST_FILED = 100_000
_FILE: dict[str, Kind] = {
    "request": "text",
    "kind": "text",
    "department": "text",
    "area": "text",
    "state": "text",
    "requested_at": "instant",
    "due_at": "instant",
    "completed_at": "instant",
    "late": "text",
    "hours": "float",
    "off_hours": "text",
    "score": "int",
}


class ServiceQuery(BaseModel):
    """Which requests are wanted; what is missing asks for nothing."""

    area: str = Field("city", description="handed in within this area")
    kind: str | None = Field(None, description="id of a service")
    department: str | None = Field(None, description="whose service it is")
    state: str | None = Field(None, description=", ".join(servicelist.STATES))
    requested: str | None = Field(None, description="on these days: a date, today, yesterday, week, window or `30d`")
    completed: str | None = Field(None, description="on these days")
    off_hours: str | None = Field(None, description="true or false: handled in extended hours")
    score: str | None = Field(None, description=", ".join(servicelist.SCORES))
    q: str | None = Field(None, description="part of the request's id")
    lang: str | None = Field(None, description="language of the headings of a file")

    def wanted(self) -> servicelist.ServiceFilter:
        """Returns the filter; raises InvalidReport."""
        return servicelist.filter_of({name: value for name, value in self.model_dump().items() if value is not None})


class ServicePage(ServiceQuery):
    """One page of them."""

    limit: int = Field(50, ge=1, le=1000)
    cursor: str | None = Field(None, description="`next` of the page before")


def service_routes(running: Running) -> APIRouter:
    """Returns the routes."""
    router = APIRouter(tags=["services"])

    @router.get("/services")
    async def services(asked: Annotated[ServicePage, Query()]) -> Response:
        """Requests of residents: open ones by due time, others newest first."""
        reading, start = _reading(running), servicelist.offset_of(asked.cursor)
        shown, total = servicelist.listed(
            reading, area_of(running, asked.area), asked.wanted(), start, start + asked.limit
        )
        more = start + asked.limit < total
        return answer({"services": shown, "total": total, "next": str(start + asked.limit) if more else None})

    @router.get("/services/summary")
    async def summary(area: str = "city", days: int | None = None) -> Response:
        """Counts of an area over a window of days up to today, in all and by kind; open and overdue hold now."""
        reading = _reading(running)
        told = servicelist.summary(reading, area_of(running, area), servicelist.window_of(reading, days))
        return answer({"at": instant(reading.now_s), **told})

    @router.get("/services/kinds")
    async def kinds() -> Response:
        """The services of the rules, with the department that each belongs to and its limit."""
        return answer({"kinds": [msgspec.to_builtins(kind) for kind in running.replica.state.rules.services.values()]})

    for form in FILE_TYPES:
        _add_file(router, running, form)
    return router


def _add_file(router: APIRouter, running: Running, form: Format) -> None:
    @router.get(f"/services.{form}", name=f"services.{form}")
    async def table(asked: Annotated[ServiceQuery, Query()]) -> Response:
        """The whole list, in its order, at most 100,000 lines."""
        say, reading = Words(asked.lang or running.settings.lang), _reading(running)
        area = area_of(running, asked.area)
        shown, total = servicelist.listed(reading, area, asked.wanted(), 0, MOST_FILED)
        if total > MOST_FILED:
            raise InvalidReport("requested", f"{total} requests are more than {MOST_FILED}; ask for fewer days")
        columns = [Column(key, say(f"file-{key.replace('_', '-')}"), kind) for key, kind in _FILE.items()]
        return await table_file(running, say, form, "services", columns, [_line(say, reading, one) for one in shown])


def _line(say: Words, reading: Reading, one: dict[str, Any]) -> dict[str, Any]:
    rules = reading.state.rules
    known, department = rules.services.get(one["kind"]), rules.departments.get(one["department"] or "")
    return {
        **one,
        "kind": say.named({"name": known.name, "name_en": known.name_en}) if known else one["kind"],
        "department": say.named({"name": department.name, "name_en": department.name_en}) if department else None,
        "state": say(f"service-{one['state']}"),
        "late": say("yes" if one["late"] else "no"),
        "off_hours": say("yes" if one["off_hours"] else "no"),
    }


def _reading(running: Running) -> Reading:
    return Reading(running.replica.state, running.clock.now())
