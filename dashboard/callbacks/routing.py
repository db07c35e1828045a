"""Which page an address shows, and in which language."""

from __future__ import annotations

from urllib.parse import parse_qs

from dash.development.base_component import Component

from dashboard.callbacks.source import Source
from dashboard.domain.reading.services import filter_of, listed, offset_of, summary, window_of
from dashboard.domain.reading.tasks import inboxes
from dashboard.domain.reading.workers import worker_list
from dashboard.domain.rules.areas import Area
from dashboard.errors import InvalidReport, RedisUnavailable
from dashboard.layouts.area import area_page
from dashboard.layouts.case import case_page
from dashboard.layouts.cases import worklist
from dashboard.layouts.lists import reports_page, workers_page
from dashboard.layouts.page import message
from dashboard.layouts.performance import performance_page
from dashboard.layouts.services import PAGE, services_page
from dashboard.layouts.supervision import supervision_page
from dashboard.layouts.tasks import department_page, departments_page
from dashboard.layouts.view import PageView
from dashboard.layouts.wall.wall import wall
from dashboard.words import LANGUAGES, Words

LANG_COOKIE = "gridwall-lang"  # written by assets/core/start.js when an address names a language
_PLANNED = ("/orders", "/handset", "/system")


def words_of(search: str, view: PageView, remembered: str = "") -> Words:
    """Returns the words of the language that a query names, that is remembered, or of the settings."""
    asked = query_of(search).get("lang", "")
    return Words(next((lang for lang in (asked, remembered) if lang in LANGUAGES), view.lang))


def query_of(search: str) -> dict[str, str]:
    """Returns the last value of each name in the query of an address."""
    return {name: values[-1] for name, values in parse_qs((search or "").removeprefix("?")).items()}


class Pages:
    """Makes the page of an address."""

    def __init__(self, view: PageView, source: Source) -> None:
        self._view, self._source = view, source

    async def page_of(self, path: str, search: str, remembered: str = "") -> Component:
        """Returns the page; an address that makes no sense gives one that says why."""
        say, query = words_of(search, self._view, remembered), query_of(search)
        query.pop("lang", None)
        try:
            return await self._page(say, path or "/", query)
        except InvalidReport as error:
            return message(
                say, self._view, say("bad-address"), say("bad-address-note", field=error.field, reason=error.reason)
            )
        except RedisUnavailable:
            return message(say, self._view, say("no-log"), say("no-log-note"))

    async def _page(self, say: Words, path: str, query: dict[str, str]) -> Component:
        parts = [part for part in path.split("/") if part]
        match parts:
            case []:
                return wall(say, self._view)
            case ["area", code]:
                area = self._area(code)
                return area_page(say, self._view, area) if area else self._no_area(say, code)
            case ["cases"]:
                return worklist(say, self._view, query)
            case ["cases", *_]:
                return await self._case(say, path.removeprefix("/cases/"))  # an id may hold slashes
            case ["reports"]:
                area = self._area(query.get("area", "city"))
                if area is None:
                    return self._no_area(say, query["area"])
                return reports_page(say, self._view, area, query, await self._source.reports(query))
            case ["workers"]:
                area = self._area(query.get("area", "city"))
                if area is None:
                    return self._no_area(say, query["area"])
                found = worker_list(self._source.reading(), area, query.get("state"))
                return workers_page(say, self._view, area, query, found)
            case ["performance"]:
                area = self._area(query.get("area", "city"))
                return performance_page(say, self._view, area, query) if area else self._no_area(say, query["area"])
            case ["services"]:
                area = self._area(query.get("area", "city"))
                return self._services(say, area, query) if area else self._no_area(say, query["area"])
            case ["supervision"]:
                return supervision_page(say, self._view)
            case ["departments"]:
                return departments_page(say, self._view, inboxes(self._source.reading()))
            case ["departments", name] if name in self._view.rules.departments:
                return department_page(say, self._view, name)
        return self._other(say, path)

    async def _case(self, say: Words, case: str) -> Component:
        found = await self._source.case(case)
        if found is None:
            note = say("no-case-note", id=case[:80])
            return message(say, self._view, say("no-case"), note, (say("nav-cases"), "/cases?state=open"))
        return case_page(say, self._view, found, self._source.reading().now_s)

    def _services(self, say: Words, area: Area, query: dict[str, str]) -> Component:
        reading, start, days = self._source.reading(), offset_of(query.get("cursor")), query.get("days")
        if days is not None and not (days.isascii() and days.isdecimal() and len(days) < 5):
            raise InvalidReport("days", f"{days[:20]!r} is not a number of days")
        told = summary(reading, area, window_of(reading, None if days is None else int(days)))
        found = listed(reading, area, filter_of(query), start, start + PAGE)
        return services_page(say, self._view, area, query, told, found, start)

    def _area(self, code: str) -> Area | None:
        tree = self._view.tree
        return tree.root if code in ("city", "") else tree.by_code.get(code)

    def _no_area(self, say: Words, code: str) -> Component:
        note = say("no-area-note", code=code[:40])
        return message(say, self._view, say("no-area"), note, (say("nav-areas"), "/area/city"))

    def _other(self, say: Words, path: str) -> Component:
        if path.startswith(_PLANNED):
            return message(say, self._view, say("planned"), say("planned-note", path=path[:120]))
        return message(say, self._view, say("not-found"), say("not-found-note", path=path[:80]))
