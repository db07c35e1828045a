"""Which page an address shows, and in which language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, unquote

from dash.development.base_component import Component

from dashboard.callbacks import about, area, case, cases, lists, services, tasks
from dashboard.callbacks.asked import Asked
from dashboard.callbacks.source import Source
from dashboard.domain.reading.appraisal import kinds_of
from dashboard.domain.reading.casefilter import FILTERS, SEVERAL
from dashboard.domain.reading.cursors import whole
from dashboard.errors import InvalidReport, RedisRefuses, RedisUnavailable, Unknown
from dashboard.layouts.page import message
from dashboard.layouts.performance import performance_page
from dashboard.layouts.rooted import rooted
from dashboard.layouts.supervision import DAYS, supervision_page
from dashboard.layouts.system import system_page
from dashboard.layouts.view import PageView
from dashboard.layouts.wall.wall import wall
from dashboard.words import Words, language_of

Page = Callable[[Asked], Awaitable[Component]]

LANG_COOKIE = "gridwall-lang"  # written by assets/core/start.js when an address names a language
_REPEATED = {each.name for each in FILTERS.values() if each.repeated}
_LATER = ("/orders", "/handset")  # promised, and not in this version


def _plain(layout: Callable[[Words, PageView], Component]) -> Page:
    """Returns the page of a layout that needs no data."""

    async def page(asked: Asked) -> Component:
        return layout(asked.say, asked.view)

    return page


async def _wall(asked: Asked) -> Component:
    """Returns the wall; its address may name the district of the round that it begins with."""
    district, view = asked.query.get("district"), asked.view
    if district and district not in view.tree.by_code:
        raise Unknown("area", district)
    asked.one_of("district", *view.districts)
    return wall(asked.say, view)


async def _supervision(asked: Asked) -> Component:
    asked.one_of("day", *DAYS)
    return supervision_page(asked.say, asked.view)


async def _performance(asked: Asked) -> Component:
    asked.one_of("kind", *kinds_of(asked.view.tree))
    if asked.query.get("days"):
        whole(asked.query["days"], "days")
    return performance_page(asked.say, asked.view, asked.area(), asked.query)


PAGES: dict[str, Page] = {  # by path; a star stands for all that follows, slashes included
    "/": _wall,
    "/about": about.page,
    "/area/*": area.page,
    "/cases": cases.page,
    "/cases/*": case.page,
    "/departments": tasks.departments,
    "/departments/*": tasks.inbox,
    "/performance": _performance,
    "/reports": lists.reports,
    "/services": services.page,
    "/supervision": _supervision,
    "/system": _plain(system_page),
    "/workers": lists.workers,
}


def route_of(path: str) -> tuple[Page | None, str]:
    """Returns the page of a path, None for one that has none, and what the path has in place of the star.

    The path is as addresses have it: an encoded slash is part of an id, also where an id begins or ends with it.
    """
    whole = "/" + path.strip("/")
    if whole in PAGES:
        return PAGES[whole], ""
    head, _, rest = whole[1:].partition("/")
    return PAGES.get(f"/{head}/*") if rest else None, unquote(rest)


def words_of(search: str, view: PageView, remembered: str = "") -> Words:
    """Returns the words of the language that a query names, that is remembered, or of the settings."""
    asked = query_of(search).get("lang", "")
    return Words(language_of(asked, remembered) or view.lang, view.levels)


def query_of(search: str) -> dict[str, str]:
    """Returns the last value of each name in the query of an address; all of a filter that may be repeated."""
    given = parse_qs((search or "").removeprefix("?"))
    return {name: SEVERAL.join(values) if name in _REPEATED else values[-1] for name, values in given.items()}


class Pages:
    """Makes the page of an address."""

    def __init__(self, view: PageView, source: Source) -> None:
        self._view, self._source = view, source

    async def page_of(self, path: str, search: str, remembered: str = "") -> Component:
        """Returns the page of an encoded path; one that cannot be had is one that says why, with its HTTP status."""
        made: Component = rooted(await self._made(path, search, remembered), self._view.root)
        return made

    async def _made(self, path: str, search: str, remembered: str) -> Component:
        say, view = words_of(search, self._view, remembered), self._view
        query = {name: value for name, value in query_of(search).items() if name != "lang"}
        page, rest = route_of(path)
        if page is None:
            return _missing(say, view, unquote(path))
        asked = Asked(say, view, self._source, rest, query)
        try:
            asked.area()  # one that is not there is said by whichever page it was asked of
            return await page(asked)
        except Unknown as error:
            return _unknown(say, view, error)
        except InvalidReport as error:
            note = say("bad-address-note", field=error.field, reason=error.reason)
            return message(say, view, say("bad-address"), note, status=400)
        except RedisRefuses as error:
            note = say("log-refuses-note", reason=error.reason[:400])
            return message(say, view, say("log-refuses"), note, status=503)
        except RedisUnavailable:
            return message(say, view, say("no-log"), say("no-log-note"), status=503)


_TO_ALL = {"area": ("nav-areas", "/area/city"), "case": ("nav-cases", "/cases?state=open")}


def _unknown(say: Words, view: PageView, error: Unknown) -> Component:
    """Returns what is said when a page is there, but not what it would be about; with a way to what there is."""
    if error.what not in _TO_ALL:
        return _missing(say, view, error.name)
    text, href = _TO_ALL[error.what]
    note = say(f"no-{error.what}-note", name=error.name[:80])
    return message(say, view, say(f"no-{error.what}"), note, (say(text), href), status=404)


def _missing(say: Words, view: PageView, path: str) -> Component:
    if path.startswith(_LATER):
        return message(say, view, say("planned"), say("planned-note", path=path[:120]), status=404)
    return message(say, view, say("not-found"), say("not-found-note", path=path[:80]), status=404)
