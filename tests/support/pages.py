"""Makes pages without a server: the view of the small city, a source that reads its state, looks at what was made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from dash.development.base_component import Component

from dashboard import ids
from dashboard.atlas.file import CityMap
from dashboard.desk.services import Services
from dashboard.desk.workers import Workers
from dashboard.domain.reading import cases, tasks
from dashboard.domain.reading.casefilter import filter_of
from dashboard.domain.reading.moment import Reading
from dashboard.domain.rules.areas import Area, AreaTree
from dashboard.domain.rules.rules import Rules
from dashboard.domain.state.city import CityState
from dashboard.errors import RedisUnavailable
from dashboard.feeds.follower import Replica
from dashboard.feeds.moments import Moments
from dashboard.layouts.view import PageView, view_of
from dashboard.settings import Settings
from tests.support.making import NOON, fold, reported, rules, state, step, tree

LANGUAGES = ("zh-CN", "en")


@cache
def view() -> PageView:
    """Returns the view of the small city of `making.tree`, each grid a hundredth of a degree wide."""
    return viewed(tree(), rules())


def viewed(areas: AreaTree, decided: Rules) -> PageView:
    """Returns the view of any city, each grid a hundredth of a degree wide."""
    bounds = np.array([[111.0 + at / 100, 30.0, 111.01 + at / 100, 30.01] for at in range(len(areas.grids))])
    city = CityMap(tree=areas, document=b"{}", digest="abc", shapes={}, grid_bounds=bounds, water=None)
    return view_of(Settings(_env_file=None), decided, city, "1")  # type: ignore[call-arg]


def lively() -> CityState:
    """Returns a city with an open case that was filed, and one that is closed."""
    city = state()
    raws = [reported("C-1"), step("filed", "C-1", NOON + 60, by="desk"), reported("C-2", category="labour")]
    fold(city, [*raws, step("closed", "C-2", NOON + 120)])
    return city


class Memory:
    """A source of pages that has a state and no log (callbacks/source.py)."""

    def __init__(self, city: CityState | None = None, log: dict[str, Any] | None = None) -> None:
        here = lively() if city is None else city
        self._moments, self._log = Moments(Replica(lambda: here), self.now_s), log

    def now_s(self) -> float:
        return NOON + 3600

    def reading(self) -> Reading:
        """What the pages show is made from; a page itself never gets it."""
        return self._moments.now()

    async def cases(
        self, query: Mapping[str, str], sort: str, descending: bool, start: int, stop: int
    ) -> tuple[list[dict[str, Any]], int]:
        reading = self._moments.now()
        return cases.rows(reading, filter_of(reading, query), sort, descending, start, stop)

    def check_cases(self, query: Mapping[str, str]) -> None:
        filter_of(self._moments.now(), query)

    async def case(self, case: str) -> dict[str, Any] | None:
        return cases.one(self._moments.now(), case)

    async def reports(self, query: dict[str, str]) -> dict[str, Any]:
        if self._log is None:
            raise RedisUnavailable("redis://nowhere", "nobody answers")
        return self._log

    def workers(self, area: Area, state: str | None) -> list[dict[str, Any]]:
        return Workers(self._moments).inside(area, state)

    def services(self, area: Area, query: Mapping[str, str], limit: int) -> tuple[Any, Any, int]:
        return Services(self._moments).shown(area, query, limit)

    async def log_engine(self) -> tuple[str, str, str | None] | None:
        return None if self._log is None else ("Valkey", "9.1.2", "2029-05-19")

    def inboxes(self) -> dict[str, dict[str, Any]]:
        return tasks.inboxes(self._moments.now())


def parts(page: Any) -> Iterator[Any]:
    """Yields a page and everything in it, texts as well."""
    if isinstance(page, list | tuple):
        for part in page:
            yield from parts(part)
    elif page is not None:
        yield page
        yield from parts(getattr(page, "children", None))  # a component without children is false


def components(page: Any) -> list[Component]:
    return [part for part in parts(page) if isinstance(part, Component)]


def text_of(page: Any) -> str:
    """Returns all texts of a page, one after the other."""
    return " ".join(str(part) for part in parts(page) if isinstance(part, str | int | float))


def ids_of(page: Any) -> list[str]:
    return [part.id for part in components(page) if getattr(part, "id", None)]


def attributes(page: Any, name: str) -> list[Any]:
    """Returns the values of an attribute, in the order of the page."""
    found = (part.to_plotly_json()["props"].get(name) for part in components(page))
    return [value for value in found if value is not None]


def data_of(page: Any) -> dict[str, Any]:
    """Returns what a page tells its scripts."""
    (data,) = (part for part in components(page) if getattr(part, "id", None) == ids.PAGE_DATA)
    told: dict[str, Any] = json.loads(data.to_plotly_json()["props"]["data-page"])
    return told


def sound(page: Any) -> bool:
    """Says whether a page has each id once, no style of its own, and no place that nobody filled."""
    named = ids_of(page)
    styled = [part for part in components(page) if part._namespace == "dash_html_components" and hasattr(part, "style")]
    unfilled = [text for text in parts(page) if isinstance(text, str) and "{" in text]
    return len(named) == len(set(named)) and not styled and not unfilled
