"""The whole application: the only place where everything meets. A subject of the API is one line here."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable
from zoneinfo import ZoneInfo

from fastapi import APIRouter, FastAPI
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Lifespan

from dashboard.api import (
    areas,
    cases,
    intake,
    performance,
    reports,
    services,
    supervision,
    system,
    tasks,
    workers,
)
from dashboard.api.connection import doors
from dashboard.api.live import Live
from dashboard.api.problems import add_problems
from dashboard.atlas.file import read_areas
from dashboard.atlas.rules import idle, read_rules
from dashboard.clock import Clock
from dashboard.desk.desk import Desk, open_desk
from dashboard.errors import SettingsError
from dashboard.feeds.assembly import assemble
from dashboard.feeds.running import Running, run_all
from dashboard.layouts.view import view_of
from dashboard.settings import Settings, clock_from
from dashboard.web import guard
from dashboard.web.answers import Answers, warmed
from dashboard.web.bundles import make_bundles
from dashboard.web.dash import build_dash
from dashboard.web.files import add_files, map_address, version_of
from dashboard.web.policy import policy
from dashboard.web.requests import WholeRequests, add_refusals
from dashboard.web.root import Rooted, free

log = logging.getLogger(__name__)

ROUTERS: tuple[Callable[[Desk], APIRouter], ...] = (
    system.routes,
    intake.routes,
    areas.routes,
    cases.routes,
    reports.routes,
    workers.routes,
    tasks.routes,
    services.routes,
    supervision.routes,
    performance.routes,
)


def create_app(settings: Settings, clock: Clock | None = None) -> ASGIApp:
    """Returns the ASGI application; nothing is connected before its lifespan starts.

    Raises:
        SettingsError, AreasError, RulesError: a setting or a file cannot be used.
    """
    if settings.redis_url is None or settings.areas is None:
        raise SettingsError("GRIDWALL_REDIS_URL", "the application needs a Redis and an areas file")
    clock = clock or clock_from(settings)
    today = dt.datetime.fromtimestamp(clock.now(), ZoneInfo(settings.timezone)).date()
    city, rules = read_areas(settings.areas, today), read_rules(settings.rules)
    for line in city.unused:
        log.warning("%s: %s", settings.areas.name, line)
    if settings.rules is not None:
        for line in idle(rules, city.tree):
            log.warning("%s: %s", settings.rules.name, line)
    running = assemble(settings, settings.redis_url, clock, city, rules, version_of(city))
    view = view_of(settings, rules, city, running.version)
    desk, bundles = open_desk(running, view.levels), make_bundles(levels=view.levels)
    server = _server(settings.root)
    live = Live(running.publisher, running.version)
    desk.system.sockets = live.admission
    server.router.routes.append(WebSocketRoute("/live", live))
    add_problems(server)
    add_refusals(server)
    for routes in ROUTERS:
        server.include_router(routes(desk))
    server.include_router(doors(live.attempts, settings.root))
    add_files(server, city, bundles)
    dash, documents = build_dash(server, view, desk.source, bundles)
    csp = policy([*dash.csp_hashes(), guard.HASH], settings.tile_url)
    files = Answers(WholeRequests(server, settings.max_body_bytes), csp)
    server.router.lifespan_context = _lifespan(running, files, [*documents.files, map_address(city)])
    return Rooted(files, free(settings.root, server))


def _server(root: str) -> FastAPI:
    """Returns the server without any address, below the path of a proxy."""
    server = FastAPI(
        title="Gridwall",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        servers=[{"url": root}] if root else None,
    )
    server.openapi_version = "3.0.3"  # the newest that the carried Swagger UI can show
    return server


def _lifespan(running: Running, files: Answers, addresses: list[str]) -> Lifespan[FastAPI]:
    """Returns what runs while the application serves: all its parts, and the compressing of files at its start."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with run_all(running), warmed(files, addresses):
            yield

    return lifespan
